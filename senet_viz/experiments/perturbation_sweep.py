"""How the gates move while a picture is perturbed more and more."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from senet_viz.analysis.stability import Trajectories, deviation
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.records import Capture, PerturbationKind
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr
from senet_viz.hooks import capture
from senet_viz.models.network import Network
from senet_viz.pictures.perturbations import SCALES, Perturbation, perturb

FEWEST_PICTURES = 2


def trajectories(
    network: Network,
    picture: Image.Image,
    kind: PerturbationKind,
    *,
    fixed: Sequence[Perturbation] = (),
    followed: int | None = None,
) -> Trajectories:
    """How do the gates move while ``kind`` grows? All strengths in one batch.

    fixed: other perturbations, kept as they are; one of the same kind is left out.
    followed: the class whose probability is followed; by default the likeliest one of the picture
    as it was given.

    >>> import senet_viz as sv
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> moved = trajectories(net, sv.decode(sv.load_sample("china")), "blur")
    >>> moved.gates["layer3.1.se"].shape
    (9, 128)
    """
    strengths = SCALES[kind].sweep
    others = [p for p in fixed if p.kind != kind]
    shown = [perturb(picture, [*others, Perturbation(kind, s)]) for s in strengths]
    captured = _captured(network, [picture, *shown])  # the picture as given comes first
    first = captured[0]
    logits = _logits(captured)
    if logits is None:
        followed = None
    elif followed is None:
        followed = int(logits[0].argmax())
    return Trajectories(
        kind=kind,
        blocks=first.blocks,
        strengths=readonly(np.array(strengths)),
        gates={name: readonly(_gates(captured, name)[1:]) for name in first.names},
        followed=followed,
        probability=None
        if logits is None
        else readonly(shares(logits, first.activation)[1:, followed]),
        likeliest=None if logits is None else readonly(logits[1:].argmax(1)),
    )


def gate_spread(network: Network, pictures: Sequence[Image.Image]) -> dict[str, Doubles]:
    """How much each gate differs from picture to picture: block name to (c,).

    The standard deviation over the network's reference statistics; over ``pictures``, of which
    there must be at least two, for a network without any.
    """
    if network.reference is not None:
        reference = network.reference
        return {name: reference.usual(name)[1].astype(np.float64) for name in reference.mean}
    if len(pictures) < FEWEST_PICTURES:
        raise CaptureError(
            tr(
                "{pictures} pictures were given. The spread from picture to picture needs "
                "at least two, or a network with reference statistics",
                pictures=len(pictures),
            )
        )
    captured = _captured(network, pictures)
    return {name: deviation(_gates(captured, name)) for name in captured[0].names}


def _captured(network: Network, pictures: Sequence[Image.Image]) -> list[Capture]:
    """The first by itself, the others in one batch if the network ends in one score a class.

    Detectors take no batch, and the inputs of segmentation networks are large.
    """
    inputs = [network.preprocess(picture) for picture in pictures]
    first = capture(network.model, inputs[0], features="none")
    rest = [torch.cat(inputs[1:])] if first.logits is not None else inputs[1:]
    return [first, *(capture(network.model, batch, features="none") for batch in rest)]


def _gates(captured: Sequence[Capture], name: str) -> Array:
    return np.concatenate([c[name].excitation for c in captured])


def _logits(captured: Sequence[Capture]) -> Array | None:
    """(n, k) of all captures; None where the network does not end in one score a class."""
    parts = [c.logits for c in captured if c.logits is not None]
    return np.concatenate(parts) if parts else None
