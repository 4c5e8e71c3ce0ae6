"""Networks of one's own: a checkpoint of a known architecture, or what a Python function makes."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from senet_viz.blocks.finding import find_blocks
from senet_viz.core.errors import BlockError, WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.catalogue import load_model
from senet_viz.models.label_files import read_labels
from senet_viz.models.network import ASSUMED, Network
from senet_viz.models.preprocess import custom_preprocess, imagenet_preprocess
from senet_viz.models.wording import one_line, with_article

__all__ = ["load_checkpoint", "load_factory", "read_labels"]


def load_checkpoint(
    architecture: str,
    path: Path | str,
    *,
    labels: Sequence[str] | None = None,
    input_size: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Network:
    """``architecture``, any of ``list_models()``, with the weights in ``path``.

    labels: (k,) the classes' names in the order of the logits. input_size: px, of the square the
    network is given. mean, std: of red, green and blue on a scale of 0 to 1. What is left out is
    the architecture's own, and the notes say so.

    Raises a WeightsError where the file does not fit (with what is missing, unknown or of another
    shape), would run code, or where labels or preprocessing do not suit the network.

    >>> from senet_viz.models.embedded import asset_paths
    >>> file = asset_paths("se_resnet18_imagenette")[0]
    >>> load_checkpoint("se_resnet18_imagenette", file, input_size=96).preprocess.input_size
    (96, 96)
    """
    net = load_model(architecture, weights=path)
    preprocess = custom_preprocess(net.preprocess, side=input_size, mean=mean, std=std)
    prepared = not (input_size is None and mean is None and std is None)
    notes = [note for note in net.notes if note != ASSUMED]
    if assumed := _assumed(preprocessing=not prepared, names=labels is None):
        notes.insert(0, assumed)
    if labels is not None:
        _require_fitting(labels, net)
    changed = replace(
        net,
        preprocess=preprocess,
        labels=net.labels if labels is None else tuple(labels),
        notes=tuple(notes),
    )
    if preprocess.input_size != net.preprocess.input_size:
        _try_out(changed, usual=net.preprocess.input_size)
    return changed


@speaking(ENGLISH)
def _assumed(*, preprocessing: bool, names: bool) -> str:
    """What is taken to be the architecture's own, "" where everything was given."""
    if preprocessing and names:
        return tr("Assumed of this file: the architecture's usual preprocessing and class names.")
    if preprocessing:
        return tr("Assumed of this file: the architecture's usual preprocessing.")
    return tr("Assumed of this file: the architecture's usual class names.") if names else ""


def load_factory(spec: str) -> Network:
    """The network that the Python function ``package.module:factory`` returns.

    The function takes no arguments and returns a ``torch.nn.Module`` or a senet_viz ``Network``.
    A bare module is given ImageNet's usual preprocessing at 224 px, and the notes say so. The
    module is looked for where Python looks, and in the current folder. This runs the function:
    never pass on a ``spec`` from a stranger.

    Raises a WeightsError where it cannot be found or run or returns something else, and a
    BlockError where the network has no SE block.

    >>> load_factory("timm.models.efficientnet:test_efficientnet").library
    'own'
    """
    made = _called(spec)
    if isinstance(made, Network):
        net = made
        net.model.eval()
    elif isinstance(made, nn.Module):
        net = _described(made, spec)
    else:
        raise WeightsError(
            tr(
                "{spec} returned {article}. It has to return a torch.nn.Module or a "
                "senet_viz Network.",
                spec=spec,
                article=with_article(type(made).__name__),
            )
        )
    if not find_blocks(net.model):
        raise BlockError(
            tr(
                "the {kind} that {spec} returned has no SE block that is known here. "
                "Return a network with Squeeze-and-Excitation blocks.",
                kind=type(net.model).__name__,
                spec=spec,
            )
        )
    return net


def _called(spec: str) -> Any:
    module_name, _, attribute = spec.partition(":")
    if not (module_name and attribute):
        raise WeightsError(
            tr(
                "{spec!r} names no factory. Write package.module:factory, with a colon "
                "between the module and the function that returns the network.",
                spec=spec,
            )
        )
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)
    try:
        module = import_module(module_name)
    except Exception as error:  # the module's own code may raise anything
        raise WeightsError(
            tr(
                "{module_name} could not be imported ({said}). Check that it works in "
                "Python by itself, from this folder and without arguments.",
                module_name=module_name,
                said=_said(error),
            )
        ) from error
    try:
        factory = attrgetter(attribute)(module)
    except AttributeError as error:
        raise WeightsError(
            tr(
                "the module {module_name} has no {attribute}. Name a function that is there.",
                module_name=module_name,
                attribute=attribute,
            )
        ) from error
    if not callable(factory):
        kind = with_article(type(factory).__name__)
        raise WeightsError(
            tr("{spec} is {kind}, which cannot be called. Name a function.", spec=spec, kind=kind)
        )
    try:
        return factory()
    except Exception as error:  # as may the factory
        raise WeightsError(
            tr(
                "{spec} raised {said}. Check that it works in Python by itself, from this "
                "folder and without arguments.",
                spec=spec,
                said=_said(error),
            )
        ) from error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {one_line(error)}"


@speaking(ENGLISH)
def _described(model: nn.Module, spec: str) -> Network:
    preprocess = imagenet_preprocess()
    return Network(
        name=spec,
        title=tr("{kind} from {spec}", kind=type(model).__name__, spec=spec),
        library="own",
        model=model.eval(),
        preprocess=preprocess,
        labels=(),
        licence="",
        source=tr("made by {spec}", spec=spec),
        sha256="",
        trained=True,
        notes=(
            tr(
                "Preprocessing is assumed to be ImageNet's: {words}. Whether the weights "
                "are trained is known to {spec} alone.",
                words=preprocess.words,
                spec=spec,
            ),
        ),
    )


def _require_fitting(labels: Sequence[str], net: Network) -> None:
    if len(labels) != len(net.labels):
        raise WeightsError(
            tr(
                "{labels} class names were given, and the network in the file tells "
                "{labels_2} classes apart. Give one name for each, in the order of its "
                "outputs.",
                labels=len(labels),
                labels_2=len(net.labels),
            )
        )


def _try_out(net: Network, *, usual: tuple[int, int]) -> None:
    """One forward pass: some architectures take only certain sides."""
    height, width = net.preprocess.input_size
    try:
        with torch.no_grad():
            net.model(net.preprocess(Image.new("RGB", (width, height))))
    except (RuntimeError, ValueError, AssertionError) as error:
        raise WeightsError(
            tr(
                "{net} cannot take pictures of {width} x {height} px ({one_line}). Its own "
                "size is {usual} x {usual_2}; multiples of 32 work with most networks.",
                net=net.name,
                width=width,
                height=height,
                one_line=one_line(error),
                usual=usual[1],
                usual_2=usual[0],
            )
        ) from error
