"""Where in the picture does a gate come from? The exact sum over places behind one gate.

The squeeze pools over places, and for one input each hidden unit passes a multiple of its sum.
So a logit is a constant and one number a place, which add up; no gradient, no baseline.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.gate_account import ADDS_UP, require_account, require_logit
from senet_viz.analysis.pooled_sums import place_weights, require_sum, shares_of
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.pooled_sums import PooledSum, PoolKind
from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

Of = Literal["channel", "unit", "channels"]
AXES = {1: ("place",), 2: ("row", "column"), 3: ("depth", "row", "column")}


@dataclass(frozen=True, slots=True, eq=False)
class GatePlaces(Tabular):
    """``constant + map.sum()`` is the logit of a gate, or what enters a hidden unit.

    ``map`` has the places (h, w), (t,) or (d, h, w) of the block's feature maps, and what each
    place adds. ``of`` says to what: "channel" to the logit of channel ``number``, "unit" to what
    enters hidden unit ``number``, "channels" to the mean logit of all the block's channels
    (``number`` is -1). ``logit`` is what was captured, ``error`` how far the sum misses it, over
    the largest of its terms: the constant, what a place adds, and each product of weights and a
    squeeze.
    ``by_secant``: some hidden unit is neither a ReLU nor linear; it counts as a factor, its output
    over its sum, for this input. ``less``: another input's account was subtracted. ``pools`` are
    the kinds of the block's poolings, and ``by_pool`` the map of each: they add up to ``map``. A
    "max" gives all to the place with the maximum, and the weights of a "softmax" are held fixed at
    their values for this input. The account does not say what the class depends on, and a place of
    a deep layer sees much of the picture.
    """

    block: SEBlock
    of: Of
    number: int
    image: int
    constant: float
    map: Float64[Doubles, "*places"]
    logit: float
    error: float
    by_secant: bool
    less: bool = False
    pools: tuple[PoolKind, ...] = ()
    by_pool: Float64[Doubles, "p *places"] | None = None

    def columns(self) -> Columns:
        """One row per place: its position and what it adds, also by pooling if several do."""
        each = zip(self.pools, self.maps, strict=True) if len(self.pools) > 1 else ()
        parts = {f"adds_{pool}": map_ for pool, map_ in each}
        return long(place_axes(self.map.shape), adds=self.map, **parts)

    @property
    def maps(self) -> Float64[Doubles, "p *places"]:
        """``by_pool``, or the one map of an account that was made without."""
        return self.map[None] if self.by_pool is None else self.by_pool

    @property
    def weights_fixed(self) -> bool:
        """Whether a softmax over places weights them; its weights are fixed for this input."""
        return "softmax" in self.pools

    def minus(self, other: "GatePlaces") -> "GatePlaces":
        """What makes this logit differ from another one of the same gate, place by place.

        Raises a BlockError where the two are of different gates, or their maps of different sizes.
        """
        mine = (self.block.name, self.of, self.number)
        theirs = (other.block.name, other.of, other.number)
        if mine != theirs or self.map.shape != other.map.shape:
            raise BlockError(
                tr(
                    "{one} over {places} places and {other} over {others} places cannot be taken "
                    "from each other. Give the same gate of two inputs of one size",
                    one=" ".join(map(str, mine)),
                    places=self.map.shape,
                    other=" ".join(map(str, theirs)),
                    others=other.map.shape,
                )
            )
        return replace(
            self,
            constant=self.constant - other.constant,
            map=readonly(self.map - other.map),
            logit=self.logit - other.logit,
            error=max(self.error, other.error),
            by_secant=self.by_secant or other.by_secant,
            less=True,
            by_pool=readonly(self.maps - other.maps),
        )


def place_axes(shape: tuple[int, ...]) -> dict[str, range]:
    """What a table calls the axes of places of this shape.

    >>> place_axes((2, 3))
    {'row': range(0, 2), 'column': range(0, 3)}
    """
    axes = AXES.get(len(shape), tuple(f"axis_{i}" for i in range(len(shape))))
    return {name: range(size) for name, size in zip(axes, shape, strict=True)}


def explain_gate_by_place(activation: BlockActivation, channel: int, image: int = 0) -> GatePlaces:
    """What each place of the feature maps adds to the logit of one gate.

    activation: captured with its feature maps (``features="all"``, or by the block's name). A block
    that pools twice (mean and maximum, through the same layers or joined end to end) has a map for
    each pooling.

    Raises a BlockError where the gate is no sum over places, with the reason, where the feature
    maps were not kept, or where there is no such channel or picture; a CaptureError where the sum
    misses the captured logit, or the gate came from an override.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> seen = capture(build("se", seed=0), torch.ones(1, 3, 64, 64), features="all")
    >>> account = explain_gate_by_place(seen["layer1.0.se"], 3)
    >>> account.map.shape, bool(abs(account.constant + account.map.sum() - account.logit) < 1e-5)
    ((16, 16), True)
    """
    logits = require_logit(activation, channel, image)
    row = np.eye(1, logits.shape[1], channel)[0]
    return _account(activation, "channel", channel, image, row, float(logits[image, channel]))


def explain_block_by_place(activation: BlockActivation, image: int = 0) -> GatePlaces:
    """The same for a block as a whole: what each place adds to the mean logit of its channels.

    It adds up as that of one gate does; what opens some channels and shuts others cancels out.

    Raises as ``explain_gate_by_place``.
    """
    for channel in range(activation.excitation.shape[1]):
        logits = require_logit(activation, channel, image)
    row = np.full(logits.shape[1], 1 / logits.shape[1])
    return _account(activation, "channels", -1, image, row, float(logits[image].mean(dtype=float)))


def explain_unit_by_place(activation: BlockActivation, unit: int, image: int = 0) -> GatePlaces:
    """The same for what enters a hidden unit: what switched it on, or off.

    Raises as ``explain_gate_by_place``, and where the block has no such unit.
    """
    require_account(activation, 0, image)
    layers = activation.layers
    if layers is None or layers.reduce is None or layers.reduce_bias is None:
        raise BlockError(tr("{block} has no hidden units", block=activation.block.name))
    units = len(layers.reduce)
    if not 0 <= unit < units:
        raise BlockError(
            tr(
                "{block} has hidden units 0 to {last}; asked for was {unit}",
                block=activation.block.name,
                last=units - 1,
                unit=unit,
            )
        )
    sums = require_sum(activation)
    first = PooledSum(sums.pools, (replace(sums.stages[0], non_linearity="none"),))
    weights, squeeze = layers.reduce[unit].astype(np.float64), activation.squeeze[image]
    entered = float(layers.reduce_bias[unit]) + float(weights @ squeeze.astype(np.float64))
    row = np.eye(1, units, unit)[0]
    return _account(activation, "unit", unit, image, row, entered, sums=first)


def _account(
    activation: BlockActivation,
    of: Of,
    number: int,
    image: int,
    row: Doubles,
    logit: float,
    sums: PooledSum | None = None,
) -> GatePlaces:
    """``row`` holds the weights of the last stage's outputs."""
    sums = require_sum(activation) if sums is None else sums
    features = activation.require_features()[image].astype(np.float64)
    flat = features.reshape(len(features), -1)
    hidden = None if activation.hidden is None else activation.hidden[image]
    shares = shares_of(sums, flat, row, hidden)
    pools = [
        ((weights[:, None] * flat) * place_weights(pool, flat)).sum(axis=0)
        for pool, weights in zip(sums.pools, shares.weights, strict=True)
    ]
    by_pool = np.reshape(pools, (len(pools), *features.shape[1:]))
    account = GatePlaces(
        activation.block,
        of,
        number,
        image,
        shares.constant,
        readonly(by_pool.sum(axis=0)),
        logit,
        0.0,
        shares.by_secant,
        pools=tuple(pool.kind for pool in sums.pools),
        by_pool=readonly(by_pool),
    )
    return _added_up(activation, account, shares.largest)


def _added_up(activation: BlockActivation, account: GatePlaces, largest: float) -> GatePlaces:
    """The account with its error. largest: of the products of a weight and a pooled value."""
    largest = max(abs(account.constant), float(np.abs(account.map).max()), largest, 1e-30)
    error = abs(account.constant + float(account.map.sum()) - account.logit) / largest
    if not error <= max(ADDS_UP, activation.tolerance):
        raise CaptureError(
            tr(
                "the sum over places behind {what} of {block} misses what was captured by "
                "{error:.1g}: the block pools something other than its feature maps",
                what=account.of if account.number < 0 else f"{account.of} {account.number}",
                block=activation.block.name,
                error=error,
            )
        )
    return replace(account, error=error)
