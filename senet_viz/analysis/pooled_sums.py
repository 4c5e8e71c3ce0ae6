"""From a block's feature maps to its logits, pooling by pooling, in float64."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from senet_viz.analysis.gate_account import UNITS
from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.errors import BlockError
from senet_viz.core.pooled_sums import Pool, PooledSum, Stage
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr


def _gelu(x: Doubles) -> Doubles:
    below = [(1 + erf(each / sqrt(2))) / 2 for each in x]
    return np.asarray(x * np.array(below))


_UNITS: Mapping[str, Callable[[Doubles], Doubles]] = {**UNITS, "gelu": _gelu}


def require_sum(activation: BlockActivation) -> PooledSum:
    """How a block's logits follow from its poolings; a BlockError says why if they do not."""
    if activation.sums is not None:
        return activation.sums
    layers, how = activation.layers, activation.block.squeeze_by
    if layers is not None and how in ("mean", "max"):
        first: tuple[Stage, ...] = ()
        if layers.reduce is not None and layers.reduce_bias is not None:
            first = (Stage(((0, layers.reduce),), layers.reduce_bias, layers.non_linearity),)
        last = Stage(((len(first), layers.expand),), layers.expand_bias, "none")
        pool = Pool("max" if how == "max" else "mean")
        return PooledSum((pool,), (*first, last))
    why = activation.unsummed or activation.unexplained
    if not why:
        why = tr("the feature maps of {block} were not kept", block=activation.block.name)
    raise BlockError(
        tr(
            "the gates of {name} ({kind}) are not a sum over places: {why}",
            name=activation.block.name,
            kind=activation.block.kind,
            why=why,
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What weighted poolings (c,) add to one number, and the constant term.

    largest: the largest product of a weight and a pooled value. by_secant: some function in between
    is no ReLU and counts as a factor, its output over its sum.
    """

    constant: float
    weights: tuple[Doubles, ...]
    largest: float
    by_secant: bool


def place_weights(pool: Pool, flat: Doubles) -> Doubles:
    """The weights of a pooling for the places of maps (c, places): (c or 1, places).

    >>> place_weights(Pool("max"), np.array([[1.0, 3.0, 3.0]])).tolist()
    [[0.0, 1.0, 0.0]]
    """
    if pool.kind == "max":
        return np.asarray(np.arange(flat.shape[1]) == flat.argmax(axis=1)[:, None], np.float64)
    if pool.kind == "softmax" and pool.weights is not None:
        scores = pool.weights.astype(np.float64) @ flat
        weights = np.exp(scores - scores.max())[None]
        return np.asarray(weights / weights.sum())
    if pool.kind == "fixed" and pool.weights is not None:
        return pool.weights.astype(np.float64)
    return np.full((1, flat.shape[1]), 1.0 if pool.kind == "sum" else 1 / flat.shape[1])


def run(sums: PooledSum, flat: Doubles) -> Doubles:
    """The logits (c,) of maps (c, places). Raises a BlockError where a function is not known."""
    sources = [(place_weights(pool, flat) * flat).sum(axis=1) for pool in sums.pools]
    for stage in sums.stages[:-1]:
        unit = _UNITS.get(stage.non_linearity)
        if unit is None:
            raise BlockError(
                tr(
                    "the hidden units are {kind}, which is not supported here. Supported: {known}",
                    kind=stage.non_linearity,
                    known=", ".join(_UNITS),
                )
            )
        sources.append(unit(_entered(stage, sources)))
    return _entered(sums.stages[-1], sources)


def shares_of(sums: PooledSum, flat: Doubles, row: Doubles, hidden: Array | None) -> Shares:
    """The terms of ``row`` (k,) times the last stage, for maps (c, places).

    hidden: the captured output of the first stage, for a function that is not computed here.
    """
    sources = [(place_weights(pool, flat) * flat).sum(axis=1) for pool in sums.pools]
    passed: list[tuple[Doubles, Doubles]] = []
    for stage in sums.stages[:-1]:
        entered = _entered(stage, sources)
        passed.append(_passed(stage.non_linearity, entered, hidden))
        sources.append(passed[-1][0] * entered + passed[-1][1])
    weights: list[Doubles] = [np.zeros(source.size) for source in sources]
    constant, largest, counted = 0.0, 0.0, row
    for number in reversed(range(len(sums.stages))):
        stage = sums.stages[number]
        if number < len(passed):
            slope, offset = passed[number]
            mine = weights[len(sums.pools) + number]
            constant, counted = constant + float(mine @ offset), mine * slope
        constant += float(counted @ stage.bias)
        some = np.flatnonzero(counted)
        for source, matrix in stage.parts:
            terms = counted[some, None] * matrix[some].astype(np.float64)
            weights[source] = weights[source] + terms.sum(axis=0)
            largest = max(largest, float(np.abs(terms * sources[source]).max(initial=0.0)))
    kinds = {stage.non_linearity for stage in sums.stages}
    return Shares(
        constant, tuple(weights[: len(sums.pools)]), largest, not kinds <= {"relu", "none"}
    )


def _entered(stage: Stage, sources: Sequence[Doubles]) -> Doubles:
    entered = stage.bias.astype(np.float64)
    for source, matrix in stage.parts:
        entered = entered + matrix.astype(np.float64) @ sources[source]
    return entered


def _passed(kind: str, entered: Doubles, hidden: Array | None) -> tuple[Doubles, Doubles]:
    """For each unit its output over its input, and the output itself if the input is close to 0."""
    if kind in ("relu", "none"):
        return np.where((entered > 0) | (kind == "none"), 1.0, 0.0), 0 * entered
    unit = _UNITS.get(kind)
    if unit is None and hidden is None:
        raise BlockError(tr("hidden units of the kind {kind} are not supported here", kind=kind))
    value = unit(entered) if unit is not None else np.asarray(hidden, dtype=np.float64)
    small = np.abs(entered) < 1e-9 * max(1.0, float(np.abs(entered).max()))
    return np.where(small, 0, value / np.where(small, 1, entered)), np.where(small, value, 0)
