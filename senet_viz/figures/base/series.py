"""One look for one picture or group, whatever the chart: eight colours, then another dash."""

from dataclasses import dataclass
from typing import Any

from senet_viz.figures.base.formats import literal, shorten
from senet_viz.figures.base.theme import OKABE_ITO, faded

NAME_LENGTH = 22
DASHES, SYMBOLS = ("solid", "6px,3px"), ("circle", "diamond")


@dataclass(frozen=True, slots=True)
class Series:
    """A picture or a group as charts draw it: its name, and the place that decides its look.

    Sixteen places are told apart: Okabe-Ito with solid lines and discs, then again with dashed
    lines and diamonds.
    """

    name: str
    place: int

    @property
    def colour(self) -> str:
        return OKABE_ITO[self.place % len(OKABE_ITO)]

    @property
    def symbol(self) -> str:
        return SYMBOLS[self._round]

    @property
    def line(self) -> dict[str, Any]:
        return {"color": self.colour, "width": 1.8, "dash": DASHES[self._round]}

    @property
    def label(self) -> str:
        """The name as plotly shows it letter by letter, shortened in the middle."""
        return literal(shorten(self.name, limit=NAME_LENGTH))

    @property
    def tick(self) -> str:
        """The label with the series' mark before it, as text of an axis."""
        mark = "●◆"[self._round]
        return f'<span style="color:{self.colour}">{mark}</span> {self.label}'

    @property
    def short(self) -> str:
        """The name for a sentence."""
        return shorten(self.name, limit=NAME_LENGTH)

    def fill(self, *, opacity: float) -> str:
        return faded(self.colour, opacity=opacity)

    @property
    def _round(self) -> int:
        return self.place // len(OKABE_ITO) % len(DASHES)
