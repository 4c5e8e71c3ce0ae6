"""Charts as files for print: PNG of 300 dots per inch, SVG or PDF; equal charts, equal bytes."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Literal

from senet_viz.core.translation import language, speaking
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_browser import (
    DPI,
    Printer,
    can_print,
    no_browser,
    with_browser,
)
from senet_viz.figures.base.sheets import PAGE, Letters, Paper, Sheet, composed

__all__ = ["can_print", "no_browser"]  # exported here too, since callers check it before they print

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_DATE = re.compile(rb"D:\d{14}([+-]\d\d'\d\d'|Z)?")
_FIRST_DAY = b"D:19800101000000"


def printed(charts: Sequence[Chart], form: Format, *, paper: Paper = PAGE) -> list[bytes]:
    """Every chart as a file of its own: PNG of 300 dots per inch, SVG or PDF, always light.

    Its sentence stands over it, if ``paper`` says so, and under it what it was made from. Raises a
    SENetVizError where no browser is there, where it does not answer in time, and where Kaleido is
    not installed.

    >>> printed([], "png")
    []
    """
    return printed_as(charts, (form,), paper=paper)[form]


def printed_as(
    charts: Sequence[Chart], forms: Sequence[Format], *, paper: Paper = PAGE
) -> dict[Format, list[bytes]]:
    """The same in several forms, by one start of the browser."""
    sheets = [Sheet((chart,), paper=paper) for chart in charts]
    files = sheets_as(sheets, forms)
    return {form: files[form] for form in forms}


def printed_panels(
    charts: Sequence[Chart],
    form: Format,
    *,
    columns: int = 2,
    letters: Letters = "a",
    paper: Paper = PAGE,
) -> bytes:
    """Several charts as one figure, row by row, each with its letter.

    Up to 24 charts, in 1 to 3 columns of a page or in one of a journal's column. ``letters`` is
    that of the first, "" for none. Under all of them stands what they were made from, once where
    it is the same, else for each. Raises what ``printed`` does, and a CaptureError for a figure
    that could not be read.
    """
    sheet = Sheet(tuple(charts), columns=columns, letters=letters, paper=paper)
    return sheets_as([sheet], (form,))[form][0]


def sheets_as(sheets: Sequence[Sheet], forms: Sequence[Format]) -> dict[Format, list[bytes]]:
    """Every sheet as a file in each of the forms, by one start of the browser."""
    if not sheets:
        return {form: [] for form in forms}
    wanted = language()  # the thread that waits for the browser has no language set
    drawings = sum(len(sheet.charts) for sheet in sheets) + len(sheets) * len(forms)

    async def all_of_them(printer: Printer) -> dict[Format, list[bytes]]:
        files: dict[Format, list[bytes]] = {form: [] for form in forms}
        for sheet in sheets:
            drawn = [await printer.draw(figure) for figure in sheet.figures()]
            with speaking(wanted):
                svg = composed(sheet, drawn)
            for form in forms:
                files[form].append(await _file(printer, sheet, svg, form))
        return files

    return with_browser(all_of_them, drawings=drawings)


async def _file(printer: Printer, sheet: Sheet, svg: str, form: Format) -> bytes:
    if form == "svg":
        return svg.encode()
    size = _SIZE.search(svg)
    assert size is not None, "every sheet has a size"
    px = int(size[1]), int(size[2])
    if form == "pdf":
        return _undated(await printer.pdf(svg, px, title=sheet.title))
    return _png(await printer.png(svg, px))


def _png(data: bytes) -> bytes:
    """With the size on paper written into the file."""
    from PIL import Image

    buffer = BytesIO()
    Image.open(BytesIO(data)).convert("RGB").save(buffer, "PNG", dpi=(DPI, DPI), optimize=True)
    return buffer.getvalue()


def _undated(data: bytes) -> bytes:
    """The PDF as if made on the first day, in as many bytes, as its table of contents counts them.

    Chromium writes the time of printing into it and no other mark of its own.
    """
    return _DATE.sub(lambda match: _FIRST_DAY + match[0][len(_FIRST_DAY) :], data)
