"""timm's models by name, with or without a tag: its own builders, weights and transforms."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models import from_torchvision
from senet_viz.models.downloads import fetch, hub_path, not_fetched, offline_file
from senet_viz.models.hugging_face import hub_file, is_cached
from senet_viz.models.layouts import Layout, layout_of
from senet_viz.models.network import ASSUMED, BY_NAME, Network, building, from_file, untrained
from senet_viz.models.preprocess import timm_preprocess
from senet_viz.models.weight_contents import Contents
from senet_viz.models.weight_files import Checkpoint, file_sha256, read_checkpoint
from senet_viz.models.weight_fitting import classes_in, label_classes, load_state_dict_strictly

HUB_FILES = ("model.safetensors", "pytorch_model.bin")  # in the order timm looks for them


def names() -> tuple[str, ...]:
    """Every architecture of timm, without tags."""
    import timm

    return tuple(timm.list_models())


def knows(name: str) -> bool:
    """Whether ``name`` is an architecture of timm, a tag after a dot or not."""
    import timm

    return bool(timm.is_model(name))


def load(name: str, *, shown_as: str, weights: Path | None = None, trained: bool = True) -> Network:
    """``name`` with timm's pretrained weights, with those of a local file, or untrained.

    A file of this name in the folder of SENET_VIZ_WEIGHTS comes before any download.
    ``shown_as`` is the name the user gave, with its prefix. Raises a WeightsError where the tag
    or the weights do not exist, cannot be downloaded, or do not fit.
    """
    import timm

    config, create = _config(name), partial(timm.create_model, name)
    if not trained:
        with building():
            model = create(pretrained=False)
        return untrained(_describe(model, shown_as, config))
    local = weights or offline_file(_offline_names(config))
    if local is not None:
        read = read_checkpoint(local, layout(name))
        model, contents = filled(create, name, classifier_of(config), read, local)
        origin = ASSUMED if weights else BY_NAME
        described = _describe(model, shown_as, config)
        return from_file(described, local, origin=origin, notes=read.notes, contents=contents)
    file, url = _published(config, shown_as)
    model, _ = filled(create, name, classifier_of(config), read_checkpoint(file), file)
    return _describe(model, shown_as, config, source=url, sha256=file_sha256(file))


def is_here(name: str) -> bool:
    """Whether the pretrained weights are on this machine."""
    config = _config(name)
    if offline_file(_offline_names(config)) is not None:
        return True
    if config.hf_hub_id:
        return is_cached(config.hf_hub_id, _hub_files(config))
    return bool(config.url) and hub_path(config.url).is_file()


def _offline_names(config: Any) -> tuple[str, ...]:
    """The file names, without suffix, under which this model's weights count as its own."""
    architecture, tagged = config.architecture, _tagged(config)
    every = [f"timm/{tagged}", tagged, f"timm/{architecture}", architecture]
    shadowed = architecture in from_torchvision.names()  # then the bare name means torchvision's
    return tuple(n for n in dict.fromkeys(every) if not (shadowed and n == architecture))


def _config(name: str) -> Any:
    import timm

    try:
        return timm.get_pretrained_cfg(name)
    except RuntimeError as error:
        architecture, _, tag = name.partition(".")
        tags = ", ".join(timm.models.get_arch_pretrained_cfgs(architecture))
        raise WeightsError(
            tr(
                "timm has no weights tagged {tag!r} for {architecture}. It has {tags}; "
                "without a tag its usual ones are taken.",
                tag=tag,
                architecture=architecture,
                tags=tags,
            )
        ) from error


def filled(
    create: Callable[..., Any], architecture: str, classifier: str, read: Checkpoint, path: Path
) -> tuple[Any, Contents]:
    """timm's own loading of a checkpoint, which also renames tensors of older or foreign files.

    create: timm's function for this model. classifier: its layer, "" for none. What is no part of
    the network is offered to timm in a second try alone. Returns what was left out, too.
    """
    classes = classes_in(read.state, classifier) if classifier else None
    options = {} if classes is None else {"num_classes": classes}
    whole = replace(read, state=read.every, contents=replace(read.contents, outside=()))
    for tried in (read, whole) if read.contents.outside else (read,):
        overlay = {"state_dict": dict(tried.state), **options}
        try:
            with building():
                model = create(pretrained=True, pretrained_cfg_overlay=overlay, **options)
        except Exception:  # what timm says of a file that does not fit runs to pages: see below
            continue
        model.pretrained_cfg.pop("state_dict")  # or a second copy of the weights stays in memory
        return model, tried.contents
    with building():
        model = create(pretrained=False, **options)
    load_state_dict_strictly(
        model, read.state, path, architecture=architecture, classifier=classifier
    )
    return model, read.contents


@lru_cache(maxsize=32)
def layout(name: str) -> Layout:
    """The names and shapes of an architecture's tensors."""
    import timm

    config = _config(name)
    with building():
        return layout_of(
            partial(timm.create_model, name, pretrained=False), lambda _: classifier_of(config)
        )


def classifier_of(config: Any) -> str:
    """The layer of the classes, of which timm names two where there are two; "" for none."""
    named = config.classifier
    return str((named[0] if isinstance(named, tuple | list) else named) or "")


def _published(config: Any, shown_as: str) -> tuple[Path, str]:
    """The file of the pretrained weights, downloaded if need be, and its URL."""
    if config.hf_hub_id:
        return _from_hugging_face(config, shown_as)
    if config.url:
        return fetch(config.url, shown_as), config.url
    raise WeightsError(
        tr(
            "timm declares no weights for {shown_as}. Pass your own as "
            "load_model({shown_as!r}, weights=PATH), or look at the bare architecture "
            "with trained=False.",
            shown_as=shown_as,
        )
    )


def _from_hugging_face(config: Any, shown_as: str) -> tuple[Path, str]:
    def failed(url: str, error: Exception) -> WeightsError:
        suffix = ".safetensors" if url.endswith(".safetensors") else ".pth"
        return not_fetched(shown_as, url, reason=error, keep_as=f"{_tagged(config)}{suffix}")

    files = _hub_files(config)
    path = hub_file(config.hf_hub_id, files, failed=failed)
    if path is None:
        raise WeightsError(
            tr(
                "{repository}, where timm keeps the weights of {shown_as}, has none of the "
                "files {files}. Choose another tag, or pass a local file as weights=PATH.",
                repository=config.hf_hub_id,
                shown_as=shown_as,
                files=", ".join(files),
            )
        )
    return path


def _hub_files(config: Any) -> tuple[str, ...]:
    return (config.hf_hub_filename,) if config.hf_hub_filename else HUB_FILES


def _describe(
    model: Any, shown_as: str, config: Any, *, source: str = "", sha256: str = ""
) -> Network:
    return Network(
        name=shown_as,
        title=f"{_tagged(config)} (timm)",
        library="timm",
        model=model.eval(),
        preprocess=timm_preprocess(model),
        labels=labels_of(model.num_classes),
        licence=config.license or "",
        source=source,
        sha256=sha256,
        trained=True,
    )


def _tagged(config: Any) -> str:
    return f"{config.architecture}.{config.tag}" if config.tag else str(config.architecture)


def labels_of(classes: Any) -> tuple[str, ...]:
    """ImageNet's class names where a network tells as many apart, else numbers."""
    from timm.data import ImageNetInfo, infer_imagenet_subset

    subset = infer_imagenet_subset({"num_classes": classes})
    return label_classes(classes, ImageNetInfo(subset).label_descriptions() if subset else ())
