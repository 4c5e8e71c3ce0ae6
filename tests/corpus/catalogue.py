"""All cases, and how they are found by name."""

from tests.corpus import linear_gates, products, squeezes
from tests.corpus.case import DeclaredCase, GateCase

GATES: tuple[GateCase, ...] = (*linear_gates.CASES, *products.CASES, *squeezes.CASES)
DECLARED: tuple[DeclaredCase, ...] = ()
