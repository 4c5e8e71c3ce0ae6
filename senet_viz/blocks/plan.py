"""The plan of a network: its gates, what else it does with pooled values, and how to read each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod
from typing import Any

from torch import nn

from senet_viz.blocks import axes as ax
from senet_viz.blocks.anatomy import read_anatomy
from senet_viz.blocks.follower import Follower
from senet_viz.blocks.frames import Frame, Key
from senet_viz.blocks.layers import Recipe, recipe_of
from senet_viz.blocks.layouts import sizes_of
from senet_viz.blocks.owners import Owners
from senet_viz.blocks.pool_chains import PoolChain, chain_of
from senet_viz.blocks.products import Product, Reason
from senet_viz.blocks.taps import Tap, maps_layout, taps_of, unit_of
from senet_viz.blocks.values import Value, memory
from senet_viz.core.translation import tr

PARTS = ("features", "squeeze", "hidden", "logit", "excitation", "product")


Given = tuple[tuple[tuple[tuple[int, int], ...], ...], Any, tuple[str, ...]]
"""What is known of a tensor before it is seen: roles and sizes by dimension, family, form."""


@dataclass(frozen=True, slots=True)
class PlannedGate:
    """One gate of one call of its owner.

    name: with "#2" for a second gate of one call. call: of the owner. taps: by PARTS; None if the
    operations have to be followed, within the module called ``followed``. scale: (a, b), where the
    factor is a + b times the excitation; None if it is no such function. gain: a number that
    multiplies the product, and so the factor. chain: from its poolings to its logit, or why it is
    no sum; not for a plain sum, which ``layers`` describe. unit: the module that does only this,
    from the feature maps to the product, or, where ``gives_gate``, to the gate alone; None where
    the gate is written into the forward of something larger.
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
    chain: PoolChain | str | None = None
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


def make_plan(model: nn.Module, follow: Follower, owners: Owners, *, graph: bool) -> Plan:
    """The plan from a pass that was followed. graph: the modules do not run their own forward."""
    products = follow.findings()
    # Hooks on a gate's own modules cost least. They miss operations if a graph runs instead of the
    # modules, or if parts run in several threads: such a pass is followed as a whole.
    whole = graph or owners.threads > 1
    names = cache(lambda: {memory(tensor): name for name, tensor in model.named_parameters()})
    planned: dict[int, PlannedGate] = {}
    calls: dict[int, int] = {}
    for product in (p for p in products if p.reason is None):
        owner = product.owner
        number = calls[id(owner)] = calls.get(id(owner), 0) + 1
        name = owner.name if owner is not None else ""
        label = name if number == 1 else f"{name}#{number}"
        if graph and not name:
            label = f"#{number}"
        taps = None if whole else taps_of(product, owner, owners)
        planned[id(product)] = _planned(product, label, owner, taps, model, names)
    sites = _sites(products, planned, whole=whole)
    others = dict.fromkeys(
        PlannedOther(p.owner.name if p.owner else "", kind_of(p.owner, model), p.reason)
        for p in products
        if p.reason is not None
    )
    trouble = tuple(dict.fromkeys(f"{type(e).__name__}: {e}" for e in follow.trouble))
    if follow.lost:
        fused = tr(
            "{kind} computes with operations that are fused into one another, so gates could not "
            "be told from the rest. Give the network as it was before it was frozen or optimised",
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
    products: Sequence[Product], planned: dict[int, PlannedGate], *, whole: bool
) -> dict[str, tuple[Site, ...]]:
    """The outermost modules to follow, call by call, with all gates that run in them."""
    names = {gate.owner for gate in planned.values() if gate.taps is None}
    whole = whole or "" in names
    calls: dict[str, dict[int, tuple[Frame | None, list[PlannedGate | None]]]] = {}
    for product in products:
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
    unit, gives_gate = unit_of(product)
    layers = recipe_of(parts, names)
    plain = layers is not None and parts.squeeze_by in ("mean", "max")
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
        layers=layers,
        chain=None if plain else chain_of(product, parts),
        unit=unit,
        gives_gate=gives_gate,
    )
