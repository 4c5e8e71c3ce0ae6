"""Find the SE blocks of any model. DIALECTS is the one table of how each kind is read.

One rule serves every kind: the squeeze is the input of the reduce layer, the excitation is the
output of the gate, and ``features * excitation == output`` proves it. A dialect only says which
sub-modules those are. Classes are matched by name, so neither timm nor torchvision is imported.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from senet_viz.records import SEBlock

_LOG = logging.getLogger(__name__)
Match = Callable[[nn.Module], bool]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of SE block is read; paths are relative to the block.

    reduce: the layer whose input is the squeeze. hidden: the module whose output is the hidden
    vector, None without a bottleneck. gate: the module whose output is the excitation.
    """

    kind: str
    matches: Match
    reduce: str
    hidden: str | None
    gate: str


def _class(path: str) -> Match:
    """True for instances of the class at ``path`` and of its subclasses."""

    known: dict[type[nn.Module], bool] = {}

    def match(module: nn.Module) -> bool:
        kind = type(module)
        if kind not in known:
            known[kind] = any(f"{c.__module__}.{c.__qualname__}" == path for c in kind.__mro__)
        return known[kind]

    return match


def _home_made(module: nn.Module) -> bool:
    """The common ``SELayer``: ``fc`` = Sequential(reduce, activation, expand, gate) and a pool."""
    fc = getattr(module, "fc", None)
    if not isinstance(fc, nn.Sequential) or len(fc) != 4:
        return False
    reduce, act, expand, gate = fc
    widths = (_inputs(reduce), _outputs(reduce), _inputs(expand), _outputs(expand))
    return (
        None not in widths
        and widths[0] == widths[3]
        and widths[1] == widths[2]
        and not list(act.parameters())
        and not list(gate.parameters())
        and any("Pool" in type(child).__name__ for child in module.children())
    )


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "senet_viz SqueezeExcitation",
        _class("senet_viz.models.residual.SqueezeExcitation"),
        reduce="reduce",
        hidden="act",
        gate="gate",
    ),
    Dialect(
        "torchvision SqueezeExcitation",
        _class("torchvision.ops.misc.SqueezeExcitation"),
        reduce="fc1",
        hidden="activation",
        gate="scale_activation",
    ),
    Dialect(
        "timm SEModule",
        _class("timm.layers.squeeze_excite.SEModule"),
        reduce="fc1",
        hidden="act",
        gate="gate",
    ),
    Dialect(
        "timm EfficientNet SqueezeExcite",
        _class("timm.models._efficientnet_blocks.SqueezeExcite"),
        reduce="conv_reduce",
        hidden="act1",
        gate="gate",
    ),
    Dialect(
        "timm legacy SEModule",
        _class("timm.models.senet.SEModule"),
        reduce="fc1",
        hidden="relu",
        gate="sigmoid",
    ),
    Dialect(
        "timm EffectiveSEModule",
        _class("timm.layers.squeeze_excite.EffectiveSEModule"),
        reduce="fc",
        hidden=None,
        gate="gate",
    ),
    Dialect(
        "timm EcaModule",
        _class("timm.layers.eca.EcaModule"),
        reduce="conv",
        hidden=None,
        gate="gate",
    ),
    Dialect("SELayer", _home_made, reduce="fc.0", hidden="fc.1", gate="fc.3"),
)


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
            inner, why = model.get_submodule("_orig_mod"), "a compiled module drops hooks silently"
        elif wrapper in ("DataParallel", "DistributedDataParallel"):
            inner, why = model.get_submodule("module"), "its replicas would mix their captures"
        else:
            return Unwrapped(model, tuple(notes))
        notes.append(f"The network inside {wrapper} was used: {why}.")
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


def locate_blocks(model: nn.Module) -> tuple[FoundBlock, ...]:
    """Like ``find_blocks`` on an unwrapped model, with modules and dialects."""
    located: list[FoundBlock] = []
    for name, module in model.named_modules():
        dialect = next((d for d in DIALECTS if d.matches(module)), None)
        if dialect is not None:
            block = _describe(_plain(name), len(located), module, dialect)
            located.append(FoundBlock(block, module, dialect))
    return tuple(located)


def _plain(name: str) -> str:
    """Strip the prefix that compiling a part of a model leaves in its path."""
    return ".".join(part for part in name.split(".") if part != "_orig_mod")


def _describe(name: str, index: int, module: nn.Module, dialect: Dialect) -> SEBlock:
    reduce = module.get_submodule(dialect.reduce)
    return SEBlock(
        name=name,
        index=index,
        kind=dialect.kind,
        gate=_gate_word(module.get_submodule(dialect.gate)),
        channels=_inputs(reduce),
        hidden=_outputs(reduce) if dialect.hidden else None,
    )


def _gate_word(gate: nn.Module) -> str:
    word = type(gate).__name__.lower().replace("_", "")
    return {"hsigmoid": "hardsigmoid"}.get(word, word)


def _inputs(layer: nn.Module) -> int | None:
    if isinstance(layer, nn.Linear):
        return layer.in_features
    return layer.in_channels if isinstance(layer, nn.Conv2d) else None


def _outputs(layer: nn.Module) -> int | None:
    if isinstance(layer, nn.Linear):
        return layer.out_features
    return layer.out_channels if isinstance(layer, nn.Conv2d) else None
