"""The plan of a network: its gates, what else it does with pooled values, and how to read each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

from torch import nn

from senet_viz.blocks import axes as ax
from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.axes import Axes
from senet_viz.blocks.following import Follow
from senet_viz.blocks.layers import Recipe, recipe_of
from senet_viz.blocks.layouts import Layout, is_plain, layout_of, sizes_of
from senet_viz.blocks.owners import Frame, Key, Owners, Place
from senet_viz.blocks.products import Product, Reason
from senet_viz.blocks.values import Step, Value, memory
from senet_viz.core.translation import tr

PARTS = ("features", "squeeze", "hidden", "logit", "excitation", "product")


Given = tuple[tuple[tuple[tuple[int, int], ...], ...], Any, tuple[str, ...]]
"""What is known of a tensor before it is seen: roles and sizes by dimension, family, form."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Where a value is seen: an argument or an output of a module, in its ``call`` within the owner.

    lasting: the argument is still the same when the module has run. alone: the module runs once in
    each call of the owner, and nowhere else.
    """

    module: str
    call: int
    is_input: bool
    key: Key
    lasting: bool
    layout: Layout
    alone: bool


@dataclass(frozen=True, slots=True)
class PlannedGate:
    """One gate of one call of its owner.

    name: with "#2" for a second gate of one call. call: of the owner. taps: by PARTS; None where the
    operations have to be followed, within a module of the name in ``followed``. scale: (a, b), the factor
    being a + b times the excitation; None where it is no such function. gain: a number the product
    is then multiplied by, and so the factor. unit: the module that does this and nothing else, from
    the feature maps to the product, or, where ``gives_gate``, to the gate alone; None where the gate
    is written into the forward of something larger.
    """

    name: str
    kind: str
    squeeze_by: str
    gate: str
    factor: str
    channels: int
    hidden: int | None
    places: tuple[int, ...]
    owner: str
    call: int
    taps: Mapping[str, Tap] | None
    scale: tuple[float, float] | None
    gain: float
    layers: Recipe | None
    followed: str | None = None
    unit: str | None = None
    gives_gate: bool = False

    @property
    def activation(self) -> str:
        """The name with the number of the call, from the second on."""
        return called(self.name, self.call)


@dataclass(frozen=True, slots=True)
class PlannedOther:
    """What multiplies, mixes or adds by pooled values and is no channel gate."""

    name: str
    kind: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Site:
    """One call of a module that has to be followed: its gates in the order of their products.

    A gate that nothing reads is None. given: what is known of the module's arguments, by key.
    """

    gates: tuple[PlannedGate | None, ...]
    given: Mapping[Key, Given]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one forward pass of a network showed; gates in firing order, each call for itself.

    threads: whether the network starts threads of its own. sites: what runs in each call of the
    modules that have to be followed, "" for the whole network. idle: modules that never ran.
    """

    gates: tuple[PlannedGate, ...]
    others: tuple[PlannedOther, ...]
    threads: bool
    sites: Mapping[str, tuple[Site, ...]]
    idle: frozenset[str] = frozenset()
    trouble: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[PlannedGate, ...]:
        """The gates of the first call of each owner."""
        return tuple(gate for gate in self.gates if gate.call == 1)


def called(name: str, call: int) -> str:
    """The name of what a module did in its second call, its third, and so on."""
    return name if call == 1 else f"{name}@{call}"


def make_plan(model: nn.Module, follow: Follow, owners: Owners, *, graph: bool) -> Plan:
    """The plan from a pass that was followed. graph: the modules do not run their own forward."""
    found = follow.findings()
    whole = graph or owners.threads > 1
    names = cache(lambda: {memory(tensor): name for name, tensor in model.named_parameters()})
    planned: dict[int, PlannedGate] = {}
    seen: dict[int, int] = {}
    for product in (p for p in found if p.reason is None):
        owner = product.owner
        number = seen[id(owner)] = seen.get(id(owner), 0) + 1
        name = owner.name if owner is not None else ""
        label = name if number == 1 else f"{name}#{number}"
        if graph and not name:
            label = f"#{number}"
        taps = None if whole else _taps(product, owner, owners)
        planned[id(product)] = _planned(product, label, owner, taps, model, names)
    sites = _sites(found, planned, whole=whole)
    others = dict.fromkeys(
        PlannedOther(p.owner.name if p.owner else "", kind_of(p.owner, model), p.reason)
        for p in found
        if p.reason is not None
    )
    trouble = tuple(dict.fromkeys(f"{type(e).__name__}: {e}" for e in follow.trouble))
    if follow.lost:
        fused = tr(
            "{kind} computes with operations that are fused into one another, so gates could not be "
            "told from the rest. Give the network as it was before it was frozen or optimised",
            kind=type(model).__name__,
        )
        trouble = (*trouble, fused)
    return Plan(
        gates=tuple(planned.values()),
        others=tuple(others),
        threads=owners.threads > 1,
        sites=sites,
        idle=frozenset() if graph else owners.idle(),
        trouble=trouble,
    )


def _sites(
    found: Sequence[Product], planned: dict[int, PlannedGate], *, whole: bool
) -> dict[str, tuple[Site, ...]]:
    """The outermost modules to follow, call by call, with all gates that run in them."""
    names = {gate.owner for gate in planned.values() if gate.taps is None}
    whole = whole or "" in names
    calls: dict[str, dict[int, tuple[Frame | None, list[PlannedGate | None]]]] = {}
    for product in found:
        if product.reason not in (None, "unread"):
            continue
        path = product.frame.path() if product.frame is not None else []
        frame = next((f for f in path if whole or f.name in names), None)
        if frame is None and not whole:
            continue
        name, key = ("", 0) if whole or frame is None else (frame.name, id(frame))
        gate = planned.get(id(product))
        if gate is not None:
            gate = planned[id(product)] = replace(gate, taps=None, followed=name)
        calls.setdefault(name, {}).setdefault(key, (frame, []))[1].append(gate)
    return {
        name: tuple(
            Site(tuple(gates), {k: _given(v) for k, v in frame.given.items()} if frame else {})
            for frame, gates in each.values()
        )
        for name, each in calls.items()
    }


def _given(value: Value) -> Given:
    axes = tuple(tuple((axis.role[0], axis.size) for axis in d) for d in value.axes)
    return axes, value.family, value.form


def kind_of(frame: Frame | None, model: nn.Module) -> str:
    """Package and class of a module: "timm SEModule"."""
    module = model if frame is None else frame.module
    if isinstance(module, str):
        return f"{module.partition('.')[0]} {module.rpartition('.')[2]}"
    kind = type(module) if isinstance(module, nn.Module) else module
    return f"{kind.__module__.partition('.')[0]} {kind.__qualname__}"


def _planned(
    product: Product,
    name: str,
    owner: Frame | None,
    taps: dict[str, Tap] | None,
    model: nn.Module,
    names: Callable[[], Mapping[int, str]],
) -> PlannedGate:
    parts, layout = read_anatomy(product), maps_layout(product)
    unit, gives_gate = _unit(product, owner)
    return PlannedGate(
        name=name,
        kind=kind_of(owner, model),
        squeeze_by=parts.squeeze_by,
        gate=parts.gate,
        factor=parts.form,
        channels=prod(sizes_of(layout, "c")),
        hidden=None if parts.hidden is None else ax.count(parts.hidden.axes, ax.CHANNEL),
        places=sizes_of(layout, "p"),
        owner=owner.name if owner is not None else "",
        call=owner.call if owner is not None else 1,
        taps=taps,
        scale=parts.scale,
        gain=product.gain,
        layers=recipe_of(parts, names),
        unit=unit,
        gives_gate=gives_gate,
    )


def _unit(product: Product, owner: Frame | None) -> tuple[str | None, bool]:
    """The outermost module whose argument the maps are and whose whole output the product is.

    Or else the factor: then the caller multiplies.
    """
    takes = [p.frame for p in product.maps.places if p.is_input]
    made = [] if product.result is None else product.result.places
    factor = product.factor.places
    for places, gives_gate in ((made, False), (factor, True)):
        for place in reversed(places):
            if not place.is_input and place.key is None and any(f is place.frame for f in takes):
                return place.frame.name, gives_gate
    return None, False


def maps_layout(product: Product, axes: Axes | None = None) -> Layout:
    """How the maps of a product lie, or the same maps with other axes, by how the factor varies."""
    maps, factor = product.maps, product.factor
    places = set()
    if maps.step is not None and len(factor.axes) <= len(maps.axes):
        wide = ax.expanded(factor.axes, tuple(map(ax.size_of, maps.axes)))
        pairs = zip(maps.axes, wide, strict=True)
        places = {
            id(axis.role)
            for dimension, along in pairs
            for axis in dimension
            if axis.role[0] == ax.CHANNEL and not ax.varies(along)
        }
    frames = "n" if ax.has(factor.axes, ax.FRAME) else "p"
    return layout_of(maps.axes if axes is None else axes, frames=frames, places=places)


def _taps(product: Product, owner: Frame | None, owners: Owners) -> dict[str, Tap] | None:
    """Where each part passes in or out of a module within the owner; None where one does not."""
    parts = read_anatomy(product)
    if (
        owner is None
        or not owner.name
        or product.result is None
        or parts.scale is None
        or product.inverse
    ):
        return None
    taps: dict[str, Tap] = {}
    for part, places in (("features", product.maps.places), ("product", product.result.places)):
        inside = [p for p in places if owner in p.frame.path()]
        if part == "product":
            inside = [p for p in inside if p.frame is not owner or not p.is_input]
        inside.sort(
            key=lambda p: (not is_plain(maps_layout(product, p.axes)), p.frame is not owner)
        )
        if not inside:
            return None
        taps[part] = _tap(inside[0], maps_layout(product, inside[0].axes), owner, owners)
    for part in ("squeeze", "hidden", "logit", "excitation"):
        step: Step | None = getattr(parts, part)
        inside = [] if step is None else [p for p in step.places if owner in p.frame.path()]
        if part == "excitation":  # where another can be put in its place
            inside = [p for p in inside if not p.is_input and p.frame is not owner]
        if step is not None and not inside:
            return None
        if inside:
            place = inside[-1] if part in ("hidden", "logit") else inside[0]
            taps[part] = _tap(place, layout_of(place.axes), owner, owners)
    return taps


def _tap(place: Place, layout: Layout, owner: Frame, owners: Owners) -> Tap:
    frame, name = place.frame, place.frame.name
    every = owners.calls[name]
    calls = [each for each in every if owner in each.path()]
    own = owners.calls[owner.name]
    alone = (
        [sum(f in each.path() for each in every) for f in own] == [1] * len(own) == [1] * len(every)
    )
    return Tap(
        module=name,
        call=calls.index(frame) + 1,
        is_input=place.is_input,
        key=place.key,
        lasting=place.lasting,
        layout=layout,
        alone=alone,
    )
