"""Fold SE blocks whose gates are constant into the layers beside them: the same network without.

A gate that is the same for every picture is a fixed factor per channel, and a factor goes into the
weights of a BatchNorm or convolution exactly. Where it goes is found from the flow of one forward
pass, and proved by running both networks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.blocks.examples import picture_channels
from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.errors import BlockError
from senet_viz.core.records import SEBlock
from senet_viz.core.translation import tr
from senet_viz.costs.adjacent_layers import Neighbour, NoPlaceError, neighbours
from senet_viz.costs.dataflow import Flow, trace_flow
from senet_viz.costs.gate_profiles import Constant, Profile, constants
from senet_viz.costs.removal import leaves, not_apart
from senet_viz.costs.same_outputs import apart, outputs
from senet_viz.costs.shapes_only import own_copy, shared_copy
from senet_viz.hooks import override
from senet_viz.models.saved_manifest import FoldedBlock
from senet_viz.models.stand_ins import StandIn, put_at, stand_in

EXACT = 1e-4
USUAL_SIDE = 224


@dataclass(frozen=True, slots=True)
class Fold:
    """One SE block that is gone, the layers that took its gates, and what it had.

    ``unit`` is the module that it was, ``leaves`` what stands there now.
    """

    block: SEBlock
    unit: str
    leaves: StandIn
    into: tuple[str, ...]
    parameters: int
    off_mean: float | None

    @property
    def saved(self) -> FoldedBlock:
        """What the file of the network says of it."""
        return FoldedBlock(self.block.name, self.unit, self.leaves, self.into)

    @property
    def words(self) -> str:
        into = ", ".join(self.into)
        if self.off_mean is None:
            return tr("{block} into {into}", block=self.block.name, into=into)
        return tr(
            "{block} into {into}; its gates were off their mean by {off:.1%}",
            block=self.block.name,
            into=into,
            off=self.off_mean,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """One SE block that was not folded away, and why."""

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
    refused: tuple[Refused, ...]
    inexactness: float
    difference: float

    @property
    def parameters_saved(self) -> int:
        return sum(fold.parameters for fold in self.folds)


def fold_constant_gates(
    model: nn.Module,
    profile: Profile,
    *,
    images: Tensor | None = None,
    blocks: Collection[str] | None = None,
) -> Folded:
    """A copy of ``model`` in which every block with constant gates is folded away.

    profile: what the gates are over many pictures. Block name to the mean (c,), or to mean and
    standard deviation (c,) each; or the reference statistics of a ``Network``. blocks: to fold, at
    their mean, however far their gates move; if left out, those that act as a fixed scale, by the
    rule of ``VarianceSplit.verdict``. Where only a mean is given, the caller says so. Blocks the
    profile leaves out stay. images (n, 3, h, w): to compare the outputs on.

    ``model`` itself is not changed; what was not changed is shared with it. A block stays, with
    the reason, where no layer beside it takes a factor per channel, or where the output would move
    by more than 1e-4 of its largest value.

    Raises a BlockError where the profile names no block of the model or does not fit it.

    >>> from senet_viz.models.residual import build
    >>> network = build("se")
    >>> _ = torch.nn.init.zeros_(network.layer1[0].se.expand.weight)
    >>> gates = np.full(32, 0.5, dtype=np.float32)
    >>> done = fold_constant_gates(network, {"layer1.0.se": gates})
    >>> done.folds[0].words, done.parameters_saved
    ('layer1.0.se into layer1.0.bn2', 292)
    """
    return Folding(model, images=images).fold(profile, blocks=blocks)


class Folding:
    """Folds blocks of one network away, as often as wanted; what stands where is found once."""

    def __init__(self, model: nn.Module, *, images: Tensor | None = None) -> None:
        """images (n, 3, h, w): to compare the outputs on; noise if left out."""
        self._model = unwrapped(model)[0]
        if images is None:
            images = torch.randn(1, picture_channels(model), USUAL_SIDE, USUAL_SIDE)
        self._images = placed(self._model, images)
        places = locate_blocks(self._model, self._images)
        self._places = {place.block.name: place for place in places}
        if not self._places:
            kind = type(self._model).__name__
            raise BlockError(tr("{kind} has no SE block, so there is nothing to fold", kind=kind))
        height, width = self._images.shape[-2:]
        self._flow = trace_flow(self._model, (int(height), int(width)))
        self._held = shared_copy(self._model)  # its gates are found once, and then held again
        self._before = outputs(self._held, self._images)

    def fold(self, profile: Profile, *, blocks: Collection[str] | None = None) -> Folded:
        """As ``fold_constant_gates``."""
        inner, places = self._model, self._places
        own = {name: place.block for name, place in places.items()}
        known, stay = constants(profile, own, chosen=blocks)
        plan = _planned(inner, self._flow, places, known, stay)
        done, inexactness = self._proved(plan, known, stay)
        folded = _apply(inner, {name: plan[name] for name in done}, known)
        return Folded(
            model=folded,
            folds=tuple(_fold(plan[n], inner, known[n]) for n in places if n in done),
            refused=tuple(Refused(own[name], stay[name]) for name in places if name in stay),
            inexactness=inexactness,
            difference=apart(outputs(folded, self._images), self._before),
        )

    def _proved(
        self, plan: Mapping[str, "_Place"], known: Mapping[str, Constant], stay: dict[str, str]
    ) -> tuple[tuple[str, ...], float]:
        """Blocks that fold together, and how exactly; all at once, else one after another."""
        names = tuple(plan)
        if not names:
            return (), 0.0
        off = self._inexact(names, plan, known)
        if off <= EXACT:
            return names, off
        done: tuple[str, ...] = ()
        for name in names:
            off = self._inexact((name,), plan, known)
            if off <= EXACT:
                done = (*done, name)
            else:
                stay[name] = tr(
                    "folded into {layer}, the output moved by {apart:.1e} of its largest value",
                    layer=plan[name].layers[0].layer,
                    apart=off,
                )
        return done, self._inexact(done, plan, known) if done else 0.0

    def _inexact(
        self, names: Iterable[str], plan: Mapping[str, "_Place"], known: Mapping[str, Constant]
    ) -> float:
        folded = _apply(self._model, {name: plan[name] for name in names}, known)
        with override(self._held, {name: known[name].gates for name in names}):
            held = outputs(self._held, self._images)
        return apart(outputs(folded, self._images), held)


def largest_difference(first: nn.Module, second: nn.Module, images: Tensor) -> float:
    """Of two networks' outputs for the same pictures, over the largest output of the second."""
    return apart(*(outputs(shared_copy(each), images) for each in (first, second)))


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A block that can be folded away, and the layers that take its factor."""

    block: FoundBlock
    layers: tuple[Neighbour, ...]


def _fold(place: _Place, model: nn.Module, fixed: Constant) -> Fold:
    module = model.get_submodule(place.block.unit or "")
    return Fold(
        block=place.block.block,
        unit=place.block.unit or "",
        leaves=leaves(place.block),
        into=tuple(dict.fromkeys(layer.layer for layer in place.layers)),
        parameters=sum(p.numel() for p in module.parameters()),
        off_mean=fixed.off_mean,
    )


def _planned(
    model: nn.Module,
    flow: Flow,
    located: Mapping[str, FoundBlock],
    known: Mapping[str, Constant],
    stay: dict[str, str],
) -> dict[str, _Place]:
    """The layers that each block can be folded into; where there is none, ``stay`` says why."""
    plan: dict[str, _Place] = {}
    for name, fixed in known.items():
        place = located[name]
        if place.unit is None or place.scale is None:
            stay[name] = not_apart(place)
            continue
        try:
            layers = neighbours(model, flow, place.unit, len(fixed.gates))
            plan[name] = _Place(place, layers)
        except NoPlaceError as error:
            stay[name] = tr("no layer beside it can take its gates: {error}", error=str(error))
    return plan


def _apply(
    model: nn.Module,
    plan: Mapping[str, _Place],
    known: Mapping[str, Constant],
) -> nn.Module:
    folded = shared_copy(model)
    for name in {layer.layer for place in plan.values() for layer in place.layers}:
        put_at(folded, name, own_copy(folded.get_submodule(name)))
    for name, place in plan.items():
        gates = torch.as_tensor(np.array(known[name].gates)).to(next(model.parameters()).device)
        start, slope = place.block.scale or (0.0, 1.0)
        for layer in place.layers:
            layer.scale(folded, start + slope * gates)
        folded = put_at(folded, place.block.unit or "", stand_in(leaves(place.block)))
    return folded
