"""What a network of somebody else's is: how it is built and run, and what is in its source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

Inputs = Tensor | tuple[Any, ...] | Mapping[str, Any]
PLAIN = "mean, sigmoid, s"


@dataclass(frozen=True, slots=True)
class Network:
    """One network, and what the library has to say of it.

    package: its name in the registry. gates: how many channel gates the source runs in one pass,
    counted by hand. blocks: in how many places; where None, each runs once. says: every way in
    which a gate is made, as "squeeze, function, factor". others: what is declared beside the gates,
    as "2 branches, 1 sum". left: why it is not right as yet, where it is known not to be.
    """

    package: str
    name: str
    build: Callable[[], nn.Module]
    inputs: Callable[[], Inputs]
    gates: int
    blocks: int | None = None
    says: tuple[str, ...] = (PLAIN,)
    others: str = ""
    left: str = ""
