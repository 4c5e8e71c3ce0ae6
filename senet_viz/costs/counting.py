"""Parameters and multiply-adds: of a network, of its stages, and of its SE blocks."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from torch import Tensor, nn, no_grad
from torch.utils.flop_counter import FlopCounterMode

from senet_viz.analysis.cost_records import (
    NOTHING,
    BlockCost,
    Costs,
    ModuleCost,
    NetworkCosts,
    PartCost,
)
from senet_viz.blocks.finding import FoundBlock, locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.blocks.tree import tree_of
from senet_viz.costs.peak_memory import peak_bytes
from senet_viz.costs.removal import without_se
from senet_viz.costs.shapes_only import over_shapes

ELSEWHERE = "elsewhere"


def count_costs(
    model: nn.Module, input_size: tuple[int, int], *, places: Iterable[str] = ()
) -> Costs:
    """Parameters and multiply-adds for one RGB picture of ``input_size`` (h, w).

    Multiply-adds are those of convolutions and fully connected layers, as in the paper (its
    "FLOPs" are multiply-adds); BatchNorm, pooling and the scaling itself are not counted.
    ``places`` are dotted names to count on their own. Only shapes are worked out, where the
    network allows that; it is counted in eval mode and not changed.

    >>> from senet_viz.models.residual import build
    >>> count_costs(build("plain"), (128, 128)).total.parameters
    1940266
    """
    counted = _multiply_adds(model, input_size)
    return Costs(
        total=_cost(model, "", counted),
        places={name: _cost(model, name, counted) for name in places},
    )


def count_network(model: nn.Module, input_size: tuple[int, int]) -> NetworkCosts:
    """The same in total, by stage and by SE block, with the peak of activation memory.

    Stages are the modules side by side in which the blocks' names first differ, such as
    ``layer1`` to ``layer4``, and what stands before and after them. A network without SE blocks
    is counted too.

    >>> from senet_viz.models.residual import build
    >>> costs = count_network(build("se"), (128, 128))
    >>> costs.in_se.parameters, [s.name for s in costs.stages][2:4]
    (30120, ['layer1', 'layer2'])
    """
    model = unwrapped(model)[0]
    counted = _multiply_adds(model, input_size)
    located = {place.block.name: place for place in _located(model, input_size)}
    owners = [place.owner for place in located.values()]
    stages = stage_names(model, tuple(owners))
    total = _cost(model, "", counted)
    return NetworkCosts(
        input_size=input_size,
        total=total,
        stages=_parts(model, stages, located, counted, total),
        blocks=tuple(
            BlockCost(
                block=place.block,
                stage=next((s for s in stages if _within(place.owner, s)), ELSEWHERE),
                cost=_gate_cost(model, place, counted),
                unit=(unit := unit_of(place.owner, owners)),
                unit_cost=_cost(model, unit, counted),
            )
            for place in located.values()
        ),
        peak=over_shapes(model, input_size, peak_bytes),
        peak_without=_peak_without(model, input_size, located.values()),
    )


def stage_names(model: nn.Module, blocks: Sequence[str]) -> tuple[str, ...]:
    """Modules side by side that make up the network, split where the blocks' names first differ.

    >>> from senet_viz.models.residual import build
    >>> stage_names(build("se"), ("layer1.0.se", "layer2.0.se"))[-3:]
    ('layer3', 'layer4', 'fc')
    """
    parts = [name.split(".") for name in blocks]
    shared = 0
    if len(parts) > 1:
        while all(len(p) > shared + 1 for p in parts) and len({p[shared] for p in parts}) == 1:
            shared += 1
    return tuple(_side_by_side(model, "", tuple(parts[0][:shared]) if parts else ()))


def unit_of(block: str, blocks: Iterable[str]) -> str:
    """The largest module around a block that holds no other block.

    >>> unit_of("layer1.0.bn2.se", ["layer1.0.bn2.se", "layer1.1.bn2.se"])
    'layer1.0'
    """
    others = [other for other in blocks if other != block]
    parts = block.split(".")
    around = (".".join(parts[:depth]) for depth in range(1, len(parts)))
    return next((n for n in around if not any(_within(other, n) for other in others)), block)


def _side_by_side(model: nn.Module, name: str, path: Sequence[str]) -> Iterable[str]:
    for child, _ in model.get_submodule(name).named_children():
        full = f"{name}.{child}" if name else child
        if path and child == path[0]:
            yield from _side_by_side(model, full, path[1:])
        else:
            yield full


def _parts(
    model: nn.Module,
    stages: Sequence[str],
    located: Mapping[str, FoundBlock],
    counted: Mapping[str, int],
    total: ModuleCost,
) -> tuple[PartCost, ...]:
    parts = []
    for stage in stages:
        inside = [place for place in located.values() if _within(place.owner, stage)]
        cost = _cost(model, stage, counted)
        if cost != NOTHING:
            in_se = sum((_gate_cost(model, place, counted) for place in inside), NOTHING)
            parts.append(PartCost(stage, cost, in_se, len(inside)))
    rest = total - sum((part.total for part in parts), NOTHING)
    if rest != NOTHING:  # parameters of no child, or layers used by several
        parts.append(PartCost(ELSEWHERE, rest, NOTHING, 0))
    return tuple(parts)


def _multiply_adds(model: nn.Module, size: tuple[int, int]) -> dict[str, int]:
    """By dotted name of the module; "" is the whole network."""
    return over_shapes(model, size, _count)


def _count(model: nn.Module, picture: Tensor) -> dict[str, int]:
    with FlopCounterMode(display=False) as counter, no_grad():
        model(picture)
    root = type(model).__name__
    counts = {
        name.removeprefix(f"{root}."): sum(operations.values()) // 2
        for name, operations in counter.get_flop_counts().items()
    }
    return {**counts, "": counter.get_total_flops() // 2}


def _cost(model: nn.Module, name: str, counted: Mapping[str, int]) -> ModuleCost:
    parameters = model.get_submodule(name).parameters()
    return ModuleCost(sum(p.numel() for p in parameters), counted.get(name, 0))


def _gate_cost(model: nn.Module, place: FoundBlock, counted: Mapping[str, int]) -> ModuleCost:
    """That of the module that makes the gate, or of its layers within something larger."""
    return sum((_cost(model, name, counted) for name in place.parts), NOTHING)


def _peak_without(
    model: nn.Module, size: tuple[int, int], located: Collection[FoundBlock]
) -> int | None:
    """None where there is nothing to take out, or a gate cannot be taken out by itself."""
    if not located or any(place.unit is None for place in located):
        return None
    return over_shapes(without_se(model, located=located), size, peak_bytes)


def _located(model: nn.Module, size: tuple[int, int]) -> tuple[FoundBlock, ...]:
    """On shapes alone, where the network has not been looked at before."""
    if tree_of(model).plans:
        return locate_blocks(model)
    return over_shapes(model, size, locate_blocks)


def _within(name: str, outer: str) -> bool:
    return name == outer or name.startswith(f"{outer}.")
