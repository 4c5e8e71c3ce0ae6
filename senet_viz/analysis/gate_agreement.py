"""How far two blocks tell pictures apart in the same way, whatever their channels: linear CKA."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular, long
from senet_viz.core.translation import tr

FEWEST = 3
LEAST = 1e-12  # of a variance, below which a block's gates do not move


@dataclass(frozen=True, slots=True, eq=False)
class GateAgreement(Tabular):
    """Linear CKA of the gates of a blocks (``rows``) and b blocks (``columns_of``).

    ``value`` (a, b) is 0 where the two tell the same pictures apart in unrelated ways, 1 where in
    the same way up to a rotation and one factor; NaN where one of them does not move.
    ``pictures`` says over how many.
    """

    rows: tuple[str, ...]
    columns_of: tuple[str, ...]
    value: Float64[Doubles, "a b"]
    pictures: int

    def columns(self) -> Columns:
        """A row for each pair of blocks."""
        return long({"block": self.rows, "other_block": self.columns_of}, cka=self.value)


def linear_cka(first: Float[Array, "n c"], second: Float[Array, "n d"]) -> float:
    """Linear centred kernel alignment of two matrices over the same n pictures, 0 to 1.

    Kornblith et al. 2019, eq. 3: |Y'X|² / (|X'X| |Y'Y|) with columns centred and Frobenius norms.
    It does not change when channels are put in another order, turned, or all scaled by one
    factor. NaN where one of the two is the same for all pictures. Over few pictures it is high by
    chance: with no more pictures than channels, random gates come near 1.

    >>> gates = np.array([[0.1, 0.9], [0.5, 0.2], [0.4, 0.4]])
    >>> round(linear_cka(gates, gates[:, ::-1] / 2), 6)
    1.0
    """
    return _alignment(_kernel(first), _kernel(second))


def block_agreement(gates: Mapping[str, Float[Array, "_ _"]]) -> GateAgreement:
    """Do the blocks of one network tell pictures apart in the same way? Every block with every.

    gates: (n, c) by the name of the block, of the same n pictures in the same order. Raises a
    CaptureError for fewer than three pictures, and where the blocks have seen other numbers.

    >>> gates = {name: np.random.default_rng(seed).random((9, 4)) for seed, name in enumerate("ab")}
    >>> block_agreement(gates).value.shape
    (2, 2)
    """
    return network_agreement(gates, gates)


def network_agreement(
    first: Mapping[str, Float[Array, "_ _"]], second: Mapping[str, Float[Array, "_ _"]]
) -> GateAgreement:
    """The same of two networks: the blocks of the one with those of the other.

    Their channels, and how many there are, need have nothing in common; the pictures must be the
    same, in the same order. Raises what ``block_agreement`` raises.
    """
    counts = sorted({len(gates) for gates in (*first.values(), *second.values())})
    if len(counts) != 1 or counts[0] < FEWEST:
        raise CaptureError(
            tr(
                "gates of {counts} pictures were given. Agreement is told over the same three or "
                "more pictures for every block",
                counts=", ".join(map(str, counts)),
            )
        )
    kernels = [_kernel(gates) for gates in first.values()]
    others = kernels if second is first else [_kernel(gates) for gates in second.values()]
    value = np.array([[_alignment(one, other) for other in others] for one in kernels])
    return GateAgreement(tuple(first), tuple(second), readonly(value), counts[0])


def _kernel(gates: Float[Array, "n c"]) -> Float64[Doubles, "n n"]:
    """The centred linear kernel: by pictures, so that channels may be as many as they like."""
    centred = gates.astype(np.float64) - gates.mean(axis=0, dtype=np.float64)
    kernel: Doubles = centred @ centred.T
    return kernel


def _alignment(first: Doubles, second: Doubles) -> float:
    norms = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    if not np.isfinite(norms) or min(np.trace(first), np.trace(second)) <= LEAST * len(first):
        return float("nan")
    return float(np.clip((first * second).sum() / norms, 0.0, 1.0))
