"""Find the SE blocks of any model, and the attention in it that is something else."""

import logging
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from torch import nn

from senet_viz.blocks.dialects import Dialect, inputs, known_dialects, outputs
from senet_viz.blocks.module_tree import walk
from senet_viz.blocks.other_attention import declare
from senet_viz.blocks.structure import innermost, own_class, recognise
from senet_viz.core.records import OtherAttention, SEBlock
from senet_viz.core.translation import ENGLISH, speaking, tr

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A block together with its module and the dialect it is read by."""

    block: SEBlock
    module: nn.Module
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The eager model inside its wrappers, and a sentence for each wrapper taken off."""

    model: nn.Module
    notes: tuple[str, ...]


def unwrap(model: nn.Module) -> Unwrapped:
    """Take ``torch.compile``, DataParallel and DDP wrappers off; hooks do not fire through them."""
    notes: list[str] = []
    while True:
        wrapper = type(model).__name__
        if wrapper == "OptimizedModule":
            inner = model.get_submodule("_orig_mod")
            notes.append(
                tr(
                    "The network inside {wrapper} was used: a compiled module drops hooks "
                    "silently.",
                    wrapper=wrapper,
                )
            )
        elif wrapper in ("DataParallel", "DistributedDataParallel"):
            inner = model.get_submodule("module")
            notes.append(
                tr(
                    "The network inside {wrapper} was used: its replicas would mix their captures.",
                    wrapper=wrapper,
                )
            )
        else:
            return Unwrapped(model, tuple(notes))
        _LOG.info(notes[-1])
        model = inner


def find_blocks(model: nn.Module) -> tuple[SEBlock, ...]:
    """Every SE block of ``model``, in order of registration; empty where there is none.

    No layer names are asked for. Wrappers (``torch.compile``, DataParallel, DDP) are looked
    through; the log says so, and so do the ``notes`` of a capture.

    >>> from senet_viz.models.residual import build
    >>> find_blocks(build("se"))[0].name
    'layer1.0.se'
    """
    return tuple(found.block for found in locate_blocks(unwrap(model).model))


def find_others(model: nn.Module) -> tuple[OtherAttention, ...]:
    """Attention in ``model`` that is not a per-channel gate, each with the reason.

    Selective kernels, split attention, additive context, spatial gates and the like. Nothing that
    ``find_blocks`` finds is among them.

    >>> find_others(nn.Sequential(nn.Conv2d(3, 8, 1)))
    ()
    """
    inner = unwrap(model).model
    found = {place.module for place in locate_blocks(inner)}
    others = (
        declare(module, _plain(name))
        for name, module in inner.named_modules()
        if module not in found
    )
    return tuple(other for other in others if other is not None)


def locate_blocks(model: nn.Module) -> tuple[FoundBlock, ...]:
    """Like ``find_blocks`` on an unwrapped model, with modules and dialects.

    Which modules are blocks is remembered as long as the network is made of the same modules under
    the same names; what is said of each block is read anew.
    """
    modules = walk(model)
    dialects = known_dialects()
    names, parts = tuple(modules), tuple(map(id, modules.values()))
    kinds = tuple(map(type, modules.values()))
    known = _KNOWN.get(model)
    if known is None or known.made_of != (names, parts, kinds, dialects):
        known = _Known((names, parts, kinds, dialects), _read(modules, dialects))
        _KNOWN[model] = known
    return tuple(
        FoundBlock(
            _describe(name, index, modules[name], dialect, _gain(name, modules)),
            modules[name],
            dialect,
        )
        for index, (name, dialect) in enumerate(known.blocks.items())
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Names and dialects of a network's blocks, and the modules that were looked through."""

    made_of: tuple[object, ...]
    blocks: dict[str, Dialect]


_KNOWN: "WeakKeyDictionary[nn.Module, _Known]" = WeakKeyDictionary()


def _read(modules: dict[str, nn.Module], dialects: tuple[Dialect, ...]) -> dict[str, Dialect]:
    """Name and dialect of every block, in order of registration."""
    known: dict[str, Dialect] = {}
    guessed: dict[str, Dialect] = {}
    for name, module in modules.items():
        if not module._modules:  # a block has parts; most modules are layers and have none
            continue
        dialect = next((d for d in dialects if d.reads(module)), None)
        if dialect is not None:
            known[name] = dialect
        elif (guess := recognise(module)) is not None:
            guessed[name] = guess
    if guessed:
        known |= _unknown_only(guessed, known, modules)
    return {name: known[name] for name in modules if name in known}


def _unknown_only(
    guessed: dict[str, Dialect], known: dict[str, Dialect], modules: dict[str, nn.Module]
) -> dict[str, Dialect]:
    """Guesses that neither hold a block of a known kind, nor are part of one."""
    apart = {
        name: dialect
        for name, dialect in guessed.items()
        if not any(_within(k, name) or _within(name, k) for k in known)
    }
    return innermost(apart, {name: own_class(modules[name]) for name in apart})


def _within(inner: str, outer: str) -> bool:
    return outer == "" or inner.startswith(f"{outer}.")


def _gain(name: str, modules: dict[str, nn.Module]) -> float:
    """The constant that NFNets multiply a block's output by, outside the block."""
    parent = modules[name.rpartition(".")[0]]
    gain = getattr(parent, "attn_gain", 1.0)
    return float(gain) if isinstance(gain, int | float) else 1.0


def _plain(name: str) -> str:
    """Strip the prefix that compiling a part of a model leaves in its path."""
    return ".".join(part for part in name.split(".") if part != "_orig_mod")


def _describe(name: str, index: int, module: nn.Module, dialect: Dialect, gain: float) -> SEBlock:
    reduce = module.get_submodule(dialect.reduce)
    return SEBlock(
        name=_plain(name),
        index=index,
        kind=dialect.kind,
        gate=dialect.inline or _gate_word(module.get_submodule(dialect.gate)),
        channels=inputs(reduce),
        hidden=outputs(reduce) if dialect.expand else None,
        pooling=_pooling(dialect, module),
        gain=gain,
        by_structure=dialect.by_structure,
    )


def _gate_word(gate: nn.Module) -> str:
    word = type(gate).__name__.lower().replace("_", "")
    return {"hsigmoid": "hardsigmoid"}.get(word, word)


@speaking(ENGLISH)
def _pooling(dialect: Dialect, module: nn.Module) -> str:
    """English, as all of the record; ``again`` says it in another language."""
    return dialect.pooling(module)
