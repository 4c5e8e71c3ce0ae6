"""What a person waits for: from a click to a page at rest, in a real browser, and the bytes sent.

    python -m tests.benchmarks.person [--times 20] [--networks embedded SE-ResNet-50]

Each time runs from the click (or the file handed in) to the second frame after the script has
ended: what was asked for is drawn. Before a click there is a quarter of a second of rest, which no
person falls short of. Picture to charts is also given over the bare forward pass of
the same picture, timed in this process. Bytes are what the browser received: the web socket's
messages and the pictures fetched; "server" is the processor time that the server's process took.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import timm
import torch
from playwright.sync_api import Browser, Page, Response, WebSocket, sync_playwright
from torch import nn

import senet_viz as sv
from dashboard.runtime.views import VIEWS, view
from tests.benchmarks.machine import machine
from tests.browser.conftest import FLAGS, ROOT, chromium, serving, settled

EMBEDDED, LARGE = "embedded", "SE-ResNet-50"
CLICK = """async (selector) => {
  await new Promise((done) => setTimeout(done, 250));
  const app = document.querySelector('[data-test-script-state]');
  const frame = () => new Promise(requestAnimationFrame);
  const running = () => app.dataset.testScriptState !== 'notRunning';
  let ran = false;  // seen also where a run is over before the next frame
  const watch = new MutationObserver(() => { ran = ran || running(); });
  watch.observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
  const begun = performance.now();
  document.querySelector(selector).click();
  while (!ran && performance.now() - begun < 3000) await frame();
  while (running()) await frame();
  await frame(); await frame();
  watch.disconnect();
  return ran ? performance.now() - begun : null;
}"""  # null: the page never said that it ran, so there is no end to take the time of
BLOCKS = (".st-key-block_next button", ".st-key-block_previous button")
CHANNELS = (
    '.st-key-channel [data-testid="stNumberInputStepUp"]',
    '.st-key-channel [data-testid="stNumberInputStepDown"]',
)
WALK = (*VIEWS[1:], VIEWS[0])  # ends where a page opens
LINKS = tuple(f'[data-testid="stTopNavLink"][href$="/{view.url_path}"]' for view in WALK)


def se_resnet50() -> nn.Module:
    """For ``senet-viz app --model``: times need no trained weights."""
    return timm.create_model("seresnet50").eval()


Click = tuple[float | None, int, float]  # milliseconds, bytes, milliseconds of the server


@dataclass
class Traffic:
    """Bytes that came to one page."""

    frames: int = 0
    responses: list[Response] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("websocket", self._socket)
        page.on("response", self._response)

    def taken(self) -> int:
        """Bytes since the last time this was asked."""
        pictures = sum(r.request.sizes()["responseBodySize"] for r in self.responses if r.ok)
        found, self.frames, self.responses = self.frames + pictures, 0, []
        return found

    def _response(self, response: Response) -> None:
        self.responses.append(response)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._frame)

    def _frame(self, payload: bytes | str) -> None:
        self.frames += len(payload)


class Server:
    """The processes that serve one address."""

    def __init__(self, address: str) -> None:
        port = address.rpartition(":")[2].encode()
        self._stats = [
            path.with_name("stat")
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if port in _read(path).split(b"\0")
        ]

    def milliseconds(self) -> float:
        """Processor time so far, of all threads, those that ended among them."""
        ticks = 0
        for stat in self._stats:
            fields = _read(stat).rpartition(b")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # user and system
        return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds and bytes of one kind of action, each time it was done.

    ``server`` is the mean of the server's processor time, in milliseconds.
    """

    what: str
    milliseconds: list[float]
    bytes: list[int]
    server: float
    forward: float | None = None
    untimed: int = 0  # clicks whose run the page never said had begun

    def row(self) -> str:
        middle = statistics.median(self.milliseconds)
        slow = float(np.percentile(self.milliseconds, 95))
        over = "" if self.forward is None else f"forward pass + {middle - self.forward:.0f} ms"
        over += f"{self.untimed} clicks not timed" if self.untimed else ""
        sent = statistics.median(self.bytes) / 1000
        times = f"{middle:.0f} ms | {slow:.0f} ms | {self.server:.0f} ms"
        return f"| {self.what} | {times} | {sent:.0f} kB | {over} |"


def waits(browser: Browser, address: str, model: nn.Module, *, times: int) -> Iterator[Waits]:
    """Every kind of action on one server; ``model`` is what it shows, for the bare forward pass."""
    server = Server(address)
    yield _openings(browser, address, server, times=max(times // 4, 1))
    with _page(browser, address) as (page, traffic):
        yield from _walks(page, traffic, server, rounds=max(times // 4, 1))
    with _page(browser, address) as (page, traffic):
        yield _uploads(page, traffic, model, server, times=max(times // 2, 1))
        yield _clicks("another block", page, traffic, BLOCKS, server, times=times)
        yield _clicks("another channel", page, traffic, CHANNELS, server, times=times)
        yield _to_pinned(page, traffic, server, rounds=max(times // 2, 1))
    with _page(browser, f"{address}/whatif") as (page, traffic):
        yield _clicks(
            "an edit of gates to the new prediction",
            page,
            traffic,
            (".st-key-edit_add button", ".st-key-edit_history button"),
            server,
            times=times,
        )


def _openings(browser: Browser, address: str, server: Server, *, times: int) -> Waits:
    """A new visitor on a warm server, to the first chart."""
    milliseconds, sent, before = [], [], 0.0
    for turn in range(times + 1):
        if turn == 1:
            before = server.milliseconds()
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page, traffic = context.new_page(), Traffic()
        traffic.listen(page)
        begun = time.perf_counter()
        page.goto(address)
        page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg')
        milliseconds.append(1000 * (time.perf_counter() - begun))
        settled(page)
        sent.append(traffic.taken())
        context.close()
    busy = (server.milliseconds() - before) / times
    return Waits("opening, to the first chart", milliseconds[1:], sent[1:], busy)


@contextmanager
def _page(browser: Browser, address: str) -> Iterator[tuple[Page, Traffic]]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, traffic = context.new_page(), Traffic()
    traffic.listen(page)
    page.goto(address)
    settled(page)
    yield page, traffic
    context.close()


def _uploads(
    page: Page, traffic: Traffic, model: nn.Module, server: Server, *, times: int
) -> Waits:
    """A picture of 640 by 480 to a page with all its charts."""
    milliseconds, sent, before = [], [], server.milliseconds()
    traffic.taken()
    with tempfile.TemporaryDirectory() as folder:
        for n in range(times):
            path = Path(folder) / f"picture-{n}.jpg"
            path.write_bytes(_photograph(n))
            begun = time.perf_counter()
            page.locator('input[type="file"]').first.set_input_files(path)
            page.get_by_text(f"What the model saw: {path.name}").wait_for()
            page.wait_for_selector('[data-test-script-state="notRunning"]')
            milliseconds.append(1000 * (time.perf_counter() - begun))
            settled(page)
            sent.append(traffic.taken())
    busy = (server.milliseconds() - before) / times
    return Waits("a picture to all charts", milliseconds, sent, busy, forward=_forward(model))


def _photograph(n: int) -> bytes:
    """A real photograph, cut in a different place each time."""
    image = sv.decode(sv.load_sample("china")).convert("RGB")
    buffer = io.BytesIO()
    image.crop((n, n, image.width, image.height)).resize((640, 480)).save(buffer, "JPEG")
    return buffer.getvalue()


def _forward(model: nn.Module) -> float:
    """Median milliseconds of the bare forward pass."""
    side = 224 if sum(p.numel() for p in model.parameters()) > 5e6 else 128
    image, found = torch.randn(1, 3, side, side), []
    with torch.no_grad():
        for _ in range(12):
            begun = time.perf_counter()
            model(image)
            found.append(1000 * (time.perf_counter() - begun))
    return statistics.median(found[2:])


def _timed(
    page: Page, traffic: Traffic, server: Server, clicks: Sequence[str], *, rounds: int
) -> list[list[Click]]:
    """Each of the clicks in turn, ``rounds`` times after one that is not timed; by click."""
    for click in clicks:
        page.evaluate(CLICK, click)
    found: list[list[Click]] = [[] for _ in clicks]
    for _ in range(rounds):
        for times, click in zip(found, clicks, strict=True):
            traffic.taken()
            before = server.milliseconds()
            took = page.evaluate(CLICK, click)
            times.append((took, traffic.taken(), server.milliseconds() - before))
    return found


def _waits(what: str, times: Sequence[Click]) -> Waits:
    took, sent, busy = zip(*times, strict=True)
    timed = [each for each in took if each is not None]
    return Waits(what, timed, list(sent), statistics.mean(busy), untimed=len(took) - len(timed))


def _clicks(
    what: str,
    page: Page,
    traffic: Traffic,
    there_and_back: tuple[str, str],
    server: Server,
    *,
    times: int,
) -> Waits:
    """Clicks there and back."""
    there, back = _timed(page, traffic, server, there_and_back, rounds=max(times // 2, 1))
    return _waits(what, [*there, *back])


def _walks(page: Page, traffic: Traffic, server: Server, *, rounds: int) -> Iterator[Waits]:
    """Through all views in turn, with the six samples pinned; the slowest by itself."""
    found = _timed(page, traffic, server, LINKS, rounds=rounds)
    yield _waits("another view, all ten in turn", [each for times in found for each in times])
    alone = [_waits(f"the slowest of them, {v.name}", t) for v, t in zip(WALK, found, strict=True)]
    yield max(alone, key=lambda waits: statistics.median(waits.milliseconds or [0]))


def _to_pinned(page: Page, traffic: Traffic, server: Server, *, rounds: int) -> Waits:
    """To Pictures, with all pinned that were uploaded: twelve, if enough were."""
    away_and_there = [LINKS[WALK.index(view(name))] for name in ("costs", "pictures")]
    _, there = _timed(page, traffic, server, away_and_there, rounds=rounds)
    return _waits("to Pictures with twelve pinned", there)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    EMBEDDED: lambda: sv.load_model("se_resnet18_imagenette").model,
    LARGE: se_resnet50,
}


def report(*, networks: list[str], times: int) -> Iterator[str]:
    """Markdown lines, as they come."""
    yield f"{machine()}, shared by server and Chromium. {times} times each."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name in networks:
            yield ""
            yield f"| {name} | median | p95 | server | to the browser | |"
            yield "|---|---|---|---|---|---|"
            command = [str(Path(sys.executable).with_name("senet-viz")), "app"]
            if name == LARGE:
                command += ["--model", "tests.benchmarks.person:se_resnet50"]
            with (
                tempfile.TemporaryDirectory() as folder,
                serving([*command, "--port"], folder=ROOT, log=Path(folder) / "log") as address,
            ):
                for found in waits(browser, address, NETWORKS[name](), times=times):
                    yield found.row()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    given = parser.parse_args()
    for line in report(networks=given.networks, times=given.times):
        print(line, flush=True)


if __name__ == "__main__":
    main()
