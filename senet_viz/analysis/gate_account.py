"""Why is this gate what it is? The exact sum behind one gate, on both levels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.numerics import hard_sigmoid
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, ExcitationLayers, SEBlock
from senet_viz.core.shares import sigmoid
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

ADDS_UP = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class UnitAccount(Tabular):
    """One hidden unit: ``bias + contribution.sum()`` is what enters its non-linearity.

    ``contribution`` (c,) is weight times squeeze by channel, ``value`` what left the
    non-linearity, ``weight`` what the unit counts for in the gate's logit.
    """

    unit: int
    bias: float
    contribution: Float64[Doubles, " c"]
    value: float
    weight: float

    @property
    def before(self) -> float:
        """What enters the non-linearity."""
        return self.bias + float(self.contribution.sum())

    @property
    def on(self) -> bool:
        """Whether the unit takes part: 0 is what a ReLU makes of a negative sum."""
        return self.value != 0

    def columns(self) -> Columns:
        """A row for each channel of the squeeze."""
        channels = range(self.contribution.size)
        return long({"unit": [self.unit], "channel": channels}, contribution=self.contribution)


@dataclass(frozen=True, slots=True, eq=False)
class GateAccount(Tabular):
    """One gate of one picture: ``bias + contribution.sum()`` is its logit.

    ``contribution`` (m,) is by hidden unit; for a block without a bottleneck it is (c,), by
    channel of the squeeze, and ``units`` is empty. ``error`` is the larger of the two levels'
    differences from what was captured, over max(1, |logit|). ``exact_through``: the units are
    ReLUs, so that a channel's share of a unit that is on passes to the gate exactly; for other
    non-linearities each level is exact, but a channel's share of the gate only locally.
    """

    block: SEBlock
    channel: int
    image: int
    gate: float
    logit: float
    bias: float
    contribution: Float64[Doubles, " k"]
    units: tuple[UnitAccount, ...]
    error: float
    exact_through: bool

    @property
    def order(self) -> tuple[int, ...]:
        """Entries of ``contribution`` from the largest to the smallest in size."""
        return tuple(int(i) for i in np.argsort(-np.abs(self.contribution), kind="stable"))

    def columns(self) -> Columns:
        """A row for each hidden unit, or channel of the squeeze where there is no bottleneck."""
        part = "unit" if self.units else "from_channel"
        return long(
            {part: range(self.contribution.size)},
            block=self.block.name,
            channel=self.channel,
            contribution=self.contribution,
        )


def explain_gate(activation: BlockActivation, channel: int, image: int = 0) -> GateAccount:
    """The exact account of one gate: hidden units on the first level, squeeze entries below.

    Raises a BlockError where the block's gate is no such sum (a norm over hidden units, a second
    pass for the maximum), where there is no such channel or picture, and a CaptureError where the
    sum does not come to the captured logit, or an override spoke in place of the network.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> seen = capture(build("se", seed=0), torch.ones(1, 3, 64, 64))
    >>> account = explain_gate(seen["layer1.0.se"], 3)
    >>> len(account.units), account.error < 1e-5
    (4, True)
    """
    layers, logits = require_account(activation, channel, image)
    squeeze = activation.squeeze[image].astype(np.float64)
    logit, bias = float(logits[image, channel]), float(layers.expand_bias[channel])
    weights = layers.expand[channel].astype(np.float64)
    units, below = _units(activation, layers, image, weights)
    values = np.array([u.value for u in units]) if units else squeeze
    contribution = weights * values
    scale = max(1.0, abs(logit))
    error = max(abs(bias + contribution.sum() - logit) / scale, below)
    if not error <= max(ADDS_UP, activation.tolerance):
        raise CaptureError(
            tr(
                "the sum behind gate {channel} of {block} misses what was captured by "
                "{error:.1g}: the block computes its gate in another way, so it is not "
                "explained",
                channel=channel,
                block=activation.block.name,
                error=error,
            )
        )
    return GateAccount(
        block=activation.block,
        channel=channel,
        image=image,
        gate=float(activation.excitation[image, channel]),
        logit=logit,
        bias=bias,
        contribution=readonly(contribution),
        units=units,
        error=error,
        exact_through=layers.non_linearity in ("relu", "none"),
    )


def require_account(
    activation: BlockActivation, channel: int, image: int
) -> tuple[ExcitationLayers, Array]:
    """The layers and the logits (n, c) of a gate that is a sum of hidden units, or a BlockError."""
    logit = require_logit(activation, channel, image, plain=True)
    assert activation.layers is not None
    return activation.layers, logit


def require_logit(
    activation: BlockActivation, channel: int, image: int, *, plain: bool = False
) -> Array:
    """The logits (n, c), if the network computed this gate itself.

    plain: only if they are a sum of hidden units.
    """
    name = activation.block.name
    pictures, channels = activation.excitation.shape
    if not 0 <= channel < channels or not 0 <= image < pictures:
        raise BlockError(
            tr(
                "{name} has channels 0 to {channels} and pictures 0 to {pictures}; asked "
                "for was channel {channel} of picture {image}",
                name=name,
                channels=channels - 1,
                pictures=pictures - 1,
                channel=channel,
                image=image,
            )
        )
    logit = activation.excitation if activation.block.gate == "none" else activation.logit
    if logit is None or (plain and activation.layers is None):
        raise BlockError(
            tr(
                "the gates of {name} ({kind}) cannot be accounted for term by term: {why}",
                name=name,
                kind=activation.block.kind,
                why=("" if plain else activation.unsummed)
                or activation.unexplained
                or tr("its gates are no plain sum of hidden units"),
            )
        )
    if activation.overridden:
        gate = float(activation.excitation[image, channel])
        own = _GATES.get(activation.block.gate)
        gates = None if own is None else own(logit[image].astype(np.float64))
        if gates is None or abs(float(gates[channel]) - gate) > max(1e-5, activation.tolerance):
            raise CaptureError(
                tr(
                    "gate {channel} of {name} was overridden: {gate:.3f} is not what the "
                    "network made of its logit. Capture without the override to explain it",
                    channel=channel,
                    name=name,
                    gate=gate,
                )
            )
    return logit


def _units(
    activation: BlockActivation, layers: ExcitationLayers, image: int, weights: np.ndarray
) -> tuple[tuple[UnitAccount, ...], float]:
    """The hidden units, and how far their sums miss the captured hidden vector (relative)."""
    if layers.reduce is None or layers.reduce_bias is None or activation.hidden is None:
        return (), 0.0
    squeeze = activation.squeeze[image].astype(np.float64)
    hidden = activation.hidden[image].astype(np.float64)
    terms = layers.reduce.astype(np.float64) * squeeze
    units = tuple(
        UnitAccount(
            j, float(layers.reduce_bias[j]), readonly(terms[j]), float(h), float(weights[j])
        )
        for j, h in enumerate(hidden)
    )
    non_linearity = UNITS.get(layers.non_linearity)
    if non_linearity is None:
        return units, 0.0
    reached = non_linearity(np.array([u.before for u in units]))
    return units, float(np.abs(reached - hidden).max() / max(1.0, np.abs(hidden).max()))


_GATES: dict[str, Callable[[Doubles], Doubles]] = {
    "sigmoid": sigmoid,
    "hardsigmoid": hard_sigmoid,
}
UNITS: dict[str, Callable[[Doubles], Doubles]] = {
    "none": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "hardswish": lambda x: x * hard_sigmoid(x),
}
