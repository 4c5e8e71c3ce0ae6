"""Which channels tell groups of pictures apart, and whether chance would do as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np
from jaxtyping import Float64, Int64

from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

LEAST_WITHIN = 0.01  # gates; a smaller deviation inside groups counts as this
MOST_REGROUPINGS = 1000
FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True, eq=False)
class ChannelSeparation(Tabular):
    """How far the gate of each channel tells g groups of pictures apart.

    ``mean`` (g, c) is the group's mean gate and ``count`` (g,) its number of pictures, in the
    order of ``groups``. ``share`` (c,), 0 to 1, is the variance between groups over the sum of
    that and the variance within them; a deviation within of less than 0.01 counts as 0.01.
    ``order`` (c,) holds the channels by falling share.

    ``chance`` is the share of ``regroupings`` in which some channel or other of the block
    separates the same pictures, dealt into groups of the same sizes, at least as well as the best
    channel does here: near 0 where the groups are real, 1 where no regrouping can do worse.
    ``every``: all regroupings there are were tried, else as many drawn at random.
    """

    groups: tuple[str, ...]
    count: Int64[Counts, " g"]
    mean: Float64[Doubles, "g c"]
    share: Float64[Doubles, " c"]
    order: Int64[Counts, " c"]
    chance: float
    regroupings: int
    every: bool

    @property
    def spread(self) -> Float64[Doubles, " c"]:
        """How far apart the highest and the lowest group mean are, by channel, in gates."""
        spread: Doubles = np.ptp(self.mean, axis=0)
        return spread

    def columns(self) -> Columns:
        """A row for each group and channel."""
        return long(
            {"group": self.groups, "channel": range(self.share.size)},
            pictures=self.count[:, None],
            mean=self.mean,
            share=self.share,
        )


def separate_channels(gates: Array, groups: Sequence[str]) -> ChannelSeparation:
    """Which channels separate the groups most? gates (n, c), a group's name for each picture.

    Pictures whose group is "" are left out. The share of variance between groups is eta squared
    of an analysis of variance (Fisher 1925), kept from calling a hair's breadth a separation.
    With few pictures the best of many channels always looks good: ``chance`` says how good a
    random grouping looks.

    Raises CaptureError for fewer than two groups or another number of groups than pictures.

    >>> gates = np.array([[0.1, 0.5], [0.1, 0.7], [0.9, 0.6], [0.9, 0.6]], np.float32)
    >>> separate_channels(gates, ["cat", "cat", "dog", "dog"]).order.tolist()
    [0, 1]
    """
    if len(groups) != len(gates):
        raise CaptureError(
            tr(
                "{groups} groups were given for {gates} pictures. Give one each",
                groups=len(groups),
                gates=len(gates),
            )
        )
    names = tuple(dict.fromkeys(g for g in groups if g))
    if len(names) < FEWEST_GROUPS:
        raise CaptureError(
            tr(
                "the pictures form {names} group. Give at least two groups of pictures",
                names=len(names),
            )
            if names
            else tr("the pictures form 0 groups. Give at least two groups of pictures")
        )
    known = np.array([names.index(g) for g in groups if g])
    values = gates[[bool(g) for g in groups]].astype(np.float64)
    share = _share(values, known, len(names))
    dealt, every = _regroupings(known, len(names))
    best = np.array([_share(values, d, len(names)).max() for d in dealt])
    return ChannelSeparation(
        groups=names,
        count=readonly(np.bincount(known, minlength=len(names)).astype(np.int64)),
        mean=readonly(_means(values, known, len(names))),
        share=readonly(share),
        order=readonly(np.argsort(-share, kind="stable").astype(np.int64)),
        chance=float((best >= share.max() - 1e-12).mean()),
        regroupings=len(dealt),
        every=every,
    )


def _means(values: Doubles, known: np.ndarray, groups: int) -> Doubles:
    member = np.eye(groups)[known]
    means: Doubles = member.T @ values / member.sum(axis=0)[:, None]
    return means


def _share(values: Doubles, known: np.ndarray, groups: int) -> Doubles:
    """Variance between groups over between plus within, (c,)."""
    weight = np.bincount(known, minlength=groups) / len(known)
    apart = _means(values, known, groups) - values.mean(axis=0)
    between = weight @ apart**2
    within = np.maximum(values.var(axis=0) - between, LEAST_WITHIN**2)
    share: Doubles = between / (between + within)
    return share


def _regroupings(known: np.ndarray, groups: int) -> tuple[list[np.ndarray], bool]:
    """Every way to deal the pictures into groups of these sizes, or a random choice of them.

    A random choice holds the grouping that is, or the share of as good ones could be 0.
    """
    sizes = np.bincount(known, minlength=groups).tolist()
    left = [sum(sizes[i:]) for i in range(groups)]
    if prod(comb(n, size) for n, size in zip(left, sizes, strict=True)) <= MOST_REGROUPINGS:
        return list(_dealt(np.full(len(known), -1), sizes)), True
    generator = np.random.default_rng(0)
    return [known, *(generator.permutation(known) for _ in range(MOST_REGROUPINGS - 1))], False


def _dealt(known: np.ndarray, sizes: Sequence[int]) -> Iterator[np.ndarray]:
    group = int(known.max()) + 1
    if group == len(sizes):
        yield known
        return
    for chosen in combinations(np.flatnonzero(known < 0).tolist(), sizes[group]):
        taken = known.copy()
        taken[list(chosen)] = group
        yield from _dealt(taken, sizes)
