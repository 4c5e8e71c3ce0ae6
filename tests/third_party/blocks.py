"""Single blocks of libraries of blocks, each between two convolutions."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from torch import Tensor, nn

from tests.third_party.inputs import noise, pictures
from tests.third_party.network import PLAIN, Network

BOTH = "mean and max, sigmoid, s"


class Between(nn.Module):
    """convolution - block - convolution."""

    def __init__(self, block: nn.Module, channels: int, *, dims: int = 2) -> None:
        super().__init__()
        layer: Any = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[dims - 1]
        self.first = layer(3, channels, 3, padding=1)
        self.block = block
        self.last = layer(channels, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.last(self.block(self.first(x)))
        return out


def between(
    module: str, kind: str, *args: Any, channels: int, dims: int = 2, **kwargs: Any
) -> Callable[[], nn.Module]:
    """A block of ``kind`` in a network of its own."""
    return lambda: Between(
        getattr(import_module(module), kind)(*args, **kwargs), channels, dims=dims
    )


def _fighting(
    file: str, kind: str, gates: int, *args: Any, say: dict[str, Any] | None = None
) -> Network:
    build = between(f"fightingcv_attention.attention.{file}", kind, *args, channels=64)
    return Network("fightingcv-attention", kind, build, pictures(9), gates, **(say or {}))


FIGHTING = (
    _fighting("SEAttention", "SEAttention", 1, 64, 4),
    _fighting("ECAAttention", "ECAAttention", 1, 3),
    _fighting("CBAM", "CBAMBlock", 1, 64, 4, 7, say={"says": (BOTH,), "others": "1 per place"}),
    _fighting("SKAttention", "SKAttention", 0, 64, say={"others": "1 branches"}),
    _fighting(
        "SGE", "SpatialGroupEnhance", 0, 8, say={"others": "1 no learned layer, 1 per place"}
    ),
    _fighting("SimAM", "SimAM", 0, say={"others": "1 per place"}),
    _fighting("TripletAttention", "TripletAttention", 0, say={"others": "3 per place"}),
    _fighting("CoordAttention", "CoordAtt", 0, 64, 64, 8, say={"others": "1 per place"}),
    _fighting(
        "PolarizedSelfAttention",
        "SequentialPolarizedSelfAttention",
        0,
        64,
        say={"others": "1 another map, 1 mixed channels, 1 per place"},
    ),
    _fighting("ShuffleAttention", "ShuffleAttention", 1, 64, 16, 4, say={"others": "1 per place"}),
    _fighting("ParNetAttention", "ParNetAttention", 1, 64),
)


def _brain(
    kind: str,
    gates: int,
    *args: Any,
    says: tuple[str, ...] = (PLAIN,),
    others: str = "",
    left: str = "",
    **kwargs: Any,
) -> Network:
    """A block for signals with a place axis of size 1, as this library has them."""
    build = between("braindecode.modules.attention", kind, *args, channels=16, **kwargs)
    return Network("braindecode", kind, build, noise(2, 3, 1, 62), gates, None, says, others, left)


BRAIN = (
    _brain("SqueezeAndExcitation", 1, 16, 4),
    _brain("GSoP", 0, 16, 4, others="1 another map"),
    _brain("FCA", 1, 16, 62, 4, says=("weighted sum, sigmoid, s",)),
    _brain("EncNet", 1, 16, 4, says=("weighted mean, sigmoid, s",)),
    _brain("ECA", 1, 16, 3),
    _brain("GatherExcite", 1, 16, 62),
    _brain("GCT", 1, 16, says=("norm, tanh, 1 + s",)),
    _brain("SRM", 1, 16, says=("mean and standard deviation, sigmoid, s",)),
    _brain("CBAM", 1, 16, 4, 3, says=(BOTH,), others="1 per place"),
    _brain(
        "CATLite",
        0,
        16,
        4,
        others="1 another map",
        left="declared as per place: it also pools maps that were blurred along their channels",
    ),
)
Say = dict[str, Any]
_TOOLBELT: tuple[tuple[str, int, Say], ...] = (
    ("ChannelSpatialGate2d", 1, {"others": "1 per place"}),
    ("ChannelSpatialGate2dV2", 0, {"others": "2 per place"}),
    ("SRMLayer", 1, {"says": ("mean and standard deviation, sigmoid, s",)}),
)
_CHANNEL_ATTENTION: tuple[tuple[str, int, tuple[int, ...], Say], ...] = (
    ("SEAttention", 1, (1, 16, 4), {}),
    ("SEAttention", 2, (2, 16, 4), {}),
    ("ConvBlockAttention", 1, (1, 16, 4), {"says": (BOTH,), "others": "1 per place"}),
    ("EfficientChannelAttention", 2, (2,), {}),
)
_ULTRALYTICS: tuple[tuple[str, Say], ...] = (
    ("ChannelAttention", {}),
    ("CBAM", {"others": "1 per place"}),
)
_FVCORE: tuple[tuple[str, int, Say], ...] = (
    ("SqueezeExcitation", 2, {}),
    ("SqueezeExcitation", 3, {}),
    ("ChannelSpatialSqueezeExcitation", 2, {"others": "1 per place"}),
)
OTHERS = (
    *(
        Network(
            "pytorch-toolbelt",
            kind,
            between("pytorch_toolbelt.modules", kind, 16, channels=16),
            pictures(9),
            gates,
            **say,
        )
        for kind, gates, say in _TOOLBELT
    ),
    *(
        Network(
            "channel-attention",
            f"{kind} {dims}-D",
            between("channel_attention", kind, *args, channels=16, dims=dims),
            pictures(9) if dims == 2 else noise(2, 3, 31),
            1,
            **say,
        )
        for kind, dims, args, say in _CHANNEL_ATTENTION
    ),
    *(
        Network(
            "ultralytics",
            kind,
            between("ultralytics.nn.modules.conv", kind, 16, channels=16),
            pictures(9),
            1,
            **say,
        )
        for kind, say in _ULTRALYTICS
    ),
    *(
        Network(
            "fvcore",
            f"{kind} {dims}-D",
            between(
                "fvcore.nn.squeeze_excitation", kind, 16, channels=16, dims=dims, is_3d=dims == 3
            ),
            pictures(9) if dims == 2 else noise(2, 3, 5, 6, 7),
            1,
            **say,
        )
        for kind, dims, say in _FVCORE
    ),
)
NETWORKS = (*FIGHTING, *BRAIN, *OTHERS)
