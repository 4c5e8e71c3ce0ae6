"""Find the channel gates of any model, and what else it does with pooled values."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn

from senet_viz.blocks.network_runs import Inputs, unwrapped
from senet_viz.blocks.passes import plan_of
from senet_viz.blocks.plan import Plan, PlannedGate, PlannedOther
from senet_viz.blocks.products import Reason
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import OtherAttention, SEBlock, unknown_block
from senet_viz.core.translation import tr

_LOG = logging.getLogger(__name__)
Wanted = str | int | nn.Module


def find_blocks(model: nn.Module, example: Inputs | None = None) -> tuple[SEBlock, ...]:
    """Every channel gate that ``model`` computes, in firing order; empty where there is none.

    A gate is a product of a feature map (n, c, *places) with one number a channel that was made
    from the map's own pooled values through something learned or a bounding function. One forward
    pass is followed to find them, whatever the modules are called; what it found is kept until the
    network changes. The network is afterwards as it was.

    example: a tensor, a tuple or a mapping of the model's inputs; where it is left out one is made
    up from the network's own settings or its first layer. Wrappers (``torch.compile``,
    DataParallel, DDP) are looked through; the log says so, and so do the ``notes`` of a capture.

    Raises a CaptureError where no example can be made up that the model takes.

    >>> from senet_viz.models.residual import build
    >>> find_blocks(build("se"))[0].name
    'layer1.0.se'
    """
    inner, notes = unwrapped(model)
    for note in notes:
        _LOG.info(note)
    plan = plan_of(inner, example)
    if plan.trouble and not plan.blocks:
        raise CaptureError(plan.trouble[0])
    return blocks_of(plan)


def find_others(model: nn.Module, example: Inputs | None = None) -> tuple[OtherAttention, ...]:
    """What else in ``model`` multiplies, mixes or adds by pooled values, each with the reason.

    Selective kernels, split attention, additive context, spatial gates and the like. Nothing that
    ``find_blocks`` finds is among them; example as there.

    >>> find_others(nn.Sequential(nn.Conv2d(3, 8, 1)))
    ()
    """
    return tuple(map(_declared, plan_of(unwrapped(model)[0], example).others))


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A block, and the modules that make it.

    unit: the name of the module that does this and nothing else; it gives the product, or the gate
    alone (``gives_gate``). None where the gate is written into the forward of something larger.
    parts: the unit, or else the layers that make the gate. scale: (a, b), the factor being a + b
    times the excitation; None where it is no such function.
    """

    block: SEBlock
    unit: str | None
    gives_gate: bool
    parts: tuple[str, ...]
    scale: tuple[float, float] | None

    @property
    def owner(self) -> str:
        """The name of the module that holds it."""
        return self.block.name.partition("#")[0]


def locate_blocks(model: nn.Module, example: Inputs | None = None) -> tuple[FoundBlock, ...]:
    """Like ``find_blocks``, with where each block is made."""
    plan = plan_of(unwrapped(model)[0], example)
    pairs = zip(plan.blocks, blocks_of(plan), strict=True)
    return tuple(
        FoundBlock(block, gate.unit, gate.gives_gate, _parts(gate), gate.scale)
        for gate, block in pairs
    )


def _parts(gate: PlannedGate) -> tuple[str, ...]:
    if gate.unit is not None:
        return (gate.unit,)
    recipe = gate.layers
    if recipe is None:
        return ()
    layers = [layer.module for layer in (recipe.reduce, recipe.expand) if layer is not None]
    return tuple(dict.fromkeys(name for name in (*layers, *recipe.norms) if name is not None))


def blocks_of(plan: Plan) -> tuple[SEBlock, ...]:
    """The gates of a plan; a module that is called twice has one."""
    return tuple(block_of(gate, index) for index, gate in enumerate(plan.blocks))


def block_of(gate: PlannedGate, index: int, *, name: str | None = None) -> SEBlock:
    """What is said of one gate, or of one call of it by that name."""
    return SEBlock(
        name=gate.name if name is None else name,
        index=index,
        kind=gate.kind,
        gate=gate.gate,
        channels=gate.channels,
        hidden=gate.hidden,
        squeeze_by=gate.squeeze_by,
        factor=gate.factor,
        places=gate.places,
    )


def required_plan(model: nn.Module, example: Inputs | None = None) -> Plan:
    """The plan of an unwrapped model; a BlockError that says what it has where it has no gate."""
    plan = plan_of(model, example)
    if not plan.blocks:
        raise BlockError(nothing_found(model, plan))
    return plan


def nothing_found(model: nn.Module, plan: Plan) -> str:
    """The sentence for a network without a channel gate, with what it has instead."""
    name = type(model).__name__
    if plan.trouble:
        return plan.trouble[0]
    words = tr(
        "{name} has no SE block: no feature map is multiplied by gates of its own.", name=name
    )
    others = [_declared(other) for other in plan.others]
    for why, kind in {other.why: other.kind for other in others}.items():
        words = tr(
            "{sentence} It has {count} of {kind}, which is not a per-channel gate: {why}.",
            sentence=words,
            count=sum(other.why == why for other in others),
            kind=kind,
            why=why,
        )
    return words


def names_of(wanted: Wanted | Iterable[Wanted], model: nn.Module, plan: Plan) -> frozenset[str]:
    """The names of the gates that are meant by names, indices (in firing order) or modules.

    Raises a BlockError for what is none of the network's.
    """
    several = (wanted,) if isinstance(wanted, str | int | nn.Module) else tuple(wanted)
    return frozenset(name for each in several for name in _names_of(each, model, plan))


def _names_of(wanted: Wanted, model: nn.Module, plan: Plan) -> tuple[str, ...]:
    known = tuple(gate.activation for gate in plan.gates)
    if isinstance(wanted, nn.Module):
        owners = {name for name, module in model.named_modules() if module is wanted}
        named = tuple(gate.activation for gate in plan.gates if gate.owner in owners)
        if not named:
            raise BlockError(
                tr(
                    "the {kind} given owns no gate of the network. Give one of {known}",
                    kind=type(wanted).__name__,
                    known=", ".join(known[:4]) or "-",
                )
            )
        return named
    if isinstance(wanted, int):
        if not -len(known) <= wanted < len(known):
            raise BlockError(
                tr(
                    "there is no gate number {wanted}: the network has {known}, numbered from 0",
                    wanted=wanted,
                    known=len(known),
                )
            )
        return (known[wanted],)
    if wanted not in known:
        raise BlockError(unknown_block(str(wanted), known))
    return (wanted,)


def _declared(other: PlannedOther) -> OtherAttention:
    return OtherAttention(other.name, other.kind, _why(other.reason), other.reason)


def _why(reason: Reason) -> str:
    words: dict[Reason, str] = {
        "another map": tr("its gates are made from one feature map and scale another one"),
        "another input": tr("its gates are made from another input of the network"),
        "branches": tr("its weights choose between branches, and add up to 1 over them"),
        "constant": tr("it multiplies by numbers that do not depend on the input"),
        "kernels": tr("its weights mix the kernels of a convolution, not channels"),
        "mixed channels": tr("it mixes channels with channels"),
        "mixed places": tr("it mixes places with places"),
        "no learned layer": tr("its factors are pooled values as they are, with no layer between"),
        "one number": tr("it has one number for all channels"),
        "per place": tr("its gates differ from place to place"),
        "sum": tr("it adds a vector to every place; adding is not gating"),
        "unread": tr("nothing reads the product that it makes"),
    }
    return words[reason]
