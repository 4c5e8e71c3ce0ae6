"""Networks of one's own: a checkpoint of a known architecture, with what belongs to it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import nn

from senet_viz.blocks.examples import examples_for
from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.array_inputs import ArrayPreprocess
from senet_viz.models.catalogue import load_model
from senet_viz.models.network import ASSUMED, Network
from senet_viz.models.preprocess import custom_preprocess
from senet_viz.models.saved_manifest import Manifest, manifest_of
from senet_viz.models.wording import one_line


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
    the architecture's own, and the notes say so. A file of ``save_network`` says itself what goes
    with it.

    Raises a WeightsError where the file does not fit (with what is missing, unknown or of another
    shape), would run code, or where labels or preprocessing do not suit the network.

    >>> from senet_viz.models.embedded import asset_paths
    >>> file = asset_paths("se_resnet18_imagenette")[0]
    >>> load_checkpoint("se_resnet18_imagenette", file, input_size=96).preprocess.input_size
    (96, 96)
    """
    manifest = manifest_of(Path(path))
    if manifest is not None:
        _require_its_own(manifest, architecture, path)
        saved = load_model(path)
        return adapt_network(saved, labels=labels, input_size=input_size, mean=mean, std=std)
    net = load_model(architecture, weights=path)
    changed = adapt_network(net, labels=labels, input_size=input_size, mean=mean, std=std)
    prepared = not (input_size is None and mean is None and std is None)
    notes = [note for note in net.notes if note != ASSUMED]
    if assumed := _assumed(preprocessing=not prepared, names=labels is None):
        notes.insert(0, assumed)
    return replace(changed, notes=tuple(notes))


def adapt_network(
    net: Network,
    *,
    labels: Sequence[str] | None = None,
    input_size: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Network:
    """``net`` with class names and preprocessing of one's own, as for ``load_checkpoint``.

    What is left out stays as it is. Raises a WeightsError where there is not one name for each of
    the network's outputs, or it cannot take such pictures.

    >>> net = load_model("se_resnet18_imagenette")
    >>> adapt_network(net, mean=(0.5, 0.5, 0.5)).preprocess.mean
    (0.5, 0.5, 0.5)
    """
    if isinstance(net.preprocess, ArrayPreprocess):
        if not (input_size is None and mean is None and std is None):
            raise WeightsError(
                tr(
                    "{net} takes {wanted}, as they are in the file. Leave out mean, deviation and "
                    "side, and prepare the array itself.",
                    net=net.name,
                    wanted=net.preprocess.wanted,
                )
            )
        return net if labels is None else _labelled(net, labels)
    preprocess = custom_preprocess(net.preprocess, side=input_size, mean=mean, std=std)
    changed = replace(net, preprocess=preprocess)
    if preprocess.input_size != net.preprocess.input_size:
        _try_out(changed, usual=net.preprocess.input_size)
    return changed if labels is None else _labelled(changed, labels)


def _labelled(net: Network, labels: Sequence[str]) -> Network:
    outputs = len(net.labels) or _outputs(net)
    if len(labels) != outputs:
        raise _unfitting(len(labels), outputs)
    return replace(net, labels=tuple(labels))


def _require_its_own(manifest: Manifest, architecture: str, path: Path | str) -> None:
    """A saved network is of the architecture it says, and of no other."""
    if architecture.rpartition("/")[2].partition(".")[0] != manifest.architecture.partition(".")[0]:
        raise WeightsError(
            tr(
                "{path} is a saved network of the architecture {own}, and {architecture} was "
                "given. Give {own}.",
                path=path,
                own=manifest.architecture,
                architecture=architecture,
            )
        )


def _outputs(net: Network) -> int:
    """How many classes a network tells apart that does not say so; 0 for none."""
    if isinstance(net.preprocess, ArrayPreprocess):
        answer = _made_up_answer(net.model)
    else:
        height, width = net.preprocess.input_size
        with torch.no_grad():
            answer = net.model(net.preprocess(Image.new("RGB", (width, height))))
    return int(answer.shape[1]) if isinstance(answer, torch.Tensor) and answer.ndim == 2 else 0


def _made_up_answer(model: nn.Module) -> object:
    """The network's output for the first made-up input that it accepts; None if it accepts none."""
    for example in examples_for(model):
        with suppress(Exception), torch.no_grad():  # whatever the network's own code raises
            return model(example)
    return None


@speaking(ENGLISH)
def _assumed(*, preprocessing: bool, names: bool) -> str:
    """What is taken to be the architecture's own, "" where everything was given."""
    if preprocessing and names:
        return tr("Assumed of this file: the architecture's usual preprocessing and class names.")
    if preprocessing:
        return tr("Assumed of this file: the architecture's usual preprocessing.")
    return tr("Assumed of this file: the architecture's usual class names.") if names else ""


def _unfitting(given: int, outputs: int) -> WeightsError:
    if not outputs:
        return WeightsError(
            tr(
                "{labels} class names were given, but the network has no scores by class. Leave "
                "them out.",
                labels=given,
            )
        )
    return WeightsError(
        tr(
            "{labels} class names were given, and the network tells {outputs} classes apart. Give "
            "one name for each, in the order of its outputs.",
            labels=given,
            outputs=outputs,
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
                "{net} cannot take pictures of {width} x {height} px ({reason}). Its own "
                "size is {usual_width} x {usual_height}; multiples of 32 work with most networks.",
                net=net.name,
                width=width,
                height=height,
                reason=one_line(error),
                usual_width=usual[1],
                usual_height=usual[0],
            )
        ) from error
