"""timm models that others published: a repository of the Hugging Face Hub, or such a folder.

Their ``config.json`` names the architecture, the labels and the preprocessing. The architecture is
one of timm's; no code of the repository is run.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models import from_timm
from senet_viz.models.hugging_face import hub_file
from senet_viz.models.layouts import layout_of
from senet_viz.models.network import Network, building, from_file, untrained
from senet_viz.models.preprocess import timm_preprocess
from senet_viz.models.weight_contents import Contents
from senet_viz.models.weight_files import file_sha256, read_checkpoint
from senet_viz.models.wording import first_of, one_line

HUB, FOLDER = ("hf-hub", "hf_hub"), ("local-dir",)  # before the colon of a name, as timm has it
CONFIG = "config.json"
FILES = ("model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a model lies: on the Hub under ``owner/name`` (and a revision), or in a folder."""

    name: str
    folder: Path | None = None
    revision: str | None = None

    def file(self, names: tuple[str, ...]) -> tuple[Path, str] | None:
        """The first of these files that exists, and where it comes from."""
        if self.folder is None:
            return hub_file(self.name, names, failed=self._unreached, revision=self.revision)
        path = next((f for f in map(self.folder.joinpath, names) if f.is_file()), None)
        return None if path is None else (path, str(path))

    def _unreached(self, url: str, error: Exception) -> WeightsError:
        return WeightsError(
            tr(
                "{name} could not be fetched from the Hugging Face Hub ({reason}; asked at {url}). "
                "What works: check the name (owner/name) and that it is public; or load it once "
                "with a network connection; or put its config.json and model.safetensors in a "
                "folder and write load_model('local-dir:FOLDER').",
                name=self.name,
                url=url,
                reason=one_line(error),
            )
        )


def repository(name: str) -> Repository | None:
    """The repository or folder that a name for ``load_model`` means; None for any other name.

    >>> repository("hf-hub:timm/seresnet50.a1_in1k").name
    'timm/seresnet50.a1_in1k'
    >>> repository("seresnet50")
    """
    source, colon, rest = name.partition(":")
    if colon and source.lower() in HUB:
        plain, _, revision = rest.partition("@")
        return Repository(plain.strip("/"), revision=revision or None)
    if colon and source.lower() in FOLDER:
        return Repository(rest, Path(rest).expanduser())
    if len(Path(name).parts) > 1 and (Path(name) / CONFIG).is_file():
        return Repository(name, Path(name))
    return None


def load(
    repo: Repository, *, shown_as: str, weights: Path | None = None, trained: bool = True
) -> Network:
    """The network of a repository, with its own weights, those of a local file, or untrained.

    Raises a WeightsError where it is out of reach, is none of timm's, or the weights do not fit.
    """
    import timm

    config, folder = _config(repo)
    create = partial(timm.create_model, f"local-dir:{folder}")
    try:
        with building():
            layout = layout_of(partial(create, pretrained=False), _classifier)
    except Exception as error:  # the configuration's arguments go to timm, which may raise anything
        raise _unfit(repo, one_line(error)) from error
    if not trained:
        with building():
            return untrained(_described(create(pretrained=False), repo, shown_as))
    file, source = (weights, str(weights)) if weights else _weights(repo)
    read = read_checkpoint(file, layout)
    model, contents = from_timm.filled(
        create, str(config["architecture"]), layout.classifier, read, file
    )
    network = _described(model, repo, shown_as)
    if weights:
        return from_file(network, weights, notes=read.notes, contents=contents)
    return replace(
        network,
        licence=str(model.pretrained_cfg.get("license") or ""),
        source=source,
        sha256=file_sha256(file),
        notes=(_assumed(network, model.pretrained_cfg), *read.notes, _english(contents)),
        contents=contents,
    )


def _config(repo: Repository) -> tuple[Mapping[str, Any], Path]:
    """What ``config.json`` says, and the folder it is in."""
    import timm

    if repo.folder is None and not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", repo.name):
        raise _unfit(repo, tr("a name on the Hub has the form owner/name"))
    if repo.folder is not None and not repo.folder.is_dir():
        raise WeightsError(
            tr(
                "there is no folder {folder}. Give one with a timm model in it: config.json and "
                "model.safetensors.",
                folder=repo.folder,
            )
        )
    file = repo.file((CONFIG,))
    if file is None:
        raise _unfit(repo, tr("it has no config.json"))
    try:
        config = json.loads(file[0].read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise _unfit(repo, one_line(error)) from error
    architecture = config.get("architecture") if isinstance(config, dict) else None
    if not isinstance(architecture, str):
        others = config.get("architectures") if isinstance(config, dict) else None
        raise _unfit(
            repo,
            tr("its config.json is of {kind}", kind=first_of(map(str, others)))
            if isinstance(others, list) and others
            else tr("its config.json names no architecture"),
        )
    if not timm.is_model(architecture):
        raise _unfit(repo, tr("timm has no architecture {name!r}", name=architecture))
    own = config.get("pretrained_cfg", config)
    size = own.get("input_size") if isinstance(own, dict) else None
    if isinstance(size, list) and size and size[0] != 3:
        raise _unfit(
            repo, tr("it takes pictures of {channels} channels, not of 3", channels=size[0])
        )
    return config, file[0].parent


def _weights(repo: Repository) -> tuple[Path, str]:
    file = repo.file(FILES)
    if file is None:
        raise _unfit(repo, tr("it has none of the files {files}", files=", ".join(FILES)))
    return file


def _unfit(repo: Repository, problem: str) -> WeightsError:
    return WeightsError(
        tr(
            "{name} cannot be loaded: {problem}. It has to be a timm model as timm saves it "
            "(timm.models.save_for_hf): a config.json with an architecture of timm's, and "
            "model.safetensors.",
            name=repo.name,
            problem=problem,
        )
    )


def _classifier(model: Any) -> str:
    named = model.pretrained_cfg.get("classifier")
    return str((named[0] if isinstance(named, tuple | list) else named) or "")


def _described(model: Any, repo: Repository, shown_as: str) -> Network:
    config = model.pretrained_cfg
    where = tr("Hugging Face Hub") if repo.folder is None else tr("local folder")
    return Network(
        name=shown_as,
        title=f"{repo.name} ({config['architecture']}, {where})",
        library="timm",
        model=model.eval(),
        preprocess=timm_preprocess(model),
        labels=_labels(config, int(model.num_classes)),
        licence="",
        source="",
        sha256="",
        trained=True,
    )


@speaking(ENGLISH)
def _assumed(network: Network, config: Mapping[str, Any]) -> str:
    """What is taken from the configuration, and what it leaves out."""
    if _named(config, len(network.labels)):
        return tr("Labels and preprocessing are those of the model's config.json.")
    return tr(
        "Preprocessing is that of the model's config.json, which has no names for its {classes} "
        "classes: the names are assumed.",
        classes=len(network.labels),
    )


@speaking(ENGLISH)
def _english(contents: Contents) -> str:
    return contents.words


def _labels(config: Mapping[str, Any], classes: int) -> tuple[str, ...]:
    """The names in the configuration, described where it describes them; else as of timm's own."""
    names, described = _named(config, classes), config.get("label_descriptions")
    if not names:
        return from_timm.labels_of(classes)
    words = described if isinstance(described, dict) else {}
    return tuple(str(words.get(name, name)) for name in names)


def _named(config: Mapping[str, Any], classes: int) -> tuple[str, ...]:
    """One name for each class, from a list or by number; () where any is missing."""
    names = config.get("label_names")
    if isinstance(names, dict) and all(str(key).isdecimal() for key in names):
        names = [names[key] for key in sorted(names, key=int)]
    if not isinstance(names, list | tuple) or len(names) != classes:
        return ()
    return tuple(map(str, names))
