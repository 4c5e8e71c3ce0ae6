"""Opens a saved network: builds it by a known constructor, makes it smaller, fills it.

Those are the constructors of timm, of torchvision and of this package. No code of the file is run.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models import embedded, from_torchvision, paper_networks, residual
from senet_viz.models.network import Network, building, from_file
from senet_viz.models.preprocess import Preprocess, custom_preprocess, timm_preprocess
from senet_viz.models.saved_manifest import TIMM_CONFIG, JudgedFindings, Manifest, manifest_of
from senet_viz.models.stand_ins import KeptChannels, fit_layers, put_at, stand_in
from senet_viz.models.state_dicts import State
from senet_viz.models.weight_checks import nonfinite_note
from senet_viz.models.weight_files import read_safetensors
from senet_viz.models.weight_fitting import load_state_dict_strictly
from senet_viz.models.wording import one_line

Bare = Callable[[str, str], Network]  # (library, name there) to the untrained network
MOST_CLASSES = 10**6
NAME = re.compile(r"\w[\w.-]*")


def load_saved(path: Path, bare: Bare, *, alone: bool) -> Network:
    """The network in a file of ``save_network``.

    bare: the untrained network of a library by its name there. alone: no other weights were asked
    for. Raises a WeightsError where they were, where the file is something else, or where it does
    not fit what it says of itself.
    """
    manifest = _manifest(path, alone=alone)
    if manifest.library == "own":
        raise WeightsError(
            tr(
                "{path} holds a network of your own code, which no file brings back. Build it and "
                "fill it with senet_viz.models.fill_saved(model, path).",
                path=path,
            )
        )
    if not NAME.fullmatch(manifest.architecture):
        raise WeightsError(
            tr(
                "{path} names the architecture {architecture!r}, which is the name of none.",
                path=path,
                architecture=manifest.architecture[:80],
            )
        )
    plain = bare(manifest.library, manifest.architecture)
    model = fill_saved(_in_its_classes(plain, manifest, path), path)
    with speaking(ENGLISH):
        judged = _judged_words(manifest)
        notes = (*((judged,) if judged else ()), *nonfinite_note(model.state_dict()))
        named = replace(plain, title=plain.bare_title or plain.title)
        network = from_file(named, path, origin=manifest.words, notes=notes)
    return replace(
        network,
        name=str(path),
        model=model.eval(),
        labels=manifest.labels,
        preprocess=_prepared(plain, manifest, path),
        bare_title="",
        manifest=manifest,
    )


def _manifest(path: Path, *, alone: bool) -> Manifest:
    if not alone:
        raise WeightsError(
            tr(
                "{path} is a network with its weights, and other weights were asked for. Give its "
                "path alone.",
                path=path,
            )
        )
    if not path.is_file():
        raise WeightsError(
            tr("there is no file {path}. Give one that save_network wrote.", path=path)
        )
    manifest = manifest_of(path)
    if manifest is None:
        raise WeightsError(
            tr(
                "{path} does not say which network its weights are of. Give the architecture, "
                "load_model(NAME, weights={path!r}).",
                path=str(path),
            )
        )
    return manifest


def fill_saved(model: nn.Module, path: Path | str) -> nn.Module:
    """``model``, built as it was before anything was removed, without what the file lacks, filled.

    Raises a WeightsError where the file does not fit it.
    """
    path = Path(path)
    manifest = manifest_of(path)
    if manifest is None:
        raise WeightsError(
            tr(
                "{path} is no network that senet_viz saved: it does not say how it is built. Load "
                "it as weights of an architecture, load_model(NAME, weights=PATH).",
                path=path,
            )
        )
    state = read_safetensors(path)
    try:
        for cut in manifest.cut:
            if cut.added:
                inner = model.get_submodule(cut.unit)
                model = put_at(
                    model, cut.unit, KeptChannels(inner, torch.tensor(cut.channels), cut.width)
                )
            fit_layers(model, cut.layers, state)
        for gone in manifest.folded:
            model.get_submodule(gone.unit)
            model = put_at(model, gone.unit, stand_in(gone.leaves))
    except (AttributeError, KeyError, RuntimeError) as error:
        raise WeightsError(
            tr(
                "{path} was made from a network with parts that {kind} has not ({problem}). Give "
                "the architecture it was made from",
                path=path,
                kind=type(model).__name__,
                problem=one_line(error),
            )
        ) from error
    load_state_dict_strictly(model, state, path)
    return model


def _prepared(plain: Network, manifest: Manifest, path: Path) -> Preprocess:
    """The preprocessing that the manifest tells."""
    preprocessing = manifest.preprocessing
    try:
        base = plain.preprocess
        if "timm" in preprocessing:
            base = timm_preprocess(
                plain.model, {key: preprocessing["timm"][key] for key in TIMM_CONFIG}
            )
        height, width = (int(side) for side in preprocessing["input_size"])
        side = None if (height, width) == base.input_size else height
        mean, std = ([float(v) for v in preprocessing[key]] for key in ("mean", "std"))
        return custom_preprocess(base, side=side, mean=mean, std=std)
    except (KeyError, ValueError, TypeError) as error:
        raise WeightsError(
            tr(
                "{path} tells a preprocessing that cannot be made ({problem}). Save it again.",
                path=path,
                problem=one_line(error),
            )
        ) from error


def _in_its_classes(plain: Network, manifest: Manifest, path: Path) -> nn.Module:
    """The architecture, untrained, with as many classes as the file's network has."""
    classes = manifest.classes
    if not 0 <= classes <= MOST_CLASSES:
        raise WeightsError(
            tr(
                "{path} tells of {classes} classes, which no network has.",
                path=path,
                classes=classes,
            )
        )
    model = plain.model
    if classes != len(plain.labels) or manifest.library != "timm":
        with building():
            model = _built(manifest, read_safetensors(path), as_usual=classes == len(plain.labels))
    if manifest.library == "timm":
        named: Any = model.pretrained_cfg  # for when it is saved again
        named.update(_config(manifest))
    return model


def _built(manifest: Manifest, state: State, *, as_usual: bool) -> nn.Module:
    name, classes = manifest.architecture, manifest.classes
    options: dict[str, Any] = {} if as_usual else {"num_classes": classes}
    if manifest.library == "timm":
        import timm

        model: nn.Module = timm.create_model(name, pretrained=False, **options)
        return model
    if manifest.library == "torchvision":
        if any(key.startswith(f"{from_torchvision.AUXILIARY}.") for key in state):
            options["aux_loss"] = True
        return from_torchvision.build_untrained(name, **options)
    if name in paper_networks.SYSTEMS:
        return paper_networks.SYSTEMS[name].build(classes, state=state)
    return residual.build(embedded.VERSION_OF[name], classes=classes)


def _config(manifest: Manifest) -> dict[str, Any]:
    """timm's data configuration, to be kept with the model for when it is saved again."""
    config = manifest.preprocessing.get("timm", {})
    return {key: config[key] for key in TIMM_CONFIG if key in config}


def _judged_words(manifest: Manifest) -> str:
    judged = manifest.judged
    if judged is None:
        return ""
    if isinstance(judged, JudgedFindings):
        return _findings_words(judged)
    if judged.truth == "labels":
        return tr(
            "Right answers when it was saved: {after} of {pictures}, before {before} ({over}).",
            after=judged.right_after,
            pictures=judged.pictures,
            before=judged.right_before,
            over=judged.over,
        )
    return tr(
        "When it was saved it answered {after} of {pictures} pictures as the network before did "
        "({over}).",
        after=judged.right_after,
        pictures=judged.pictures,
        over=judged.over,
    )


def _findings_words(judged: JudgedFindings) -> str:
    given: dict[str, object] = {"over": judged.over, "points": f"{100 * judged.change:+.2f}"}
    if judged.before is not None:
        return tr(
            "When it was saved its {measure} had changed by {points} points from {before:.1%} "
            "({over}).",
            measure=judged.measure,
            before=judged.before,
            **given,
        )
    if judged.measure == "scores":
        return tr(
            "When it was saved the scores of the boxes found had changed by {points} points on "
            "average ({over}).",
            **given,
        )
    return tr(
        "When it was saved it gave {share:.1%} of the places the same class as the original "
        "network ({over}).",
        share=1 + judged.change,
        over=judged.over,
    )
