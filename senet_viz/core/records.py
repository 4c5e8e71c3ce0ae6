"""The library's results: frozen records with read-only NumPy arrays inside.

Axis letters everywhere: n inputs, c channels, m hidden units, k classes, b blocks; places are h w,
t, or d h w.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, overload

import numpy as np
from jaxtyping import Float32

from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.notebook import Row, Shown
from senet_viz.core.pooled_sums import PooledSum
from senet_viz.core.scenes import Scene
from senet_viz.core.tables import Tabular, activation_columns, capture_columns
from senet_viz.core.translation import tr

TOLERANCE = 1e-5
Proof = Literal["verified", "trivial", "failed"]
Activation = Literal["softmax", "sigmoid", "none"]


@dataclass(frozen=True, slots=True)
class SEBlock(Shown, Tabular):
    """One channel gate of a network, and where it is.

    ``name`` is the innermost module that holds both the pooling and the product, as a dotted path
    without wrapper prefixes ("" for the network itself), ``#2`` for a second gate there, ``@2`` for
    what a module did in its second call. ``index`` is the place in firing order. ``kind`` is the
    module's package and class, ``gate`` the function that the gate comes out of ("sigmoid",
    "hardsigmoid", "softmax" …, "none"), ``squeeze_by`` how the places are pooled ("mean", "max",
    "mean and max" …). ``factor`` says what multiplies the features, by the excitation s: "s",
    "2·s", "1 + s". ``channels`` and ``hidden`` are C and m, measured; ``hidden`` is None without a
    reduction. ``places`` (h, w), (t,) or (d, h, w) are those of the pass that found it.
    """

    name: str
    index: int
    kind: str
    gate: str
    channels: int
    hidden: int | None
    squeeze_by: str = "mean"
    factor: str = "s"
    places: tuple[int, ...] = ()

    @property
    def reduction(self) -> float | None:
        """C / m as measured, not as configured; None without a reduce layer."""
        return self.channels / self.hidden if self.channels and self.hidden else None

    def _shown(self) -> list[Row]:
        names = ("name", "kind", "channels", "hidden", "reduction", "gate", "squeeze_by", "factor")
        return [{n: getattr(self, n) for n in names}]

    def __setstate__(self, state: Sequence[Any]) -> None:
        """Records saved before had ``pooling``, ``gain`` and ``by_structure`` at the end."""
        if len(state) == 9 and isinstance(state[7], float):
            gain = state[7]
            state = (*state[:7], "s" if gain == 1 else f"{gain:g}·s", ())
        _restore(self, state)


@dataclass(frozen=True, slots=True)
class OtherAttention(Tabular):
    """What multiplies, mixes or adds by pooled values and is no channel gate of its own map.

    Where it is, the package and class of that module, why it is none in a sentence, and the
    ``reason`` in two words: "another map", "per place", "branches", "sum" and so on.
    """

    name: str
    kind: str
    why: str
    reason: str = ""


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
    """What one block did with n pictures, and the proof that it was read correctly.

    squeeze (n, c), hidden (n, m) or None, excitation (n, c), features (n, c, *places) or None;
    float32 whatever the network ran in. ``factor`` (n, c) is what multiplied the features: the
    excitation itself, or twice it, or 1 more (``block.factor``). ``error`` is
    max|features * factor - product| and ``output_scale`` max|product|, both over all n inputs:
    over every place where the feature maps were kept, over up to 4 evenly spaced places in each
    direction where they were not. ``tolerance`` is relative; it is wider than 1e-5 only for
    networks that ran in half precision. ``logit`` (n, c) is what entered the gate's non-linearity,
    ``layers`` the layers that computed it, None if it is no sum of layers: ``unexplained`` says
    why. ``overridden``: the excitation was replaced. ``sums``: how the logit follows from poolings,
    for a block with feature maps whose ``layers`` do not say; ``unsummed`` says why it is no sum.
    """

    block: SEBlock
    squeeze: Float32[Array, "n c"]
    hidden: Float32[Array, "n m"] | None
    excitation: Float32[Array, "n c"]
    features: Float32[Array, "n c *places"] | None
    places: tuple[int, ...]
    error: float
    output_scale: float
    tolerance: float = TOLERANCE
    logit: Float32[Array, "n c"] | None = None
    layers: ExcitationLayers | None = None
    factor: Float32[Array, "n c"] = None  # type: ignore[assignment]
    unexplained: str = ""
    overridden: bool = False
    sums: PooledSum | None = None
    unsummed: str = ""
    columns = activation_columns

    def __post_init__(self) -> None:
        if self.factor is None:
            object.__setattr__(self, "factor", self.excitation)

    def __setstate__(self, state: Sequence[Any]) -> None:
        """Records saved before end with ``layers``: their factor was the excitation."""
        _restore(self, state)
        self.__post_init__()

    @property
    def relative_error(self) -> float:
        """error / max|product|; 0 for an all-zero product reproduced exactly."""
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
        """Feature maps after the gate, (n, c, *places)."""
        features = self.require_features()
        places = (1,) * (features.ndim - 2)
        return np.asarray(features * self.factor.reshape(*self.factor.shape, *places))

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

    ``logits`` is (n, k), or None where the network's output holds no matrix of class scores.
    ``activation`` says what makes shares of them: a softmax over the classes, a sigmoid for each,
    or none where they are shares already (``probabilities``); ``activation_why`` is how that is
    known. ``scene`` is what a detection or segmentation network found in the one picture.
    ``pictures`` is n, whatever the inputs are; ``input_size`` the places (h, w), (t,) or (d, h, w)
    of the first. ``notes`` says what was done to read the network (wrappers, which part of
    its output was taken, gates that were not read).
    """

    activations: tuple[BlockActivation, ...]
    logits: Float32[Array, "n k"] | None
    pictures: int
    input_size: tuple[int, ...]
    notes: tuple[str, ...] = field(default=())
    scene: Scene | None = None
    activation: Activation = "softmax"
    activation_why: str = ""
    columns = capture_columns

    def __setstate__(self, state: Sequence[Any]) -> None:
        """Captures saved before end with ``scene``."""
        _restore(self, state)

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


def _restore(record: Any, state: Sequence[Any]) -> None:
    """Fill a record from saved values in the order of its fields, newer fields by default."""
    for number, field_ in enumerate(fields(record)):
        value = state[number] if number < len(state) else field_.default
        object.__setattr__(record, field_.name, value)


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
