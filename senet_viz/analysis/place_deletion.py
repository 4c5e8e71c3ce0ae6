"""Does the account by place hold? Cover the places it names, and see how far the logit falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.gate_places import explain_gate_by_place
from senet_viz.analysis.pooled_sums import require_sum, run
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.core.tables import Columns, Tabular, long

Cover = Literal["mean", "blur", "noise"]
Edited = Literal["block", "picture"]
COVERS: tuple[Cover, ...] = ("mean", "blur", "noise")
SHARES = (0.1, 0.2, 0.3, 0.5)
RANDOM_SETS = 20
BOXES = 3  # box filters one after the other are close to a Gaussian


@dataclass(frozen=True, slots=True, eq=False)
class PlaceDeletion(Tabular):
    """How far a gate's logit falls while more and more places are covered.

    ``shares`` (s,) of the places, ascending; ``fall`` (s,) is logit before less logit after, with
    the places of the highest account covered; ``random`` (r, s) the same for r random sets, each
    growing. ``cover`` is what stands there instead. ``edited`` is "block" where the block's input
    was covered and nothing else changed, which tests the account itself, or "picture" where the
    picture was and all earlier layers were run again.
    """

    block: SEBlock
    channel: int
    cover: Cover
    edited: Edited
    logit: float
    shares: Float64[Doubles, " s"]
    fall: Float64[Doubles, " s"]
    random: Float64[Doubles, "r s"]

    @property
    def area(self) -> float:
        """The mean fall from no place covered to the last share, in logits."""
        return float(mean_height(self.shares, self.fall))

    @property
    def random_area(self) -> Float64[Doubles, " r"]:
        """The same for each random set."""
        return np.asarray(mean_height(self.shares, self.random))

    @property
    def as_far(self) -> int:
        """How many random sets fall at least as far as the account's places."""
        return int((self.random_area >= self.area).sum())

    def columns(self) -> Columns:
        """A row for each share: the account's fall, and the random ones' mean and deviation."""
        return long(
            {"block": [self.block.name], "channel": [self.channel], "share": self.shares},
            fall=self.fall,
            random_mean=self.random.mean(0),
            random_deviation=self.random.std(0),
        )


def delete_places(
    activation: BlockActivation,
    channels: Sequence[int],
    image: int = 0,
    *,
    cover: Cover = "mean",
    shares: Sequence[float] = SHARES,
    random_sets: int = RANDOM_SETS,
    seed: int = 0,
) -> tuple[PlaceDeletion, ...]:
    """Cover places of the block's own input, and work out the logit of each channel's gate again.

    activation: captured with its feature maps. cover: "mean", the mean of the nearest places left
    uncovered; "blur", the map blurred; "noise", drawn with each channel's own mean and deviation.
    The random sets are the same for all channels. Nothing is run: the layers are applied in
    float64.

    Raises as ``explain_gate_by_place``, and a BlockError where the hidden units are of a kind that
    is not worked out here.

    >>> import torch
    >>> from senet_viz.hooks import capture
    >>> from senet_viz.models.residual import build
    >>> seen = capture(build("se", seed=0), torch.rand(1, 3, 64, 64), features="all")
    >>> (curve,) = delete_places(seen["layer1.0.se"], [3])
    >>> curve.fall.shape, curve.random.shape
    ((4,), (20, 4))
    """
    accounts = [explain_gate_by_place(activation, channel, image) for channel in channels]
    features = activation.require_features()[image].astype(np.float64)
    places, sums = features.shape[1:], require_sum(activation)
    drawn = random_places(places, shares, random_sets, seed)
    covering, rng = Covering(features, cover), np.random.default_rng(seed + 1)

    def logits(masks: np.ndarray) -> Doubles:
        """(s, c) for masks (s, *places)."""
        return np.array([of_maps(covering.covered(mask, rng)) for mask in masks])

    def of_maps(maps: Doubles) -> Doubles:
        return run(sums, maps.reshape(len(maps), -1))

    at_random = np.array([logits(masks) for masks in drawn])  # (r, s, c)
    scores = []
    for channel, account in zip(channels, accounts, strict=True):
        before = of_maps(features)[channel]
        after = logits(highest_places(account.map, shares))[:, channel]
        scores.append(
            PlaceDeletion(
                block=activation.block,
                channel=channel,
                cover=cover,
                edited="block",
                logit=float(before),
                shares=readonly(np.array(shares, np.float64)),
                fall=readonly(before - after),
                random=readonly(before - at_random[:, :, channel]),
            )
        )
    return tuple(scores)


def highest_places(map_: Doubles, shares: Sequence[float]) -> np.ndarray:
    """The places of the highest values of a map, as masks (s, *places); at least one place each."""
    order = np.argsort(-map_, axis=None, kind="stable")
    return _masks(order, map_.shape, shares)


def random_places(
    places: tuple[int, ...], shares: Sequence[float], sets: int, seed: int
) -> np.ndarray:
    """Random places as masks (r, s, *places); within a set a larger share holds the smaller."""
    rng, size = np.random.default_rng(seed), int(np.prod(places))
    return np.array([_masks(rng.permutation(size), places, shares) for _ in range(sets)])


class Covering:
    """Maps or a picture (c, *places), and what stands in place of what is covered."""

    def __init__(self, values: Doubles, cover: Cover) -> None:
        self.values, self.cover = values, cover
        self._axes = tuple(range(1, values.ndim))
        self._radius = max(1, max(values.shape[1:]) // 16)
        everywhere = np.ones((1, *values.shape[1:]), bool)
        self._blurred = self._near(everywhere, self._radius, BOXES) if cover == "blur" else values

    def covered(self, mask: np.ndarray, rng: np.random.Generator) -> Doubles:
        """A copy of the values with the places of the mask (*places) covered."""
        changed = self.values.copy()
        if self.cover == "mean":
            changed[:, mask] = self._from_around(mask)[:, mask]
        elif self.cover == "blur":
            changed[:, mask] = self._blurred[:, mask]
        else:
            mean, deviation = self.values.mean(self._axes), self.values.std(self._axes)
            noise = rng.standard_normal((len(changed), int(mask.sum())))
            changed[:, mask] = mean[:, None] + deviation[:, None] * noise
        return changed

    def _from_around(self, mask: np.ndarray) -> Doubles:
        """The mean of what is left uncovered nearby; wherever that is nothing, of a wider part."""
        left = ~mask[None].copy()
        if not left.any():
            mean: Doubles = self.values.mean(self._axes, keepdims=True)
            return np.broadcast_to(mean, self.values.shape)
        radius = self._radius
        means = self._near(left, radius)
        while np.isnan(means[:, mask]).any():
            radius *= 2
            means = np.where(np.isnan(means), self._near(left, radius), means)
        return means

    def _near(self, left: np.ndarray, radius: int, times: int = 1) -> Doubles:
        """Means over boxes of what is left; NaN where nothing is."""
        sums, counts = self.values * left, left.astype(self.values.dtype)
        for _ in range(times):
            sums, counts = _boxed(sums, radius), _boxed(counts, radius)
        return np.where(counts > 0.5, sums / np.maximum(counts, 0.5), np.nan)


def _boxed(values: Doubles, radius: int) -> Doubles:
    """Sums (c, *places) over boxes that reach ``radius`` to each side, cut off at the edges."""
    for axis in range(1, values.ndim):
        size = values.shape[axis]
        start = np.zeros_like(values.take([0], axis))
        running = np.concatenate([start, values.cumsum(axis)], axis)
        at = np.arange(size)
        upper, lower = np.minimum(at + radius + 1, size), np.maximum(at - radius, 0)
        values = running.take(upper, axis) - running.take(lower, axis)
    return values


def _masks(order: np.ndarray, places: tuple[int, ...], shares: Sequence[float]) -> np.ndarray:
    masks = np.zeros((len(shares), order.size), bool)
    for mask, share in zip(masks, shares, strict=True):
        mask[order[: max(1, round(share * order.size))]] = True
    return masks.reshape(len(shares), *places)


def mean_height(shares: Doubles, falls: Doubles) -> Doubles:
    """The mean height of curves (..., s) that start at 0, by trapezoids."""
    along = np.concatenate([[0.0], shares])
    heights = np.concatenate([np.zeros_like(falls[..., :1]), falls], -1)
    return np.asarray(np.trapezoid(heights, along, axis=-1) / along[-1])
