"""A chart as a file for print: PNG of 300 dots per inch, or SVG.

A Chromium or Chrome of this machine draws it. It is started for the purpose, ended after it, and
can reach no address meanwhile.
"""

import asyncio
import os
import re
import signal
import threading
from collections.abc import Sequence
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any, Literal

import plotly.graph_objects as go

from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import import_extra, require_extra
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_layout import CSS_DPI, WIDTH_MM

Format = Literal["png", "svg"]
Job = tuple[go.Figure, Format]
DPI = 300
LEAVING = 15.0  # seconds for a browser that is not wanted any more to go
PATIENCE = 60.0  # seconds for one chart; the browser itself is ready in two
NOWHERE = "127.0.0.1:9"  # a proxy that is not there: no address can be reached
_ONE_AT_A_TIME = threading.Lock()


def can_print() -> bool:
    """Whether a Chromium or Chrome is on this machine, or where BROWSER_PATH says."""
    require_extra("figures", "kaleido")  # which brings choreographer
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
    browser is there, where it does not answer in time, and where Kaleido is not installed.

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
    figures = [chart.printed() for chart in charts]
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
                why=_reason(answer),
            )
        ) from answer
    return answer


def _too_slow(patience: float) -> str:
    return tr(
        "The browser of this machine did not draw the chart within {seconds:.0f} s. Try again "
        "when the machine is less busy",
        seconds=patience,
    )


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
    # Plotly's own script is read from its package; no fonts for formulas are fetched.
    browser = import_extra("kaleido").Kaleido(mathjax=False, timeout=PATIENCE, proxy_server=NOWHERE)
    scale = {"png": DPI / CSS_DPI, "svg": 1}
    try:
        async with browser:
            return [
                await browser.calc_fig(figure, opts={"format": form, "scale": scale[form]})
                for figure, form in jobs
            ]
    finally:
        _end(browser)


def _end(browser: Any) -> None:
    """See that nothing of the browser is left, also where it never answered."""
    process = getattr(browser, "subprocess", None)
    if process is None or process.poll() is not None:
        return
    if os.name == "posix" and os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _reason(error: Exception) -> str:
    """The first sentence of an error, which may be one of several in it."""
    reason: object = error.args
    while isinstance(reason, tuple) and reason:
        reason = reason[0]
    return (str(reason) if reason else type(error).__name__)[:200].rstrip(".")


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
