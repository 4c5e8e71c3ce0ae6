"""DIALECTS: the one table of how each kind of SE block is read. Add your own in three lines.

One rule serves every kind: the squeeze is the input of the reduce layer, the excitation is the
output of the gate, and ``features * excitation == output`` proves it. A dialect only says which
sub-modules those are. Classes are matched by name, so neither timm nor torchvision is imported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from senet_viz.core.translation import tr

Match = Callable[[nn.Module], bool]
Pooling = Callable[[Any], str]


def _flat(_block: Any, z: Tensor) -> Tensor:
    """The squeeze (n, c) from a reduce layer's input (n, c, 1, 1), (n, 1, c) or the like."""
    return z.flatten(1)


def _mean(_block: Any) -> str:
    return "mean"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of SE block is read; paths are relative to the block.

    matches: the block's class, or a question about a module. reduce: the layer whose input is the
    squeeze. expand: the layer whose input is the hidden vector, None without a bottleneck. gate:
    the module whose output is the excitation; with ``inline`` that output is still the logit, and
    the named non-linearity, written into the block's forward, makes the excitation of it.
    channel_axis: 1 for (n, c, h, w), -1 for (n, h, w, c). squeeze: from the block and the reduce
    layer's input to (n, c). pooling: words for how the block squeezes. accounts: whether the gate
    is one pass of the squeeze through these layers, so that it can be explained term by term.

    >>> Dialect("my SE", nn.Bilinear, reduce="fc1", expand="fc2", gate="act").kind
    'my SE'
    """

    kind: str
    matches: type[nn.Module] | Match
    reduce: str
    expand: str | None
    gate: str
    inline: Literal["sigmoid"] | None = None
    channel_axis: Literal[1, -1] = 1
    squeeze: Callable[[Any, Tensor], Tensor] = _flat
    pooling: Pooling = _mean
    accounts: bool = True
    by_structure: bool = False

    def reads(self, module: nn.Module) -> bool:
        """Whether ``module`` is a block of this kind."""
        if isinstance(self.matches, type):
            return isinstance(module, self.matches)
        return self.matches(module)


def of_class(*paths: str) -> Match:
    """True for instances of the classes at ``paths`` and of their subclasses."""

    known: dict[type[nn.Module], bool] = {}

    def match(module: nn.Module) -> bool:
        kind = type(module)
        if kind not in known:
            known[kind] = any(f"{c.__module__}.{c.__qualname__}" in paths for c in kind.__mro__)
        return known[kind]

    return match


def inputs(layer: nn.Module) -> int | None:
    """Channels a fully connected layer or convolution takes."""
    if isinstance(layer, nn.Linear):
        return layer.in_features
    return layer.in_channels if isinstance(layer, nn.Conv2d) else None


def outputs(layer: nn.Module) -> int | None:
    """Channels a fully connected layer or convolution gives."""
    if isinstance(layer, nn.Linear):
        return layer.out_features
    return layer.out_channels if isinstance(layer, nn.Conv2d) else None


def _home_made(module: nn.Module) -> bool:
    """The common ``SELayer``: ``fc`` = Sequential(reduce, activation, expand, gate) and a pool."""
    fc = getattr(module, "fc", None)
    if not isinstance(fc, nn.Sequential) or len(fc) != 4:
        return False
    reduce, act, expand, gate = fc
    widths = (inputs(reduce), outputs(reduce), inputs(expand), outputs(expand))
    return (
        None not in widths
        and widths[0] == widths[3]
        and widths[1] == widths[2]
        and not list(act.parameters())
        and not list(gate.parameters())
        and any("Pool" in type(child).__name__ for child in module.children())
    )


def _scaling_context(module: nn.Module) -> bool:
    """A GlobalContext that multiplies and does not add."""
    return (
        _global_context(module)
        and getattr(module, "mlp_scale", None) is not None
        and getattr(module, "mlp_add", None) is None
    )


def _global_gather(module: nn.Module) -> bool:
    """A GatherExcite whose extent is the whole map; any other gives a gate for every place."""
    return _gather_excite(module) and getattr(module, "extent", None) == 0


def _cropped(block: Any, z: Tensor) -> Tensor:
    """Circular ECA pads the squeeze itself, at both ends."""
    return z.flatten(1)[:, block.padding : -block.padding]


def _perhaps_max(block: Any) -> str:
    return tr("half mean, half maximum") if getattr(block, "add_maxpool", False) else "mean"


def _attention_pooled(block: Any) -> str:
    return "mean" if block.conv_attn is None else tr("mean weighted by a softmax over places")


_global_context = of_class("timm.layers.global_context.GlobalContext")
_gather_excite = of_class("timm.layers.gather_excite.GatherExcite")

_OURS = (
    Dialect(
        "senet_viz SqueezeExcitation",
        of_class("senet_viz.models.residual.SqueezeExcitation"),
        reduce="reduce",
        expand="expand",
        gate="gate",
    ),
    Dialect("SELayer", _home_made, reduce="fc.0", expand="fc.2", gate="fc.3"),
)
_TORCHVISION = (
    Dialect(
        "torchvision SqueezeExcitation",
        of_class("torchvision.ops.misc.SqueezeExcitation"),
        reduce="fc1",
        expand="fc2",
        gate="scale_activation",
    ),
)
_TIMM = (
    Dialect(
        "timm SEModule",
        of_class("timm.layers.squeeze_excite.SEModule"),
        reduce="fc1",
        expand="fc2",
        gate="gate",
        pooling=_perhaps_max,
    ),
    Dialect(
        "timm EfficientNet SqueezeExcite",
        of_class("timm.models._efficientnet_blocks.SqueezeExcite"),
        reduce="conv_reduce",
        expand="conv_expand",
        gate="gate",
    ),
    Dialect(
        "timm legacy SEModule",
        of_class("timm.models.senet.SEModule"),
        reduce="fc1",
        expand="fc2",
        gate="sigmoid",
    ),
    Dialect(
        "timm EffectiveSEModule",
        of_class("timm.layers.squeeze_excite.EffectiveSEModule"),
        reduce="fc",
        expand=None,
        gate="gate",
        pooling=_perhaps_max,
    ),
    Dialect(
        "timm EseModule",
        of_class("timm.models.hgnet.EseModule"),
        reduce="conv",
        expand=None,
        gate="sigmoid",
    ),
    Dialect(
        "timm EcaModule",
        of_class("timm.layers.eca.EcaModule"),
        reduce="conv",
        expand=None,
        gate="gate",
    ),
    Dialect(
        "timm CecaModule",
        of_class("timm.layers.eca.CecaModule"),
        reduce="conv",
        expand=None,
        gate="gate",
        squeeze=_cropped,
    ),
    Dialect(
        "timm SqueezeExciteCl",
        of_class("timm.layers.squeeze_excite.SqueezeExciteCl"),
        reduce="fc1",
        expand="fc2",
        gate="gate",
        channel_axis=-1,
    ),
    Dialect(
        "timm LightChannelAttn",
        of_class("timm.layers.cbam.LightChannelAttn"),
        reduce="fc1",
        expand="fc2",
        gate="fc2",
        inline="sigmoid",
        pooling=lambda _block: tr("half mean, half maximum"),
    ),
    Dialect(
        "timm ChannelAttn",
        of_class("timm.layers.cbam.ChannelAttn"),
        reduce="fc1",
        expand="fc2",
        gate="gate",
        pooling=lambda _block: tr("mean (the maximum goes through the same layers, and is added)"),
        accounts=False,
    ),
    Dialect(
        "timm GatherExcite",
        _global_gather,
        reduce="mlp",
        expand=None,
        gate="gate",
        pooling=_perhaps_max,
    ),
    Dialect(
        "timm GlobalContext",
        _scaling_context,
        reduce="mlp_scale.fc1",
        expand="mlp_scale.fc2",
        gate="gate",
        pooling=_attention_pooled,
    ),
)
DIALECTS: tuple[Dialect, ...] = (*_OURS, *_TORCHVISION, *_TIMM)
_registered: tuple[Dialect, ...] = ()


def register_dialect(dialect: Dialect) -> None:
    """Have ``find_blocks`` and ``capture`` read blocks of a kind of your own, before all others.

    Registering the same ``kind`` again replaces it. Whether the reading is right shows in every
    capture: a block whose ``features * excitation`` is not its output is marked ``failed``.

    >>> class MySE(nn.Module):
    ...     "Your own block: fc1, fc2, and a sigmoid in act."
    >>> register_dialect(Dialect("MySE", MySE, reduce="fc1", expand="fc2", gate="act"))
    >>> known_dialects()[0].kind
    'MySE'
    >>> forget_dialect("MySE")
    """
    global _registered
    _registered = (dialect, *(d for d in _registered if d.kind != dialect.kind))


def forget_dialect(kind: str) -> None:
    """Undo ``register_dialect``; without effect where there is none of this kind."""
    global _registered
    _registered = tuple(d for d in _registered if d.kind != kind)


def known_dialects() -> tuple[Dialect, ...]:
    """Registered ones, the latest first, then the built-in table."""
    return (*_registered, *DIALECTS)
