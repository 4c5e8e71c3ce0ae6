"""Diagrams of the places of the SE block that the paper tried, each with its error.

Hu et al. (arXiv 1709.01507), Table 14: SE-ResNet-50, ImageNet, one centre crop, errors in percent.
"""

from typing import Any, NamedTuple

from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.theme import ENHANCED, ON_COLOUR, SMALL, Mode, mode

ROW = 96
BRANCH, UNIT, MEET, END = 1.0, (3.3, 5.7), 7.9, 10.4
LINE, PATH = 0.0, 0.36  # heights of the residual branch and of the identity path
HALF = 0.13  # of a box's height


class Placement(NamedTuple):
    """One place of the block: its errors in percent, and where its box stands in the drawing."""

    name: str
    top1: float
    top5: float
    at: float
    height: float


PLACEMENTS = (
    Placement("SE", 22.28, 6.03, 6.75, LINE),
    Placement("SE-PRE", 22.23, 6.00, 2.25, LINE),
    Placement("SE-POST", 22.78, 6.35, 9.05, LINE),
    Placement("SE-Identity", 22.20, 6.15, 4.5, PATH),
)


def placements(*, dark: bool) -> Chart:
    """Where may the block stand? One row for each place the paper tried, with its top-1 error."""
    look = mode(dark)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for row, place in enumerate(PLACEMENTS):
        _row(place, float(-row), look, shapes, notes)
    figure = draw(
        [],
        dark=dark,
        height=ROW * len(PLACEMENTS),
        shapes=shapes,
        annotations=notes,
        xaxis={"visible": False, "range": [0, END + 0.1]},
        yaxis={"visible": False, "range": [0.75 - len(PLACEMENTS), 0.84]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    best, worst = min(PLACEMENTS, key=_error), max(PLACEMENTS, key=_error)
    title = tr(
        "{best} has the lowest top-1 error, {low:.2f}%; {worst} the highest, {high:.2f}%",
        best=best.name,
        low=best.top1,
        worst=worst.name,
        high=worst.top1,
    )
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "Each row is a residual unit from left to right, the identity path above it. The "
            "filled box is the SE block."
        ),
        caution=tr(
            "Errors of SE-ResNet-50 on ImageNet. The paper gives no spread over trainings, so "
            "differences of a few hundredths say little."
        ),
        alt=tr(
            "Diagram of {n} residual units with the block in different places. {title}.",
            n=len(PLACEMENTS),
            title=title,
        ),
        table={
            "placement": [p.name for p in PLACEMENTS],
            "top1_error": [p.top1 for p in PLACEMENTS],
            "top5_error": [p.top5 for p in PLACEMENTS],
        },
    )


def _error(place: Placement) -> float:
    return place.top1


def _row(
    place: Placement,
    y: float,
    look: Mode,
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
) -> None:
    """The unit at height ``y``: lines, boxes and words, added to both lists."""
    rule = {"color": look.muted, "width": 1.5}
    for x0, y0, x1, y1 in (
        (0.1, LINE, END, LINE),
        (BRANCH, LINE, BRANCH, PATH),
        (BRANCH, PATH, MEET, PATH),
        (MEET, PATH, MEET, LINE),
    ):
        shapes.append(
            {"type": "line", "x0": x0, "y0": y + y0, "x1": x1, "y1": y + y1, "line": rule}
        )
    _box(UNIT, y + LINE, tr("residual unit"), (look.surface, look.line, look.text), shapes, notes)
    _box((MEET - 0.3, MEET + 0.3), y, "+", (look.background, look.muted, look.text), shapes, notes)
    block = (place.at - 0.62, place.at + 0.62)
    _box(block, y + place.height, "SE", (ENHANCED, ENHANCED, ON_COLOUR), shapes, notes)
    notes.append(
        {
            "text": tr(
                "<b>{name}</b>, top-1 error {error:.2f}%", name=place.name, error=place.top1
            ),
            "x": 0,
            "y": y + 0.7,
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"color": look.text},
        }
    )
    notes.append(
        {
            "x": END,
            "y": y,
            "ax": END - 0.4,
            "ay": y,
            "axref": "x",
            "ayref": "y",
            "text": "",
            "showarrow": True,
            "arrowhead": 2,
            "arrowcolor": look.muted,
            "arrowwidth": 1.5,
        }
    )


def _box(
    ends: tuple[float, float],
    y: float,
    words: str,
    colours: tuple[str, str, str],
    shapes: list[dict[str, Any]],
    notes: list[dict[str, Any]],
) -> None:
    """A box with a word in it; colours are of the fill, the frame and the word."""
    fill, frame, ink = colours
    shapes.append(
        {
            "type": "rect",
            "x0": ends[0],
            "x1": ends[1],
            "y0": y - HALF,
            "y1": y + HALF,
            "fillcolor": fill,
            "line": {"color": frame, "width": 1},
        }
    )
    notes.append(
        {
            "text": words,
            "x": (ends[0] + ends[1]) / 2,
            "y": y,
            "showarrow": False,
            "font": {"color": ink, "size": SMALL},
        }
    )
