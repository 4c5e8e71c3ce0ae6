"""What goes on paper together: one chart, or panels with letters, as one SVG with its source."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

import plotly.graph_objects as go

from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_layout import (
    ABOVE,
    CSS_DPI,
    EDGE,
    TITLE_LINE,
    TITLE_SIZE,
    WIDTH,
    on_paper,
    wrapped,
)
from senet_viz.figures.base.sources import BETWEEN, made_with
from senet_viz.figures.base.theme import FONT, LIGHT

Width = Literal[85, 180]
Letters = Literal["", "a", "A"]
WIDTHS: tuple[Width, ...] = (180, 85)
MOST_COLUMNS: dict[Width, int] = {180: 3, 85: 1}
MOST_PANELS = 24
DENSER = 1.5  # a narrow chart is laid out so much wider than it is printed, and its letters smaller
NARROWEST = 360  # px a chart is laid out in
GAP = 14  # px between panels
SOURCE_SIZE, SOURCE_LINE = 8.0, 11.0
LETTER_SIZE, LETTER_ROOM = 13.0, 18.0
_SIZES = re.compile(r' (width|height)="(\d+)"')
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML
_MARK = re.compile(r'id="defs-([0-9a-f]{6})"')


@dataclass(frozen=True, slots=True)
class Paper:
    """How charts are printed: mm wide (a column of a journal, or its page), with sentence or not.

    >>> Paper(width=85, headline=False).px
    321
    """

    width: Width = 180
    headline: bool = True

    def __post_init__(self) -> None:
        if self.width not in WIDTHS:
            raise CaptureError(
                tr(
                    "a figure {width} mm wide was asked for. Figures for print are 85 mm wide, a "
                    "column of a journal, or 180 mm, its page",
                    width=self.width,
                )
            )

    @property
    def px(self) -> int:
        return round(self.width / 25.4 * CSS_DPI)


PAGE: Final = Paper()


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Charts that are printed as one file, row by row.

    ``letters`` is that of the first panel, "" for none. Raises a CaptureError where there is no
    chart, where there are more than 24, or where columns would be too narrow to read.
    """

    charts: tuple[Chart, ...]
    columns: int = 1
    letters: Letters = ""
    paper: Paper = PAGE

    def __post_init__(self) -> None:
        most = MOST_COLUMNS[self.paper.width]
        if not 1 <= self.columns <= most:
            raise CaptureError(
                tr(
                    "{columns} columns were asked for on {width} mm. From 1 to {most} can be read",
                    columns=self.columns,
                    width=self.paper.width,
                    most=most,
                )
            )
        if not 1 <= len(self.charts) <= MOST_PANELS:
            raise CaptureError(
                tr(
                    "{panels} charts were given for one figure. It takes 1 to {most}",
                    panels=len(self.charts),
                    most=MOST_PANELS,
                )
            )

    @property
    def cell(self) -> float:
        """px that a panel is wide on paper."""
        return (self.paper.px - GAP * (self.columns - 1)) / self.columns

    @property
    def laid_out(self) -> int:
        """px that a panel is laid out in, before it is made smaller."""
        return WIDTH if self.cell == WIDTH else max(NARROWEST, round(self.cell * DENSER))

    def figures(self) -> list[go.Figure]:
        """What a browser is to draw, one for each panel."""
        return [on_paper(chart.figure, width=self.laid_out) for chart in self.charts]

    @property
    def title(self) -> str:
        return BETWEEN.join(chart.title for chart in self.charts)


def composed(sheet: Sheet, drawn: Sequence[str]) -> str:
    """The sheet as one SVG: the panels ``drawn`` of its figures, their sentences, the source."""
    zoom, y, parts = sheet.cell / sheet.laid_out, 0.0, list[str]()
    names = _letters(sheet)
    numbered = list(zip(sheet.charts, drawn, names, range(len(drawn)), strict=True))
    for start in range(0, len(numbered), sheet.columns):
        row = numbered[start : start + sheet.columns]
        heads = [_headline(sheet, chart, letter) for chart, _, letter, _ in row]
        line = TITLE_LINE * zoom
        head = max(map(len, heads)) * line
        if any(names):
            head = max(head, LETTER_ROOM)
        head += 2 * ABOVE * zoom if head else 0
        heights = []
        for place, ((_, svg, letter, number), lines) in enumerate(zip(row, heads, strict=True)):
            x = place * (sheet.cell + GAP)
            parts += _words(lines, x, y, zoom, letter)
            panel, height = _panel(svg, x, y + head, zoom, number)
            parts.append(panel)
            heights.append(height)
        y += head + max(heights) + (GAP if sheet.columns > 1 or len(numbered) > 1 else 0)
    lines = _sources(sheet)
    y += SOURCE_LINE * 0.4
    for line_words in lines:
        y += SOURCE_LINE
        edge = EDGE * zoom
        parts.append(_text(line_words, edge, y, SOURCE_SIZE, colour=LIGHT.muted))
    return _framed(sheet.paper, y + SOURCE_LINE * 0.6, parts)


def _letters(sheet: Sheet) -> list[str]:
    first = sheet.letters
    return [chr(ord(first) + n) if first else "" for n in range(len(sheet.charts))]


def _indent(letter: str, zoom: float) -> float:
    """px before a sentence, where its letter stands."""
    return LETTER_ROOM if letter else EDGE * zoom


def _headline(sheet: Sheet, chart: Chart, letter: str) -> list[str]:
    if not sheet.paper.headline:
        return []
    zoom = sheet.cell / sheet.laid_out
    room = sheet.cell - EDGE * zoom - _indent(letter, zoom)
    return wrapped(chart.title, size=TITLE_SIZE * zoom, width=room)


def _words(lines: Sequence[str], x: float, y: float, zoom: float, letter: str) -> list[str]:
    first = y + ABOVE * zoom + TITLE_SIZE * zoom * 0.8
    line = first if lines else y + LETTER_SIZE
    texts = [_text(letter, x, line, LETTER_SIZE, bold=True)] if letter else []
    left = x + _indent(letter, zoom)
    return texts + [
        _text(line, left, first + n * TITLE_LINE * zoom, TITLE_SIZE * zoom, bold=True)
        for n, line in enumerate(lines)
    ]


def _panel(svg: str, x: float, y: float, zoom: float, number: int) -> tuple[str, float]:
    """What the browser drew, at its place, and its height on paper."""
    head, body = svg.split(">", 1)
    sizes = {side: int(px) for side, px in _SIZES.findall(head)}
    # Plotly gives each drawing a random id; equal charts have to give equal files.
    mark = _MARK.search(body)
    if mark is not None:
        body = body.replace(mark[1], f"chart{number}")
    wide, high = sizes["width"], sizes["height"]
    place = f'x="{x:.2f}" y="{y:.2f}" width="{wide * zoom:.2f}" height="{high * zoom:.2f}"'
    return f'<svg {place} viewBox="0 0 {wide} {high}">{body}', high * zoom


def _sources(sheet: Sheet) -> list[str]:
    """The source, once where all panels have the same, else by panel, and the version."""
    subjects: dict[str, list[str]] = {}
    for number, (chart, letter) in enumerate(zip(sheet.charts, _letters(sheet), strict=True)):
        subjects.setdefault(chart.source.subject, []).append(letter or str(number + 1))
    if len(subjects) == 1:
        lines = [BETWEEN.join(part for part in (next(iter(subjects)), made_with()) if part)]
    else:
        told = [f"{', '.join(names)}: {words}" for words, names in subjects.items() if words]
        lines = [*told, made_with()]
    room = sheet.paper.px - 2 * EDGE
    return [part for words in lines for part in wrapped(words, size=SOURCE_SIZE, width=room)]


def _text(words: str, x: float, y: float, size: float, **look: str | bool) -> str:
    weight = ' font-weight="bold"' if look.get("bold") else ""
    colour = look.get("colour", LIGHT.text)
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}"{weight} fill="{colour}">'
        f"{escape(_UNSAID.sub('', words), quote=False)}</text>"
    )


def _framed(paper: Paper, height: float, parts: Sequence[str]) -> str:
    """Everything on white, with its size on paper."""
    high = round(height)
    tall = high * paper.width / paper.px
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{paper.width}mm" height="{tall:.2f}mm" viewBox="0 0 {paper.px} {high}" '
        f'font-family="{escape(FONT)}">'
        f'<rect width="100%" height="100%" fill="{LIGHT.background}"/>{"".join(parts)}</svg>'
    )
