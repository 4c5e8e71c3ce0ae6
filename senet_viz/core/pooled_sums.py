"""How a gate's logit follows from its block's poolings: poolings, layers, functions, in order."""

from dataclasses import dataclass
from typing import Literal

from jaxtyping import Float32

from senet_viz.core.arrays import Array

PoolKind = Literal["mean", "max", "sum", "softmax", "fixed"]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """One pooling of a block's feature maps to (c,), as a sum over places.

    kind: how places are weighted. "mean" and "sum" weight all equally, "max" gives all weight to
    the place with the maximum, "softmax" weights by a softmax over places of ``weights`` (c,) times
    the maps, "fixed" by ``weights`` (c or 1, *places), for any input.
    """

    kind: PoolKind
    weights: Float32[Array, "..."] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A sum of layers and the function it enters: f(bias + Σ matrix · source).

    ``parts`` are pairs of a source and a matrix (m, k): source i is pooling i, and sources after
    the poolings are the outputs of earlier stages. The function of the last stage is "none": it
    gives the logit.
    """

    parts: tuple[tuple[int, Float32[Array, "m k"]], ...]
    bias: Float32[Array, " m"]
    non_linearity: str


@dataclass(frozen=True, slots=True, eq=False)
class PooledSum:
    """Poolings and stages: for one input each stage passes a multiple of its sum."""

    pools: tuple[Pool, ...]
    stages: tuple[Stage, ...]
