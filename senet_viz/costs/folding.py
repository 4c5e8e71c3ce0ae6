"""Fold SE blocks whose gates are constant into the layers beside them: the same network without.

A gate that is the same for every picture is a fixed factor per channel, and a factor goes into the
weights of a BatchNorm or convolution exactly. Where it goes is found from the flow of one forward
pass, and proved by running both networks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from senet_viz.blocks.examples import picture_channels
from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock
from senet_viz.core.translation import tr
from senet_viz.costs.adjacent_layers import Neighbour, NoPlaceError, neighbours
from senet_viz.costs.dataflow import Flow, trace_flow
from senet_viz.costs.gate_profiles import Constant, Profile, constants
from senet_viz.costs.removal import not_apart, put_at, stand_in
from senet_viz.costs.shapes_only import own_copy, shared_copy
from senet_viz.hooks import override

EXACT = 1e-4
USUAL_SIDE = 224


@dataclass(frozen=True, slots=True)
class Fold:
    """One SE block that is gone, the layers that took its gates, and what it had."""

    block: SEBlock
    into: tuple[str, ...]
    parameters: int
    spread: float | None

    @property
    def words(self) -> str:
        into = ", ".join(self.into)
        if self.spread is None:
            return tr("{block} into {into}", block=self.block.name, into=into)
        return tr(
            "{block} into {into}; its gates moved by at most {spread:.4f}",
            block=self.block.name,
            into=into,
            spread=self.spread,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """One SE block that is still there, and why."""

    block: SEBlock
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """The new network, and what became of each SE block.

    ``inexactness`` is the largest difference of the output from that of the network with its gates
    held at the same constants: what the folding itself did. ``difference`` is from the network as
    it was: that, and what the gates still moved. Both over the largest output, for the pictures
    given, or one of noise.
    """

    model: nn.Module
    folds: tuple[Fold, ...]
    kept: tuple[Kept, ...]
    inexactness: float
    difference: float

    @property
    def parameters_saved(self) -> int:
        return sum(fold.parameters for fold in self.folds)


def fold_constant_gates(
    model: nn.Module, profile: Profile, *, images: Tensor | None = None, constant: float = 0.01
) -> Folded:
    """A copy of ``model`` in which every block with constant gates is folded away.

    profile: what the gates are over many pictures. Block name to the mean (c,), or to mean and
    standard deviation (c,) each; or the reference statistics of a ``Network``. A block is constant
    if no gate's deviation is above ``constant``; where only a mean is given, the caller says so.
    Blocks the profile leaves out stay. images (n, 3, h, w): to compare the outputs on.

    ``model`` itself is not changed. A block stays, with the reason, where no layer beside it takes
    a factor per channel, or where the output would move by more than 1e-4 of its largest value.

    Raises a BlockError where the profile names no block of the model or does not fit it.

    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> _ = torch.nn.init.zeros_(network.layer1[0].se.expand.weight)
    >>> gates = np.full(32, 0.5, dtype=np.float32)
    >>> done = fold_constant_gates(network, {"layer1.0.se": gates})
    >>> done.folds[0].words, done.parameters_saved
    ('layer1.0.se into layer1.0.bn2', 292)
    """
    inner = unwrapped(model)[0]
    parameter = next(inner.parameters())
    if images is None:
        images = torch.randn(1, picture_channels(model), USUAL_SIDE, USUAL_SIDE)
    images = images.to(parameter.device, parameter.dtype)
    found = {place.block.name: place for place in locate_blocks(inner, images)}
    if not found:
        raise BlockError(
            tr("{kind} has no SE block, so there is nothing to fold", kind=type(inner).__name__)
        )
    blocks = {name: place.block for name, place in found.items()}
    known, stay = constants(profile, blocks, constant=constant)
    flow = trace_flow(inner, (int(images.shape[-2]), int(images.shape[-1])))
    plan = _planned(inner, flow, found, known, stay)
    done, inexactness = _proved(inner, plan, known, images, stay)
    folds = tuple(_fold(plan[n], inner, known[n]) for n in found if n in done)
    folded = _apply(inner, {name: plan[name] for name in done}, known)
    return Folded(
        model=folded,
        folds=folds,
        kept=tuple(Kept(blocks[name], stay[name]) for name in found if name in stay),
        inexactness=inexactness,
        difference=largest_difference(folded, inner, images),
    )


def largest_difference(first: nn.Module, second: nn.Module, images: Tensor) -> float:
    """Of two networks' outputs for the same pictures, over the largest output of the second."""
    return _apart(_outputs(first, images), _outputs(shared_copy(second), images))


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A block that can be folded away, and the layers that take its factor."""

    found: FoundBlock
    layers: tuple[Neighbour, ...]


def _fold(place: _Place, model: nn.Module, fixed: Constant) -> Fold:
    module = model.get_submodule(place.found.unit or "")
    return Fold(
        block=place.found.block,
        into=tuple(dict.fromkeys(layer.layer for layer in place.layers)),
        parameters=sum(p.numel() for p in module.parameters()),
        spread=fixed.spread,
    )


def _planned(
    model: nn.Module,
    flow: Flow,
    found: Mapping[str, FoundBlock],
    known: Mapping[str, Constant],
    stay: dict[str, str],
) -> dict[str, _Place]:
    """The layers that each block can be folded into; where there is none, ``stay`` says why."""
    plan: dict[str, _Place] = {}
    for name, fixed in known.items():
        place = found[name]
        if place.unit is None or place.scale is None:
            stay[name] = not_apart(place)
            continue
        try:
            layers = neighbours(model, flow, place.unit, len(fixed.gates))
            plan[name] = _Place(place, layers)
        except NoPlaceError as error:
            stay[name] = tr("no layer beside it can take its gates: {error}", error=str(error))
    return plan


def _proved(
    model: nn.Module,
    plan: Mapping[str, _Place],
    known: Mapping[str, Constant],
    images: Tensor,
    stay: dict[str, str],
) -> tuple[tuple[str, ...], float]:
    """Blocks that can be folded together, and how exactly; all at once, else one after another."""
    names = tuple(plan)
    if not names:
        return (), 0.0
    apart = _inexact(model, names, plan, known, images)
    if apart <= EXACT:
        return names, apart
    done: tuple[str, ...] = ()
    for name in names:
        apart = _inexact(model, (name,), plan, known, images)
        if apart <= EXACT:
            done = (*done, name)
        else:
            stay[name] = tr(
                "folded into {layer}, the output moved by {apart:.1e} of its largest value",
                layer=plan[name].layers[0].layer,
                apart=apart,
            )
    return done, _inexact(model, done, plan, known, images) if done else 0.0


def _inexact(
    model: nn.Module,
    names: Iterable[str],
    plan: Mapping[str, _Place],
    known: Mapping[str, Constant],
    images: Tensor,
) -> float:
    folded = _apply(model, {name: plan[name] for name in names}, known)
    fixed = shared_copy(model)
    with override(fixed, {name: known[name].gates for name in names}):
        held = _outputs(fixed, images)
    return _apart(_outputs(folded, images), held)


def _apply(
    model: nn.Module,
    plan: Mapping[str, _Place],
    known: Mapping[str, Constant],
) -> nn.Module:
    folded = own_copy(model)
    for name, place in plan.items():
        gates = torch.as_tensor(np.array(known[name].gates)).to(next(model.parameters()).device)
        start, slope = place.found.scale or (0.0, 1.0)
        for layer in place.layers:
            layer.scale(folded, start + slope * gates)
        folded = put_at(folded, place.found.unit or "", stand_in(place.found))
    return folded


def _outputs(model: nn.Module, images: Tensor) -> list[Tensor]:
    with torch.no_grad():
        answer = model(images)
    return [t.double() for t in tree_leaves(answer) if isinstance(t, Tensor)]


def _apart(found: Sequence[Tensor], expected: Sequence[Tensor]) -> float:
    if any(a.shape != b.shape for a, b in zip(found, expected, strict=True)):
        return float("inf")
    return max(
        (
            float((a - b).abs().max()) / max(1e-12, float(b.abs().max()))
            for a, b in zip(found, expected, strict=True)
            if b.numel()
        ),
        default=0.0,
    )
