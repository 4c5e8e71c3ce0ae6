"""Attention that is no per-channel gate: declared as what it is, so that nothing goes unsaid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from senet_viz.blocks.dialects import Match, of_class
from senet_viz.core.records import OtherAttention
from senet_viz.core.translation import tr

Why = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class _Declared:
    """A kind of attention and, for one module of it, the reason why it is no per-channel gate.

    ``why`` is None for a module of the class that has no such attention in force.
    """

    kind: str
    matches: Match
    why: Why


def _constant(words: Callable[[], str]) -> Why:
    return lambda _module: words()


def _split(module: Any) -> str:
    if module.radix == 1:
        return tr(
            "its sigmoid gates scale what its own convolution makes of the input, not "
            "the input, so features and output cannot be compared"
        )
    return tr(
        "each channel has {radix} weights from a softmax, which add up to 1 and mix {radix} splits",
        radix=module.radix,
    )


def _context(module: Any) -> str | None:
    if module.mlp_add is None:
        return None
    if module.mlp_scale is None:
        return tr("it adds a vector to every pixel; adding is not gating")
    return tr("it scales every channel and then adds a vector to every pixel; adding is not gating")


def _gather(module: Any) -> str | None:
    return None if module.extent == 0 else tr("its gates differ from place to place")


def _ghost(module: Any) -> str:
    if getattr(module, "mode", "shortcut") == "shortcut":
        return tr("its gates differ from place to place and from channel to channel")
    return tr("it holds a sigmoid that it never calls in its mode")


def _spatial() -> str:
    return tr("its gates differ from place to place")


_DECLARED = (
    _Declared(
        "senet_viz NoSqueeze",
        of_class("senet_viz.models.residual.NoSqueeze"),
        _constant(lambda: tr("nothing is pooled, so its gates differ from place to place")),
    ),
    _Declared(
        "timm SelectiveKernel",
        of_class("timm.layers.selective_kernel.SelectiveKernel"),
        _constant(
            lambda: tr(
                "each channel has one weight for every kernel size, from a softmax: they "
                "add up to 1 and mix branches"
            )
        ),
    ),
    _Declared("timm SplitAttn", of_class("timm.layers.split_attn.SplitAttn"), _split),
    _Declared("timm GlobalContext", of_class("timm.layers.global_context.GlobalContext"), _context),
    _Declared("timm GatherExcite", of_class("timm.layers.gather_excite.GatherExcite"), _gather),
    _Declared(
        "timm spatial attention",
        of_class(
            "timm.layers.cbam.SpatialAttn",
            "timm.layers.cbam.LightSpatialAttn",
            "timm.layers.coord_attn.CoordAttn",
            "timm.layers.coord_attn.SimpleCoordAttn",
            "timm.layers.coord_attn.EfficientLocalAttn",
            "timm.layers.coord_attn.StripAttn",
        ),
        _constant(_spatial),
    ),
    _Declared(
        "timm GhostNet gate",
        of_class("timm.models.ghostnet.GhostModuleV2", "timm.models.ghostnet.GhostModuleV3"),
        _ghost,
    ),
    _Declared(
        "timm iFormer SHMA",
        of_class("timm.models.iformer.SHMA"),
        _constant(lambda: tr("its gates differ from place to place and from channel to channel")),
    ),
    _Declared(
        "timm BatNonLocalAttn",
        of_class("timm.layers.non_local_attn.BatNonLocalAttn"),
        _constant(lambda: tr("it mixes places with places, by a bilinear transform")),
    ),
    _Declared(
        "timm CondConvResidual",
        of_class("timm.models._efficientnet_blocks.CondConvResidual"),
        _constant(
            lambda: tr("its sigmoid weights mix the kernels of several experts, not channels")
        ),
    ),
    _Declared(
        "torchvision LRASPPHead",
        of_class("torchvision.models.segmentation.lraspp.LRASPPHead"),
        _constant(
            lambda: tr(
                "its gates are made from one feature map and scale another one, of other channels"
            )
        ),
    ),
    _Declared(
        "SE written into its parent",
        lambda module: bool({"_se_reduce", "se_reduce"} & module._modules.keys()),
        _constant(
            lambda: tr(
                "its FCs are parts of a larger module that gates in its own forward, so no "
                "module has the features as input. Move pool, FCs and gate into a module "
                "of their own, and it is read"
            )
        ),
    ),
)


def declare(module: nn.Module, name: str) -> OtherAttention | None:
    """What ``module`` is, if it is attention of a known kind that is no per-channel gate.

    >>> from timm.layers import SelectiveKernel
    >>> declare(SelectiveKernel(32), "layer1.0.conv2").kind
    'timm SelectiveKernel'
    """
    for declared in _DECLARED:
        if declared.matches(module) and (why := declared.why(module)) is not None:
            return OtherAttention(name=name, kind=declared.kind, why=why)
    return None
