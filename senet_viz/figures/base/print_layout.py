"""A chart as it goes on paper: in light colours, 180 mm wide, under its own sentence."""

from dataclasses import fields
from typing import Any
from unicodedata import east_asian_width

import plotly.graph_objects as go

from senet_viz.figures.base.formats import literal
from senet_viz.figures.base.theme import DARK, LIGHT, faded

WIDTH_MM, CSS_DPI = 180, 96
WIDTH = round(WIDTH_MM / 25.4 * CSS_DPI)
TITLE_SIZE, TITLE_LINE, ABOVE, LEGEND_ROW = 15, 20, 8, 24
CAPITAL = 11  # px from a line's baseline to the top of its letters
SLIDER_ROOM = 80  # px that a slider takes under a figure on a page
EDGE = 12  # px kept free at the left, the right and the bottom
# Widths of the letters of a bold sans serif, in shares of its size; a Chinese one has all of it.
_NARROW, _BROAD, _CAPITAL, _USUAL = 0.33, 1.0, 0.78, 0.58
_BROADS = frozenset("mwMW@%—…")
_NARROWS = frozenset(" ijlIft.,:;|'()[]!·-")


def on_paper(figure: go.Figure, *, width: int = WIDTH) -> go.Figure:
    """The figure in light colours, so many px wide, with room for all rows of its legend.

    A slider is left out; what it has chosen stays drawn.
    """
    drawing: dict[str, Any] = _light(figure.to_plotly_json())
    for number, trace in enumerate(drawing["data"]):
        trace["uid"] = f"trace{number}"  # random otherwise
    layout = drawing["layout"]
    margin = layout.get("margin", {})
    given = margin.get("t", 8)
    below = SLIDER_ROOM if layout.pop("sliders", None) else 0
    above = max(given, LEGEND_ROW * _legend_rows(drawing, width))
    drawing["layout"] = layout | {
        "width": width,
        "height": (layout.get("height") or 400) + above - given - below,
        "margin": {"l": EDGE, "r": EDGE, "b": EDGE, **margin, "t": above},
    }
    return go.Figure(drawing)


def printable(figure: go.Figure, title: str) -> go.Figure:
    """The figure as on paper, with the sentence ``title`` over it."""
    drawing: dict[str, Any] = on_paper(figure).to_plotly_json()
    layout = drawing["layout"]
    lines = wrapped(title, size=TITLE_SIZE, width=WIDTH - 2 * EDGE)
    room = len(lines) * TITLE_LINE + 2 * ABOVE
    layout["height"] += room
    layout["margin"]["t"] += room
    for bar in _bars_at_the_top(drawing):
        bar["y"] = 1 - room / layout["height"]
    layout["title"] = {
        "text": f"<b>{'<br>'.join(literal(line) for line in lines)}</b>",
        "font": {"size": TITLE_SIZE, "color": LIGHT.text},
        "x": 0,
        "xref": "container",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"l": EDGE, "t": ABOVE + (CAPITAL if len(lines) > 1 else 0)},
    }
    return go.Figure(drawing)


def _legend_rows(figure: dict[str, Any], width: int) -> int:
    """Rows of a legend over the chart, by the letters in it; 0 where it stands elsewhere."""
    if figure["layout"].get("legend", {}).get("yref") == "container":
        return 0
    shown = [t for t in figure["data"] if t.get("name") and t.get("showlegend") is not False]
    wide = sum(50 + 7 * len(trace["name"]) for trace in shown)
    return -(-wide // width)


def wrapped(text: str, *, size: float, width: float) -> list[str]:
    """Lines of bold letters of this size that are at most so wide, both in px.

    They are broken at spaces and between Chinese characters; a word that has no room in a line,
    where it must be.

    >>> wrapped("Most channels sit between 0.3 and 0.6", size=10, width=125)
    ['Most channels sit', 'between 0.3 and 0.6']
    """
    lines, line, taken, room = [], "", 0.0, width / size
    for part in _parts(text):
        wide = sum(map(_wide, part.rstrip(" ")))
        if line and taken + wide > room:
            lines.append(line.rstrip())
            line, taken = "", 0.0
        for letter in part:
            if line and letter != " " and taken + _wide(letter) > room:
                lines.append(line)
                line, taken = "", 0.0
            line, taken = line + letter, taken + _wide(letter)
    return [*lines, line.rstrip()]


def _parts(text: str) -> list[str]:
    """The pieces between which a line may be broken."""
    parts = [""]
    for letter in text:
        if _square(letter) and parts[-1] and letter.isalnum():
            parts.append("")
        parts[-1] += letter
        if letter == " ":
            parts.append("")
    return parts


def _square(letter: str) -> bool:
    return east_asian_width(letter) in "WF"


def _wide(letter: str) -> float:
    if _square(letter):
        return 1.0
    if letter in _BROADS:
        return _BROAD
    if letter in _NARROWS:
        return _NARROW
    return _CAPITAL if letter.isupper() else _USUAL


def _light(value: Any) -> Any:
    """The same with every colour of the dark page replaced by its light counterpart."""
    if isinstance(value, dict):
        return {key: _light(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_light(part) for part in value]
    if isinstance(value, str) and value.startswith(("#", "rgba(")):
        head, rest = (value, "") if value[0] == "#" else _split(value)
        return _DARK_TO_LIGHT.get(head.lower(), head) + rest
    return value


def _split(colour: str) -> tuple[str, str]:
    """ "rgba(1,2,3,0.5)" as its three numbers and the opacity."""
    head, _, opacity = colour.rpartition(",")
    return f"{head},", opacity


def _bars_at_the_top(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """Colour bars that stand at the upper edge of the figure, where the sentence goes."""
    holders = [*figure["data"], *(trace.get("marker", {}) for trace in figure["data"])]
    holders += [part for name, part in figure["layout"].items() if name.startswith("coloraxis")]
    bars = [holder["colorbar"] for holder in holders if isinstance(holder.get("colorbar"), dict)]
    return [bar for bar in bars if bar.get("yref") == "container" and bar.get("y") == 1]


def _counterparts() -> dict[str, str]:
    """Each colour of the dark page, as it may be written in a figure, to that of the light one."""
    light_of = {}
    for field in fields(DARK):
        dark, light = getattr(DARK, field.name), getattr(LIGHT, field.name)
        light_of[dark] = light
        light_of[_opaque(dark)] = _opaque(light)
    return light_of


def light_to_dark() -> dict[str, str]:
    """Each colour of the light page, as written in a figure, to that of the dark one."""
    return {light: dark for dark, light in _DARK_TO_LIGHT.items()}


def _opaque(colour: str) -> str:
    """The beginning of the colour as ``faded`` writes it."""
    return faded(colour, opacity=1).removesuffix("1)")


_DARK_TO_LIGHT = _counterparts()
