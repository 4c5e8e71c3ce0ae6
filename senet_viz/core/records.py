"""What the library hands back: frozen records with read-only NumPy arrays inside.

Axis letters everywhere: n images, c channels, m hidden units, k classes, b blocks, h w space.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

import numpy as np
from jaxtyping import Float32, Float64, Int64

from senet_viz.core.arrays import Array, Counts, Doubles
from senet_viz.core.errors import BlockError
from senet_viz.core.notebook import Row, Shown
from senet_viz.core.scenes import Scene
from senet_viz.core.tables import Tabular, activation_columns, capture_columns, ranking_columns
from senet_viz.core.translation import tr

TOLERANCE = 1e-5
Proof = Literal["verified", "trivial", "failed"]


@dataclass(frozen=True, slots=True)
class SEBlock(Shown, Tabular):
    """One SE block of a network, and where it is.

    ``name`` is the dotted module path without wrapper prefixes, ``index`` the place in firing
    order (in registration order until a forward pass was captured). ``channels`` and ``hidden``
    are C and m; None where only a forward pass can tell (ECA) or where there is no reduction.
    ``pooling`` says how the block squeezes. ``gain`` is a constant the network multiplies the
    block's output by, outside it (2 in NFNets), so that the whole scale is gain times gate.
    ``by_structure``: its class is in no table; it was recognised by what it is made of.
    """

    name: str
    index: int
    kind: str
    gate: str
    channels: int | None
    hidden: int | None
    pooling: str = "mean"
    gain: float = 1.0
    by_structure: bool = False

    @property
    def reduction(self) -> float | None:
        """C / m as measured, not as configured; None without a reduce layer."""
        if not self.channels or not self.hidden:
            return None
        return self.channels / self.hidden

    def _shown(self) -> list[Row]:
        names = ("name", "kind", "channels", "hidden", "reduction", "gate", "pooling")
        return [{n: getattr(self, n) for n in names}]


@dataclass(frozen=True, slots=True)
class OtherAttention(Tabular):
    """Attention that is not a per-channel gate: where it is, its kind, and why it is none."""

    name: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class ExcitationLayers:
    """The weights of one block's excitation, in eval mode (a BatchNorm between is folded in).

    reduce (m, c) and its bias (m,), None without a bottleneck; expand (c, m), or (c, c) without
    one, and its bias (c,). ``non_linearity`` stands between the two: "relu", "silu" and so on.
    """

    reduce: Float32[Array, "m c"] | None
    reduce_bias: Float32[Array, " m"] | None
    expand: Float32[Array, "c k"]
    expand_bias: Float32[Array, " c"]
    non_linearity: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BlockActivation(Shown, Tabular):
    """What one block did with n pictures, and the proof that it was read rightly.

    squeeze (n, c), hidden (n, m) or None, excitation (n, c) in [0, 1], features (n, c, h, w) or
    None; float32 whatever the network ran in. ``error`` is max|features * excitation - output|
    and ``output_scale`` max|output|, both over all n pictures: over every position where the
    feature maps were kept, over up to 8 by 8 evenly spaced positions of every channel where they
    were not. ``tolerance`` is relative; it is wider than 1e-5 only for networks that ran in half
    precision. ``logit`` (n, c) is what entered the gate's non-linearity, ``layers`` what made it;
    None where no sum of layers makes it.
    """

    block: SEBlock
    squeeze: Float32[Array, "n c"]
    hidden: Float32[Array, "n m"] | None
    excitation: Float32[Array, "n c"]
    features: Float32[Array, "n c h w"] | None
    spatial: tuple[int, int]
    error: float
    output_scale: float
    tolerance: float = TOLERANCE
    logit: Float32[Array, "n c"] | None = None
    layers: ExcitationLayers | None = None
    columns = activation_columns

    @property
    def relative_error(self) -> float:
        """error / max|output|; 0 for an all-zero output reproduced exactly."""
        if self.output_scale == 0:
            return 0.0 if self.error == 0 else float("inf")
        return self.error / self.output_scale

    @property
    def proof(self) -> Proof:
        """``trivial`` where every feature is zero: then any gate would pass."""
        if not self.relative_error <= self.tolerance:
            return "failed"
        return "trivial" if self.output_scale == 0 else "verified"

    @property
    def recalibrated(self) -> Array:
        """Feature maps after the gate, (n, c, h, w)."""
        return self.require_features() * self.excitation[:, :, None, None]

    def require_features(self) -> Array:
        """``features``, or a BlockError that says how to have them captured."""
        if self.features is None:
            raise BlockError(
                tr(
                    "the feature maps of {block} were not kept. Capture with features='all' or "
                    "features=['{block}']",
                    block=self.block.name,
                )
            )
        return self.features

    def _shown(self) -> list[Row]:
        gates = self.excitation
        facts = {"block": self.block.name, "pictures": len(gates), "channels": gates.shape[1]}
        mean, low, high = gates.mean(dtype=np.float64), gates.min(), gates.max()
        numbers = {"mean gate": float(mean), "lowest": float(low), "highest": float(high)}
        proof = {"proof": self.proof, "relative error": self.relative_error}
        return [{**facts, **numbers, **proof}]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Capture(Shown, Tabular, Sequence[BlockActivation]):
    """One forward pass: a sequence of block activations, also indexed by block name.

    ``logits`` is (n, k), or None where the network's output is not one matrix of class scores.
    ``scene`` is what a detection or segmentation network found in the one picture.
    ``notes`` says what was done to the network to read it (wrappers taken off and the like).
    """

    activations: tuple[BlockActivation, ...]
    logits: Float32[Array, "n k"] | None
    pictures: int
    input_size: tuple[int, int]
    notes: tuple[str, ...] = field(default=())
    scene: Scene | None = None
    columns = capture_columns

    @property
    def blocks(self) -> tuple[SEBlock, ...]:
        return tuple(a.block for a in self.activations)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(a.block.name for a in self.activations)

    def __len__(self) -> int:
        return len(self.activations)

    def __iter__(self) -> Iterator[BlockActivation]:
        return iter(self.activations)

    @overload
    def __getitem__(self, key: int | str) -> BlockActivation: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[BlockActivation, ...]: ...
    def __getitem__(self, key: int | str | slice) -> BlockActivation | tuple[BlockActivation, ...]:
        if isinstance(key, str):
            for activation in self.activations:
                if activation.block.name == key:
                    return activation
            raise BlockError(unknown_block(key, self.names))
        return self.activations[key]

    def _shown(self) -> list[Row]:
        return [row for activation in self.activations for row in activation._shown()]


def unknown_block(name: str, known: Sequence[str]) -> str:
    """The sentence for a block name that is not there."""
    from difflib import get_close_matches

    if not known:
        return tr("there is no block {name!r}: the network has no SE block", name=name)
    close = get_close_matches(name, known, n=1, cutoff=0.0)[0]
    return tr(
        "there is no block {name!r} among the {known}. Did you mean {close!r}?",
        name=name,
        known=len(known),
        close=close,
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChannelRanking(Shown, Tabular):
    """Channels of one block for one picture, from most enhanced to most suppressed.

    ``order`` (c,) holds channel numbers by falling score; ``score`` (c,) is by channel number:
    the gate itself, or how many standard deviations it is from the channel's usual gate.
    """

    block: SEBlock
    image: int
    order: Int64[Counts, " c"]
    score: Float64[Doubles, " c"]
    relative: bool
    top: int
    columns = ranking_columns

    @property
    def enhanced(self) -> tuple[int, ...]:
        return tuple(int(c) for c in self.order[: self.top])

    @property
    def suppressed(self) -> tuple[int, ...]:
        """Most suppressed first."""
        return tuple(int(c) for c in self.order[::-1][: self.top])

    def rank(self, channel: int) -> int:
        """1 for the most enhanced channel."""
        return int(np.flatnonzero(self.order == channel)[0]) + 1

    def _shown(self) -> list[Row]:
        what = "deviations from usual" if self.relative else "gate"
        return [
            {"": side, "channel": c, what: float(self.score[c]), "rank": self.rank(c)}
            for side, chosen in (("enhanced", self.enhanced), ("suppressed", self.suppressed))
            for c in chosen
        ]


@dataclass(frozen=True, slots=True)
class BlockSummary(Tabular):
    """One block's gates in a few numbers, over all pictures captured and all channels.

    Shares are in [0, 1]. ``entropy`` is that of a 20-bin histogram of the gates on [0, 1], in
    bits (0: all in one bin; 4.32: evenly spread). ``constant`` is the share of channels whose
    gate moves less than 0.01 (standard deviation over pictures); None for a single picture.
    """

    block: SEBlock
    mean: float
    std: float
    minimum: float
    maximum: float
    entropy: float
    near_zero: float
    near_one: float
    exactly_zero: float
    exactly_one: float
    constant: float | None
    relative_error: float
    proof: Proof


PerturbationKind = Literal["shift", "crop", "blur", "brightness", "contrast", "jpeg"]
Version = Literal["se", "nosqueeze", "conv1x1", "plain"]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceActivation:
    """What stands at one place of an embedded network, and what it did with n pictures.

    features and output are (n, c, h, w). ``gate`` is (n, c, 1, 1) for SE, (n, c, h, w) for the
    per-pixel gates of NoSqueeze, None where nothing is gated. ``error`` is the largest difference
    between ``output`` and the output worked out again in NumPy from ``features``, over
    max|output|.
    """

    name: str
    version: Version
    features: Float32[Array, "n c h w"]
    output: Float32[Array, "n c h w"]
    gate: Float32[Array, "n c _ _"] | None
    relative_error: float

    @property
    def place(self) -> str:
        """Where it is, the same for all four versions: ``layer3.1``."""
        return self.name.rsplit(".", 1)[0]
