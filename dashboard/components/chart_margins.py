"""Margins wide enough for the labels of a chart's axes, estimated before the browser draws it.

Plotly widens margins by itself, but only once it has drawn the axes, and then it draws everything
again. The estimate is generous rather than tight; where it is too small, Plotly widens the margin.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any
from unicodedata import east_asian_width

Layout = Mapping[str, Any]
SIDES = {"xaxis": "b", "yaxis": "l"}
EDGE = 12  # px that Plotly leaves to the edge of a chart, or the narrowest margin if that is less
GAP, TALL = 4.4, 14  # px from an axis or its ticks to a label; a line of labels
MOST_TICKS, PIXELS_A_TICK = 10, 40
# Widths of letters in shares of the font size: thin ones (i, l, comma), digits and small letters,
# capitals, Chinese characters. Rounded up, since only a margin that is too narrow is drawn twice.
NARROW, USUAL, WIDE, FULL = 0.29, 0.57, 0.72, 1.0
MARKUP = re.compile(r"<[^>]*>")
LEAST = {"l": 48, "b": 47}  # with a title: labels of three digits, and one line of them
MOST, INSIDE = 200, 64  # px: at the left at most; of a chart's height that stay for its inside


def roomy(layout: dict[str, Any], data: Sequence[Layout]) -> dict[str, Any]:
    """The layout with margins that hold the labels of its first two axes, and their titles."""
    # Twice: the ticks of the vertical axis depend on its height, and so on the margin below it.
    margin = {**layout["margin"], **_needed(layout, layout["margin"], data)}
    return {**layout, "margin": {**margin, **_needed(layout, margin, data)}}


def _needed(layout: Layout, margin: Mapping[str, int], data: Sequence[Layout]) -> dict[str, int]:
    """By side; depends on the margins, since no label comes nearer to the edge than the least."""
    margins, edge = {}, min(EDGE, *(margin[side] for side in "lrtb"))
    for name, side in SIDES.items():
        axis = layout[name]
        if axis.get("visible", True) and axis.get("automargin"):
            room = math.ceil(_title(axis) + _labels(name, layout, data) + edge)
            most = MOST if side == "l" else layout["height"] - margin["t"] - INSIDE
            least = LEAST[side] if axis["title"].get("text") else 0
            margins[side] = max(margin[side], min(room, most), least)
    return margins


def _title(axis: Layout) -> float:
    title = axis["title"]
    return 0.7 * title["font"]["size"] + title["standoff"] if title.get("text") else 0


def _labels(name: str, layout: Layout, data: Sequence[Layout]) -> float:
    """How far the labels reach from the axis: down from the lower one, to the left of the other."""
    axis = layout[name]
    if not axis.get("showticklabels", True):
        return 0
    size = axis["tickfont"]["size"]
    words = _words(name, layout, data)
    if not words:
        return 0
    angle = axis.get("tickangle")
    turned = math.radians(abs(angle)) if _is_number(angle) else 0.0
    wide, tall = max(_width(word) for word in words) * size, TALL * max(map(_lines, words))
    along, across = (math.cos(turned), math.sin(turned))
    reach = wide * across + tall * along if name == "xaxis" else wide * along + tall * across
    ticks = axis["ticklen"] if axis.get("ticks") else 0
    return float(reach + GAP + ticks + axis.get("ticklabelstandoff", 0))


def _words(name: str, layout: Layout, data: Sequence[Layout]) -> list[str]:
    """The tick labels of the axis, or a text as wide as they will be."""
    axis = layout[name]
    if "ticktext" in axis:
        return [str(word) for word in axis["ticktext"]]
    if named := {word for trace in data for word in _named(trace.get(name[0]))}:
        return sorted(named)
    if axis.get("tickformat", "").endswith("%"):
        return ["100%"]
    if name == "xaxis":
        return ["0"]
    given, ends = _numbers(axis.get("tickvals")), _numbers(axis.get("range"))
    values = given or _ticks(ends if len(ends) == 2 else _ends(data), layout)
    return [f"{value:g}" for value in values] or ["0"]


def _named(values: Any) -> Iterable[str]:
    return (v for v in values if isinstance(v, str)) if isinstance(values, list | tuple) else ()


def _ends(data: Sequence[Layout]) -> list[float]:
    """The approximate range Plotly will give the vertical axis."""
    numbers = [y for trace in data for y in _numbers(trace.get("y"))]
    return [min(numbers), max(numbers)] if numbers else []


def _numbers(values: Any) -> list[float]:
    """The numbers among the values; none where the values are packed."""
    return [v for v in values if _is_number(v)] if isinstance(values, list | tuple) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _ticks(ends: Sequence[float], layout: Layout) -> list[float]:
    """The ticks that Plotly will choose for the vertical axis."""
    if not ends or ends[0] == ends[1]:
        return []
    margin, (low, high) = layout["margin"], sorted(ends)
    pixels = layout["height"] - margin["t"] - margin["b"]
    wanted = min(max(pixels / PIXELS_A_TICK, 4), MOST_TICKS - 1) + 1
    rough = (high - low) / wanted
    tens = 10 ** math.floor(math.log10(rough))  # Plotly's own rule: steps of 2, 5 or 10 times this
    step = tens * next(m for m in (2, 5, 10) if m >= rough / tens)
    return [round(n * step, 9) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _lines(word: str) -> int:
    return 1 + word.count("<br>")


def _width(word: str) -> float:
    """The width of the longest line, in sizes of its letters."""
    return max(sum(map(_letter, unescape(MARKUP.sub("", each)))) for each in word.split("<br>"))


def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return FULL
    if letter in " ijl.,:;'|!()[]tfrI/·":
        return NARROW
    return WIDE if letter.isupper() or letter in "mw%●" else USUAL
