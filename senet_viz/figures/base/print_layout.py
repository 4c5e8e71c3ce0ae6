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
CAPITAL = 11  # px that letters stand over their line; plotly places that of a title of several
LETTERS = 84  # of the sentence, in a line; a Chinese one counts as two


def printable(figure: go.Figure, title: str) -> go.Figure:
    """The figure in light colours, as wide as on paper, with the sentence ``title`` over it."""
    made: dict[str, Any] = _light(figure.to_plotly_json())
    for number, trace in enumerate(made["data"]):
        trace["uid"] = f"trace{number}"  # drawn by chance otherwise
    layout = made["layout"]
    lines = wrapped(title)
    room = len(lines) * TITLE_LINE + 2 * ABOVE
    height = (layout.get("height") or 400) + room
    for bar in _bars_at_the_top(made):
        bar["y"] = 1 - room / height
    margin = layout.get("margin", {})
    given = margin.get("t", 8)
    above = max(given, LEGEND_ROW * _legend_rows(made))
    height += above - given
    layout |= {
        "width": WIDTH,
        "height": height,
        "margin": {"l": 12, "r": 12, "b": 12, **margin, "t": room + above},
        "title": {
            "text": f"<b>{'<br>'.join(literal(line) for line in lines)}</b>",
            "font": {"size": TITLE_SIZE, "color": LIGHT.text},
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 12, "t": ABOVE + (CAPITAL if len(lines) > 1 else 0)},
        },
    }
    return go.Figure(made)


def _legend_rows(figure: dict[str, Any]) -> int:
    """Rows of a legend over the chart, by the letters in it; 0 where it stands elsewhere."""
    if figure["layout"].get("legend", {}).get("yref") == "container":
        return 0
    shown = [t for t in figure["data"] if t.get("name") and t.get("showlegend") is not False]
    wide = sum(50 + 7 * len(trace["name"]) for trace in shown)
    return -(-wide // WIDTH)


def wrapped(text: str, *, letters: int = LETTERS) -> list[str]:
    """Lines of at most so many letters, broken at spaces and between Chinese characters.

    >>> wrapped("Most channels sit between 0.3 and 0.6", letters=20)
    ['Most channels sit', 'between 0.3 and 0.6']
    """
    lines, line, width = [], "", 0
    for part in _parts(text):
        wide = sum(_wide(letter) for letter in part)
        if line and width + wide - part.endswith(" ") > letters:
            lines.append(line.rstrip())
            line, width = "", 0
        line, width = line + part, width + wide
    return [*lines, line.rstrip()]


def _parts(text: str) -> list[str]:
    """The pieces between which a line may be broken."""
    parts = [""]
    for letter in text:
        if _wide(letter) == 2 and parts[-1] and letter.isalnum():
            parts.append("")
        parts[-1] += letter
        if letter == " ":
            parts.append("")
    return parts


def _wide(letter: str) -> int:
    return 2 if east_asian_width(letter) in "WF" else 1


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
    found = {}
    for field in fields(DARK):
        dark, light = getattr(DARK, field.name), getattr(LIGHT, field.name)
        found[dark] = light
        found[_opaque(dark)] = _opaque(light)
    return found


def light_to_dark() -> dict[str, str]:
    """Each colour of the light page, as written in a figure, to that of the dark one."""
    return {light: dark for dark, light in _DARK_TO_LIGHT.items()}


def _opaque(colour: str) -> str:
    """The beginning of the colour as ``faded`` writes it."""
    return faded(colour, opacity=1).removesuffix("1)")


_DARK_TO_LIGHT = _counterparts()
