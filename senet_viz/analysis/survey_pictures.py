"""Single pictures of a survey: what is known of each, and who reads it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from senet_viz.core.arrays import Array
from senet_viz.core.tables import Tabular


@dataclass(frozen=True, slots=True)
class PictureRef(Tabular):
    """One picture of a survey: its name in the input, and the number of its class.

    ``predicted`` is the class that the network finds likeliest, in the network's own words; ""
    where it gives no score a class, and in a survey that did not keep it. ``top`` are up to five
    of them, the likeliest first, and ``chances`` what the network makes of each, 0 to 1; empty
    likewise.
    """

    name: str
    label: int
    predicted: str = ""
    top: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()


@runtime_checkable
class PictureReader(Protocol):
    """Reads what a survey has of single pictures."""

    def gates(self, place: int) -> Array:
        """The gates (n, c) of one block, by its place among the blocks, of all n pictures."""

    def squeezes(self, place: int) -> Array | None:
        """The squeezes (n, c) of one block likewise; None where they were not kept."""

    def units_on(self, place: int) -> Array | None:
        """Which hidden units (n, m) were on, 0 or 1; None where that was not kept."""

    def pictures(self) -> tuple[PictureRef, ...]:
        """Name and class of the n pictures, in the order of their gates."""

    def picture(self, name: str) -> bytes | None:
        """One picture's file; None where it cannot be reached."""
