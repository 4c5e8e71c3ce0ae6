"""A chart as it is printed: 180 mm wide, on white, under its own sentence, as PNG or SVG.

A Chromium or Chrome of this machine draws it. It is started for the purpose, ended after it, and
can reach no address meanwhile.
"""

import asyncio
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import fields
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any, Literal
from unicodedata import east_asian_width

import plotly.graph_objects as go

from senet_viz.errors import SENetVizError
from senet_viz.figures.chart import Chart, literal
from senet_viz.figures.theme import DARK, LIGHT, faded
from senet_viz.language import tr

Format = Literal["png", "svg"]
Job = tuple[go.Figure, Format]
WIDTH_MM, DPI = 180, 300
CSS_DPI = 96
WIDTH = round(WIDTH_MM / 25.4 * CSS_DPI)
TITLE_SIZE, TITLE_LINE, ABOVE, LEGEND_ROW = 15, 20, 8, 24
LETTERS = 84  # of the sentence, in a line; a Chinese one counts as two
LEAVING = 15.0  # seconds for a browser that is not wanted any more to go
PATIENCE = 60.0  # seconds for one chart; the browser itself is ready in two
NOWHERE = "127.0.0.1:9"  # a proxy that is not there: no address can be reached
_ONE_AT_A_TIME = threading.Lock()


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


def can_print() -> bool:
    """Whether a Chromium or Chrome is on this machine, or where BROWSER_PATH says.

    >>> can_print() in (True, False)
    True
    """
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return bool(found) and os.access(str(found), os.X_OK)


def no_browser() -> str:
    """The sentence for a machine without one."""
    return tr(
        "There is no Chromium or Chrome on this machine, which draws charts for print. Install "
        "one, or give the path of its program in BROWSER_PATH"
    )


def printed(charts: Sequence[Chart], form: Format) -> list[bytes]:
    """Every chart as a PNG of 300 dots per inch or as an SVG, both 180 mm wide, always light.

    One after the other, also where several threads ask at once. Raises a SENetVizError where no
    browser is there, and where it does not answer in time.

    >>> printed([], "png")
    []
    """
    return printed_as(charts, (form,))[form]


def printed_as(charts: Sequence[Chart], forms: Sequence[Format]) -> dict[Format, list[bytes]]:
    """The same in several forms, by one start of the browser."""
    if not charts:
        return {form: [] for form in forms}
    if not can_print():
        raise SENetVizError(no_browser())
    figures = [printable(chart) for chart in charts]
    jobs = [(figure, form) for form in forms for figure in figures]
    patience = PATIENCE * (1 + len(jobs) / 10)
    if not _ONE_AT_A_TIME.acquire(timeout=patience):
        raise SENetVizError(_too_slow(patience))
    try:
        files = _answered(jobs, patience)
    finally:
        _ONE_AT_A_TIME.release()
    each = len(figures)
    return {
        form: [_finished(data, form) for data in files[i * each : (i + 1) * each]]
        for i, form in enumerate(forms)
    }


def _answered(jobs: Sequence[Job], patience: float) -> list[bytes]:
    """What the browser made of the figures, or a SENetVizError.

    It is asked in a thread of its own: whoever wants the files may have an event loop already.
    """
    answers: SimpleQueue[list[bytes] | Exception] = SimpleQueue()
    threading.Thread(target=_run, args=(jobs, patience, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=patience + LEAVING)
    except Empty:  # it does not even end
        answer = TimeoutError()
    if isinstance(answer, TimeoutError):
        raise SENetVizError(_too_slow(patience)) from answer
    if isinstance(answer, Exception):
        raise SENetVizError(
            tr(
                "The browser of this machine could not draw the chart ({why}). Try again, or "
                "give another one in BROWSER_PATH",
                why=str(answer)[:200] or type(answer).__name__,
            )
        ) from answer
    return answer


def _too_slow(patience: float) -> str:
    return tr(
        "The browser of this machine did not draw the chart within {seconds:.0f} s. Try again "
        "when the machine is less busy",
        seconds=patience,
    )


def printable(chart: Chart) -> go.Figure:
    """The chart's figure in light colours, as wide as on paper, with its sentence as a title."""
    figure: dict[str, Any] = _light(chart.figure.to_plotly_json())
    for number, trace in enumerate(figure["data"]):
        trace["uid"] = f"trace{number}"  # drawn by chance otherwise
    layout = figure["layout"]
    lines = wrapped(chart.title)
    room = len(lines) * TITLE_LINE + 2 * ABOVE
    height = (layout.get("height") or 400) + room
    for bar in _bars_at_the_top(figure):
        bar["y"] = 1 - room / height
    margin = layout.get("margin", {})
    given = margin.get("t", 8)
    above = max(given, LEGEND_ROW * _legend_rows(figure))
    height += above - given
    layout |= {
        "width": WIDTH,
        "height": height,
        "margin": {"l": 12, "r": 12, "b": 12, **margin, "t": room + above},
        "title": {
            "text": f"<b>{'<br>'.join(literal(line) for line in lines)}</b>",
            "font": {"size": TITLE_SIZE, "color": LIGHT.text},
            "automargin": True,
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 12, "t": ABOVE},
        },
    }
    return go.Figure(figure)


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


_DARK_TO_LIGHT = _counterparts()


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


def _run(
    jobs: Sequence[Job], patience: float, answers: "SimpleQueue[list[bytes] | Exception]"
) -> None:
    async def in_time() -> list[bytes]:
        return await asyncio.wait_for(_draw(jobs), patience)

    try:
        answers.put(asyncio.run(in_time()))
    except Exception as error:  # it is raised where somebody can be told
        answers.put(error)


async def _draw(jobs: Sequence[Job]) -> list[bytes]:
    from kaleido import Kaleido

    # Plotly's own script is read from its package; no fonts for formulas are fetched.
    async with Kaleido(mathjax=False, timeout=PATIENCE, proxy_server=NOWHERE) as browser:
        scale = {"png": DPI / CSS_DPI, "svg": 1}
        return [
            await browser.calc_fig(figure, opts={"format": form, "scale": scale[form]})
            for figure, form in jobs
        ]


def _finished(data: bytes, form: Format) -> bytes:
    """With the size on paper written into the file."""
    if form == "svg":
        head, body = data.decode().split(">", 1)
        wide, high = (int(side) for side in re.findall(r' (?:width|height)="(\d+)"', head))
        head = head.replace(f'width="{wide}"', f'width="{WIDTH_MM}mm"')
        head = head.replace(f'height="{high}"', f'height="{high * WIDTH_MM / wide:.2f}mm"')
        # Plotly marks each drawing by chance; equal charts are to give equal files.
        mark = re.search(r'id="defs-([0-9a-f]{6})"', body)
        return (
            f"{head}>{body}" if mark is None else f"{head}>{body}".replace(mark[1], "chart")
        ).encode()
    from PIL import Image

    buffer = BytesIO()
    Image.open(BytesIO(data)).convert("RGB").save(buffer, "PNG", dpi=(DPI, DPI), optimize=True)
    return buffer.getvalue()
