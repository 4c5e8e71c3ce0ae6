"""A figure together with the words and the numbers that belong to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.errors import CaptureError
from senet_viz.core.notebook import html_table
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.columns import Column, headed
from senet_viz.figures.base.print_layout import printable
from senet_viz.figures.base.sources import NOTHING_SAID, Source
from senet_viz.figures.base.theme import SMALL, mode, template

Numbers = npt.NDArray[np.float64]
COLOUR_BAR_MARGIN = 46
VALIDATE = False  # by Plotly, setting by setting: four times as slow. The tests of figures do it.


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One chart, ready to be printed with its sentence above it.

    ``title`` states what is seen here, ``reads`` how to read it, ``caution`` what it does not mean,
    ``alt`` describes it to someone who cannot see it. All four are plain text, to be escaped where
    they are printed. ``table`` holds the numbers drawn, in columns of equal length that have the
    same names in every language. ``source`` says what it was made from, where somebody said so with
    ``of``. The figure shows no title of its own and takes the width it is given.
    """

    figure: go.Figure
    title: str
    reads: str
    caution: str
    alt: str
    table: dict[str, Column]
    source: Source = NOTHING_SAID

    def of(self, source: Source) -> "Chart":
        """The same chart, which now says what it was made from on paper and in its files."""
        return replace(self, source=source)

    def printed(self) -> go.Figure:
        """The figure as it goes on paper: light, 180 mm wide, under its title."""
        return printable(self.figure, self.title)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """What a notebook shows: the figure under its sentence; where it cannot, the numbers."""
        columns = headed(self.table)
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return {
            "application/vnd.plotly.v1+json": json.loads(self.printed().to_json()),
            "text/html": f"<p>{escape(self.title)}</p>{html_table(rows)}",
            "text/plain": f"{self.title}\n{self.reads}",
        }


def draw(
    traces: Sequence[Any], *, dark: bool, height: int, top: int | None = None, **layout: Any
) -> go.Figure:
    """A figure in the shared look; ``layout`` is plotly's, ``top`` px of margin for a legend."""
    margin = {} if top is None else {"margin": {"l": 8, "r": 8, "t": top, "b": 8}}
    return go.Figure(
        data=list(traces),
        layout={"template": template(dark), "height": height, **margin, **layout},
        _validate=VALIDATE,
    )


def colour_bar(words: str, *, dark: bool) -> dict[str, Any]:
    """Plotly's settings for a colour bar over the chart, where it takes no width from it.

    It needs ``COLOUR_BAR_MARGIN`` pixels at the top.
    """
    small = {"color": mode(dark).muted, "size": SMALL}
    return {
        "orientation": "h",
        "len": 220,
        "lenmode": "pixels",
        "outlinewidth": 0,
        "thickness": 10,
        "tickfont": small,
        "title": {"text": words, "side": "right", "font": small},
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "top",
        "yref": "container",
        "ypad": 2,
    }


def require(size: int, noun: str) -> None:
    """A CaptureError where there is nothing to draw."""
    if not size:
        raise CaptureError(
            tr(
                "{nothing} were given, and there is nothing to draw. Give at least one",
                nothing=count(0, noun),
            )
        )


def known(values: npt.NDArray[Any]) -> Numbers:
    """The same as float64, NaN for all that is not finite: NaN has no sum, but no warning."""
    wide = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(wide), wide, np.nan)


def finite(values: npt.NDArray[Any]) -> Numbers:
    """The finite values, flat, as float64."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    return flat[np.isfinite(flat)]
