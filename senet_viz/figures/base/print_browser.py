"""The Chromium or Chrome of this machine, which draws charts and prints sheets of them.

It is started for the purpose, ended after it, and can reach no address meanwhile.
"""

import asyncio
import os
import signal
import threading
from base64 import b64decode
from collections.abc import Awaitable, Callable
from html import escape
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import plotly.graph_objects as go

from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import import_extra, require_extra
from senet_viz.core.translation import tr

DPI, CSS_DPI = 300, 96
LEAVING = 15.0  # seconds in which the browser has to end
PATIENCE = 60.0  # seconds for one chart; the browser itself is ready in two
NOWHERE = "127.0.0.1:9"  # a proxy that is not there: no address can be reached
_ONE_AT_A_TIME = threading.Lock()
# A picture inside an SVG is decoded when it is first shown, which may be after the printing.
_ALL_DECODED = """Promise.all([document.fonts.ready, ...[...document.querySelectorAll("image")].map(
    (image) => Object.assign(new Image(), {src: image.href.baseVal}).decode().catch(() => 0)
)]).then(() => 1)"""

_BROWSERS: dict[tuple[str | None, str | None], str] = {}
"""Programs found, by what they were looked for with."""

Result = TypeVar("Result")


def can_print() -> bool:
    """Whether a Chromium or Chrome is on this machine, or where BROWSER_PATH says.

    One that was found is not looked for again while it is there: a page asks for each chart.
    """
    where = os.environ.get("BROWSER_PATH"), os.environ.get("PATH")
    if not os.access(_BROWSERS.get(where, ""), os.X_OK):
        _BROWSERS[where] = _browser()
    return os.access(_BROWSERS[where], os.X_OK)


def _browser() -> str:
    require_extra("figures", "kaleido")  # which brings choreographer
    from choreographer.browsers.chromium import Chromium

    return str(Chromium.find_browser(skip_local=False) or "")


def no_browser() -> str:
    """The sentence for a machine without one."""
    return tr(
        "There is no Chromium or Chrome on this machine, which draws charts for print. Install "
        "one, or give the path of its program in BROWSER_PATH"
    )


class Printer:
    """A browser that is running: it draws figures as SVG, and prints an SVG as PNG or PDF."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._tab: Any = None

    async def draw(self, figure: go.Figure) -> str:
        svg: bytes = await self._browser.calc_fig(figure, opts={"format": "svg", "scale": 1})
        return svg.decode()

    async def png(self, svg: str, px: tuple[int, int]) -> bytes:
        """The SVG of so many px (width, height) in 300 dots per inch."""
        width, height = px
        await self._show(svg, title="")
        screen = {"width": width, "height": height, "deviceScaleFactor": DPI / CSS_DPI}
        await self._ask("Emulation.setDeviceMetricsOverride", mobile=False, **screen)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = await self._ask(
            "Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True
        )
        return b64decode(answer["data"])

    async def pdf(self, svg: str, px: tuple[int, int], *, title: str) -> bytes:
        """The SVG of so many px (width, height) as a page of just its size."""
        await self._show(svg, title=title)
        inches = {"paperWidth": px[0] / CSS_DPI, "paperHeight": px[1] / CSS_DPI}
        margins = dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0)
        answer = await self._ask(
            "Page.printToPDF", printBackground=True, pageRanges="1", **inches, **margins
        )
        return b64decode(answer["data"])

    async def _show(self, svg: str, *, title: str) -> None:
        if self._tab is None:
            self._tab = await self._browser.create_tab("about:blank")
        page = (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
            "<style>html,body{margin:0;overflow:hidden}svg{display:block}</style></head>"
            f"<body>{svg}</body></html>"
        )
        tree = await self._ask("Page.getFrameTree")
        frame = tree["frameTree"]["frame"]["id"]
        await self._ask("Page.setDocumentContent", frameId=frame, html=page)
        await self._ask("Runtime.evaluate", expression=_ALL_DECODED, awaitPromise=True)

    async def _ask(self, command: str, **settings: Any) -> dict[str, Any]:
        answer = await self._tab.send_command(command, params=settings)
        if "error" in answer:
            raise RuntimeError(str(answer["error"].get("message", command)))
        result: dict[str, Any] = answer.get("result", {})
        return result


def with_browser(work: Callable[[Printer], Awaitable[Result]], *, drawings: int) -> Result:
    """What ``work`` makes with a browser of its own, or a SENetVizError.

    Runs one at a time, even when several threads ask at once. ``drawings`` says how much there
    is to do, and so how long it may take.
    """
    if not can_print():
        raise SENetVizError(no_browser())
    patience = PATIENCE * (1 + drawings / 10)
    if not _ONE_AT_A_TIME.acquire(timeout=patience):
        raise SENetVizError(_too_slow(patience))
    try:
        return _answered(work, patience)
    finally:
        _ONE_AT_A_TIME.release()


def _answered(work: Callable[[Printer], Awaitable[Result]], patience: float) -> Result:
    """It runs in a thread of its own, since the caller may be inside an event loop already."""
    answers: SimpleQueue[tuple[Result] | Exception] = SimpleQueue()
    threading.Thread(target=_run, args=(work, patience, answers), daemon=True).start()
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
    return answer[0]


def _too_slow(patience: float) -> str:
    return tr(
        "The browser of this machine did not draw the chart within {seconds:.0f} s. Try again "
        "when the machine is less busy",
        seconds=patience,
    )


def _run(
    work: Callable[[Printer], Awaitable[Result]],
    patience: float,
    answers: "SimpleQueue[tuple[Result] | Exception]",
) -> None:
    async def in_time() -> Result:
        return await asyncio.wait_for(_with_new_browser(work), patience)

    try:
        answers.put((asyncio.run(in_time()),))
    except Exception as error:  # raised again in the thread of the caller
        answers.put(error)


async def _with_new_browser(work: Callable[[Printer], Awaitable[Result]]) -> Result:
    # Plotly's own script is read from its package; no fonts for formulas are fetched.
    browser = import_extra("kaleido").Kaleido(mathjax=False, timeout=PATIENCE, proxy_server=NOWHERE)
    try:
        async with browser:
            return await work(Printer(browser))
    finally:
        _end(browser)


def _end(browser: Any) -> None:
    """End every process of the browser, also when it never answered."""
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
