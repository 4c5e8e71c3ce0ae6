"""All cases."""

from tests.corpus import (
    batches,
    calls,
    channel_attentions,
    convolutional_gates,
    gate_functions,
    gates_of_places,
    graphs,
    linear_gates,
    modes,
    near_misses,
    no_gates,
    normalisations,
    placements,
    products,
    signals_and_volumes,
    squeezes,
    timm_networks,
    tokens,
    whole_networks,
)
from tests.corpus.case import DeclaredCase, GateCase

PLAIN: tuple[GateCase, ...] = (
    *linear_gates.CASES,
    *convolutional_gates.CASES,
    *channel_attentions.CASES,
    *gate_functions.CASES,
    *signals_and_volumes.CASES,
    *batches.CASES,
    *tokens.CASES,
    *squeezes.CASES,
    *products.CASES,
    *placements.CASES,
    *calls.CASES,
    *whole_networks.CASES,
    *timm_networks.CASES,
)
"""Networks as they are written."""

GATES: tuple[GateCase, ...] = (*PLAIN, *modes.CASES, *graphs.CASES)
"""And the same under other circumstances, or as graphs."""

DECLARED: tuple[DeclaredCase, ...] = (
    *near_misses.CASES,
    *gates_of_places.CASES,
    *normalisations.CASES,
    *no_gates.CASES,
)
"""Networks in which there is no channel gate."""
