"""A figure together with the words and the numbers that belong to it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.errors import CaptureError
from senet_viz.figures.columns import Column, headed
from senet_viz.figures.theme import SMALL, mode, template
from senet_viz.language import count, tr
from senet_viz.shown import html_table

Numbers = npt.NDArray[np.float64]
COLOUR_BAR_MARGIN = 46
VALIDATE = False  # by Plotly, setting by setting: four times as slow. The tests of figures do it.


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One chart, ready to be printed with its sentence above it.

    ``title`` states what is seen here, ``reads`` how to read it, ``caution`` what it does not
    mean, ``alt`` describes it to someone who cannot see it. All four are plain text: whoever
    prints them escapes them. ``table`` holds the numbers drawn, in columns of equal length
    that have the same names in every language.
    The figure shows no title of its own and takes the width it is given.
    """

    figure: go.Figure
    title: str
    reads: str
    caution: str
    alt: str
    table: dict[str, Column]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """What a notebook shows: the figure under its sentence; where it cannot, the numbers."""
        from senet_viz.figures.paper import printable

        columns = headed(self.table)
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return {
            "application/vnd.plotly.v1+json": json.loads(printable(self).to_json()),
            "text/html": f"<p>{escape(self.title)}</p>{html_table(rows)}",
            "text/plain": f"{self.title}\n{self.reads}",
        }


def draw(traces: Sequence[Any], *, dark: bool, height: int, **layout: Any) -> go.Figure:
    """A figure in the shared look; ``layout`` is plotly's."""
    return go.Figure(
        data=list(traces),
        layout={"template": template(dark), "height": height, **layout},
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


def literal(text: str) -> str:
    """``text`` so that plotly shows it letter by letter: no markup, entities or formulas."""
    # Plotly decodes the entity only after it has looked for $formulas$.
    return escape(text, quote=False).replace("$", "&#36;")


def shorten(text: str, *, limit: int) -> str:
    """At most ``limit`` letters, the middle left out: dotted names differ at both ends."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[-tail:]}" if tail else f"{text[: limit - 1]}…"


def not_finite() -> str:
    """The words for what is no number."""
    return tr("not finite")


def hover(*lines: str, extra: str = "") -> str:
    """A trace's ``hovertemplate`` of these lines; plotly's own fields, "%{y}", come in as values.

    ``extra`` is what plotly shows beside its box.

    >>> hover(tr("gate {value}", value="%{y:.3f}"))
    'gate %{y:.3f}<extra></extra>'
    """
    return f"{'<br>'.join(lines)}<extra>{extra}</extra>"


def listing(words: Iterable[str]) -> str:
    """ "dog, cat, crane" """
    return tr(", ").join(words)


def paragraph(first: str, then: str) -> str:
    """Two sentences, or the first alone where there is no second."""
    return tr("{first} {then}", first=first, then=then) if then else first


def gate(value: float) -> str:
    """Three decimals, or the words for what is no number."""
    return f"{value:.3f}" if np.isfinite(value) else not_finite()


def require(size: int, noun: str) -> None:
    """A CaptureError where there is nothing to draw."""
    if not size:
        raise CaptureError(
            tr(
                "{nothing} were given, and there is nothing to draw. Give at least one",
                nothing=count(0, noun),
            )
        )


def number(value: float, form: str) -> str:
    """``value`` in this format, or the words for what is no number."""
    return format(value, form) if np.isfinite(value) else not_finite()


def percent(share: float) -> str:
    """A share of 0 to 1 without decimals, but never "0%" for some or "100%" for not all."""
    if not np.isfinite(share):
        return not_finite()
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def signed(change: float, *, decimals: int) -> str:
    """With its sign, a minus as wide as the plus, and never "−0.00".

    >>> signed(-0.001, decimals=2), signed(-0.6, decimals=2)
    ('+0.00', '−0.60')
    """
    if not np.isfinite(change):
        return not_finite()
    return f"{round(float(change), decimals) + 0.0:+.{decimals}f}".replace("-", "−")


def tiny(value: float) -> str:
    """An error by its size: "3e-8", without the zero of Python's "3e-08"."""
    return number(value, ".0e").replace("e-0", "e-").replace("e+00", "")


def known(values: npt.NDArray[Any]) -> Numbers:
    """The same as float64, NaN for all that is not finite: NaN has no sum, but no warning."""
    wide = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(wide), wide, np.nan)


def finite(values: npt.NDArray[Any]) -> Numbers:
    """The finite values, flat, as float64."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    return flat[np.isfinite(flat)]
