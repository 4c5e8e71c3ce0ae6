"""Where in the picture does a gate come from? The exact sum over places behind one gate.

The squeeze pools over places, and for one input each hidden unit passes a multiple of its sum.
So a logit is a constant and one number a place, which add up; no gradient, no baseline.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.gate_account import ADDS_UP, UNITS, require_account
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.block_words import squeeze_words
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

Of = Literal["channel", "unit", "channels"]
POOLED = ("mean", "max")
AXES = {1: ("place",), 2: ("row", "column"), 3: ("depth", "row", "column")}


@dataclass(frozen=True, slots=True, eq=False)
class GatePlaces(Tabular):
    """``constant + map.sum()`` is the logit of a gate, or what enters a hidden unit.

    ``map`` has the places (h, w), (t,) or (d, h, w) of the block's feature maps: what stands at a
    place adds that much. ``of`` says to what: to the logit of the "channel" of this ``number``, to
    what enters the hidden "unit" of this number, or, "channels", to the mean logit of all the
    block's channels, with a number of -1. ``logit`` is what was captured, ``error`` how far the sum
    misses it, over the largest of its terms: the constant, what a place adds, and each product of
    weights and a squeeze.
    ``by_secant``: some hidden unit is no ReLU and not linear; it counts by what it made of its sum,
    value over sum, for this input. ``less``: another input's account was taken from it. It does not
    say what the class depends on, and what stands at a place of a deep layer comes from much of the
    picture.
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

    def columns(self) -> Columns:
        """A row for each place: where it is, and what it adds."""
        return long(place_axes(self.map.shape), adds=self.map)

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
        return GatePlaces(
            block=self.block,
            of=self.of,
            number=self.number,
            image=self.image,
            constant=self.constant - other.constant,
            map=readonly(self.map - other.map),
            logit=self.logit - other.logit,
            error=max(self.error, other.error),
            by_secant=self.by_secant or other.by_secant,
            less=True,
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

    activation: captured with its feature maps (``features="all"``, or by the block's name).

    Raises a BlockError where the gate is no sum over hidden units, where its pooling gives no share
    to each place (only means and maxima do), where the feature maps were not kept, or where there
    is no such channel or picture; a CaptureError where the sum misses the captured logit, or an
    override spoke in place of the network.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> seen = capture(build("se", seed=0), torch.ones(1, 3, 64, 64), features="all")
    >>> account = explain_gate_by_place(seen["layer1.0.se"], 3)
    >>> account.map.shape, bool(abs(account.constant + account.map.sum() - account.logit) < 1e-5)
    ((16, 16), True)
    """
    layers, logits = require_account(activation, channel, image)
    bias, logit = float(layers.expand_bias[channel]), float(logits[image, channel])
    return _of_logit(activation, "channel", channel, image, layers.expand[channel], bias, logit)


def explain_block_by_place(activation: BlockActivation, image: int = 0) -> GatePlaces:
    """The same for a block as a whole: what each place adds to the mean logit of its channels.

    It adds up as that of one gate does; what opens some channels and shuts others cancels out.

    Raises as ``explain_gate_by_place``.
    """
    for channel in range(activation.excitation.shape[1]):
        layers, logits = require_account(activation, channel, image)
    row = layers.expand.mean(axis=0, dtype=np.float64)
    bias, logit = (float(x.mean(dtype=np.float64)) for x in (layers.expand_bias, logits[image]))
    return _of_logit(activation, "channels", -1, image, row, bias, logit)


def explain_unit_by_place(activation: BlockActivation, unit: int, image: int = 0) -> GatePlaces:
    """The same for what enters a hidden unit: what switched it on, or off.

    Raises as ``explain_gate_by_place``, and where the block has no such unit.
    """
    layers, _ = require_account(activation, 0, image)
    if layers.reduce is None or layers.reduce_bias is None or activation.hidden is None:
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
    weights = layers.reduce[unit].astype(np.float64)
    constant = float(layers.reduce_bias[unit])
    entered = constant + float(weights @ activation.squeeze[image].astype(np.float64))
    map_ = _spread(activation, image, weights)
    account = GatePlaces(
        activation.block, "unit", unit, image, constant, readonly(map_), entered, 0.0, False
    )
    return _added_up(activation, account, weights)


def _of_logit(
    activation: BlockActivation,
    of: Of,
    number: int,
    image: int,
    row: Array,
    constant: float,
    logit: float,
) -> GatePlaces:
    """``row`` weighs the hidden units, or the squeeze where there is no bottleneck."""
    layers = activation.layers
    assert layers is not None
    products, secant = row.astype(np.float64), False
    if layers.reduce is not None and layers.reduce_bias is not None:
        passed, offset = _passed(activation, image)
        constant += float(products @ (passed * layers.reduce_bias + offset))
        products = (products * passed)[:, None] * layers.reduce.astype(np.float64)
        secant = layers.non_linearity not in ("relu", "none")
    map_ = _spread(activation, image, products.reshape(-1, products.shape[-1]).sum(axis=0))
    account = GatePlaces(
        activation.block, of, number, image, constant, readonly(map_), logit, 0.0, secant
    )
    return _added_up(activation, account, products)


def _passed(activation: BlockActivation, image: int) -> tuple[Doubles, Doubles]:
    """Of each hidden unit: value over what entered it, and the value where nothing entered."""
    layers, hidden = activation.layers, activation.hidden
    assert layers is not None and layers.reduce is not None and hidden is not None
    assert layers.reduce_bias is not None
    value = hidden[image].astype(np.float64)
    squeeze = activation.squeeze[image].astype(np.float64)
    entered = layers.reduce.astype(np.float64) @ squeeze + layers.reduce_bias
    if layers.non_linearity in ("relu", "none"):
        return np.where((value != 0) | (layers.non_linearity == "none"), 1.0, 0.0), 0 * value
    if layers.non_linearity in UNITS:  # the captured value is rounded: off by much near 0
        value = UNITS[layers.non_linearity](entered)
    small = np.abs(entered) < 1e-9 * max(1.0, float(np.abs(entered).max()))
    return np.where(small, 0, value / np.where(small, 1, entered)), np.where(small, value, 0)


def _spread(activation: BlockActivation, image: int, weights: Doubles) -> Doubles:
    """weights (c,) times the squeeze (c,), as one number a place."""
    how = activation.block.squeeze_by
    if how not in POOLED:
        raise BlockError(
            tr(
                "the squeeze of {block} is {how}, which does not give each place a share. "
                "Means and maxima do",
                block=activation.block.name,
                how=squeeze_words(activation.block),
            )
        )
    features = activation.require_features()[image].astype(np.float64)
    places = features.shape[1:]
    flat = features.reshape(len(features), -1)
    if how == "mean":
        return np.asarray((weights @ flat / flat.shape[1]).reshape(places))
    won = np.zeros(flat.shape[1])
    highest = flat.argmax(axis=1)
    np.add.at(won, highest, weights * flat[np.arange(len(flat)), highest])
    return won.reshape(places)


def _added_up(activation: BlockActivation, account: GatePlaces, products: Doubles) -> GatePlaces:
    """The account with its error. products: of weights (..., c), one for each term of the sum."""
    squeeze = activation.squeeze[account.image].astype(np.float64)
    largest = max(
        abs(account.constant),
        float(np.abs(account.map).max()),
        float(np.abs(products * squeeze).max()),
        1e-30,
    )
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
