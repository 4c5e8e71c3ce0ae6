"""Axes that several charts have: under words, of rows from the top, of gates, of channels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.translation import tr
from senet_viz.figures.base.theme import Mode

WHOLE = (0.0, 1.0)
MOST_TICKS = 6
NARROWEST = 0.01  # of an axis of gates: rounding should not fill it


def axis(title: str, **settings: Any) -> dict[str, Any]:
    """Plotly's settings for an axis with these words beside it."""
    return {"title": {"text": title}, **settings}


def zero_line(look: Mode) -> dict[str, Any]:
    """Settings that mark 0 on an axis."""
    return {"zeroline": True, "zerolinecolor": look.line}


def map_axes() -> dict[str, Any]:
    """Both axes of a map (h, w): squares, rows from the top, as settings of the layout."""
    return {
        # Plotly places this title before it shrinks the axes to squares: hence the standoff.
        "xaxis": {
            "title": {"text": tr("column"), "standoff": 16},
            "constrain": "domain",
            "constraintoward": "left",
        },
        "yaxis": axis(
            tr("row"),
            autorange="reversed",
            scaleanchor="x",
            constrain="domain",
            constraintoward="top",
            showgrid=False,
        ),
    }


def row_axis(rows: Sequence[Any] | npt.NDArray[Any], words: Sequence[str]) -> dict[str, Any]:
    """An axis of named rows (r,) of height 1, the first at the top."""
    return {
        "tickvals": rows,
        "ticktext": words,
        "range": [len(words) - 0.5, -0.5],
        "showgrid": False,
        "ticks": "",
    }


def gate_words() -> str:
    """The words beside an axis of gates."""
    return tr("gate (0 shut, 1 open)")


def roomy(span: tuple[float, float]) -> list[float]:
    """The range of an axis for gates of this span: a little wider than it."""
    room = max(0.03 * (span[1] - span[0]), NARROWEST)
    return [span[0] - room, span[1] + room]


def rank_range(channels: int) -> list[float]:
    """The range of an axis on which so many channels have the places 1, 2 and so on."""
    return [0.3, channels + 0.7]


def channel_axis(shown: npt.NDArray[np.int16], ordered: str) -> dict[str, Any]:
    """The axis of places 1 to n; where channels stand by number, ticks say which they are."""
    settings = axis(tr("channels, {ordered}", ordered=ordered), range=rank_range(shown.size))
    if (np.diff(shown) > 0).all():
        at = np.unique(np.linspace(0, shown.size - 1, MOST_TICKS).round().astype(int))
        settings |= {"tickvals": (at + 1).tolist(), "ticktext": [str(c) for c in shown[at]]}
    return settings


def probability_axis(*, end: float) -> dict[str, Any]:
    """An axis of probabilities, with room for words beyond 1 up to ``end``."""
    return axis(tr("probability"), range=[0, end], tickvals=[0, 0.5, 1], tickformat=".0%")
