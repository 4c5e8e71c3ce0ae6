"""All cases."""

from tests.corpus import (
    convolutional_gates,
    gate_functions,
    linear_gates,
    placements,
    products,
    squeezes,
)
from tests.corpus.case import DeclaredCase, GateCase

GATES: tuple[GateCase, ...] = (
    *linear_gates.CASES,
    *convolutional_gates.CASES,
    *gate_functions.CASES,
    *squeezes.CASES,
    *products.CASES,
    *placements.CASES,
)
DECLARED: tuple[DeclaredCase, ...] = ()
