"""Charts for print: light, of a known size, with their sentence; and no browser that hangs."""

import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from senet_viz.core.errors import CaptureError, SENetVizError
from senet_viz.core.translation import speaking, tr
from senet_viz.figures.base import print_browser as module
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_browser import DPI, can_print
from senet_viz.figures.base.print_files import (
    FORMATS,
    Format,
    printed,
    printed_as,
    printed_panels,
    sheets_as,
)
from senet_viz.figures.base.print_layout import CSS_DPI, SLIDER_ROOM, WIDTH, wrapped
from senet_viz.figures.base.sheets import Paper, Sheet
from senet_viz.figures.base.sources import Source, made_with
from senet_viz.figures.base.theme import DARK
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import two_blocks
from senet_viz.figures.block.map_blocks import map_block
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.predictions import top_classes
from tests.senet_viz.figures.conftest import activation, beta_gates, ranking
from tests.senet_viz.figures.every_chart import CHARTS
from tests.senet_viz.figures.odd_records import Odd

SEEN = activation(beta_gates(64), name="layer1.0.se")
OTHER = activation(beta_gates(32, seed=1), name="layer1.1.se")
USUAL = (np.full(64, 0.5, np.float32), np.full(64, 0.1, np.float32))
OF = Source("SE-ResNet-18", "layer1.0.se", "my cat.jpg")
LONG = (
    "Most channels sit between 0.3 and 0.6. " * 6,
    "大多数通道在 0.3 与 0.6 之间。" * 7,
    "W" * 99,
    "H",
)
needs_browser = pytest.mark.skipif(not can_print(), reason="no Chromium or Chrome here")
quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
DRAWN: dict[str, Callable[[bool], Chart]] = {
    "histogram": lambda dark: gate_histogram(SEEN, image=0, dark=dark),
    "sorted": lambda dark: sorted_gates(SEEN, ranking(SEEN), usual=USUAL, dark=dark),
    "squeeze": lambda dark: squeeze_against_gate(SEEN, image=0, dark=dark),
    "two blocks": lambda dark: two_blocks(SEEN, OTHER, image=0, dark=dark),
    "map": lambda dark: network_map(
        [map_block(SEEN), map_block(OTHER)], selected="layer1.1.se", dark=dark
    ),
    "classes": lambda dark: top_classes(
        np.arange(4, dtype=np.float32), labels=["a", "<b>", "$c$", "猫"], dark=dark
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_of_the_dark_page_is_printed_as_that_of_the_light_one(name: str) -> None:
    dark, light = (json.loads(DRAWN[name](d).printed().to_json()) for d in (True, False))
    assert dark == light
    assert DARK.background not in json.dumps(dark)
    assert DARK.background in DRAWN[name](True).figure.to_json()


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_chart_has_a_printable_form_under_its_sentence(name: str) -> None:
    chart = CHARTS[name](Odd(float("nan"), mixed=True))
    figure = chart.printed()
    assert figure.layout.width == WIDTH and figure.layout.title.text
    on_page = (chart.figure.layout.height or 400) - (
        SLIDER_ROOM if chart.figure.layout.sliders else 0
    )
    assert figure.layout.height > on_page and not figure.layout.sliders
    assert chart.figure.layout.title.text is None  # the chart on the page stays as it was


def test_sentences_are_broken_at_spaces_and_between_chinese_letters() -> None:
    assert wrapped("a bb ccc", size=1, width=2.4) == ["a bb", "ccc"]
    assert wrapped("通道门控值", size=1, width=2) == ["通道", "门控", "值"]
    assert wrapped("unbreakable", size=1, width=3) == ["unbre", "akabl", "e"]
    assert wrapped("a mmw", size=1, width=3.1) == ["a", "mmw"]
    assert "".join(wrapped("大多数通道在 0.3 与 0.6 之间。" * 9, size=9, width=99)).count("。") == 9


def test_a_figure_that_could_not_be_read_is_refused() -> None:
    chart = DRAWN["classes"](False)
    with pytest.raises(CaptureError, match=r"4 columns were asked for on 180 mm. From 1 to 3"):
        printed_panels([chart], "pdf", columns=4)
    with pytest.raises(CaptureError, match=r"2 columns were asked for on 85 mm. From 1 to 1"):
        Sheet((chart,), columns=2, paper=Paper(width=85))
    with pytest.raises(CaptureError, match="0 charts were given"):
        printed_panels([], "pdf")
    with pytest.raises(CaptureError, match="100 mm wide was asked for"):
        Paper(width=100)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def files() -> dict[Format, list[bytes]]:
    """One chart on each paper, and panels, in every form."""
    one = DRAWN["classes"](True).of(OF)
    narrow = Sheet((one,), paper=Paper(width=85))
    bare = Sheet((DRAWN["sorted"](True).of(OF),), paper=Paper(headline=False))
    both = (one, DRAWN["sorted"](True).of(Source("another network")))
    long = [Sheet((replace(one, title=title),)) for title in LONG]
    return sheets_as([Sheet((one,)), narrow, bare, Sheet(both, 2, "a"), *long], FORMATS)


@needs_browser
@quiet
def test_files_have_their_size_on_paper_and_say_what_they_are_of(
    files: dict[Format, list[bytes]],
) -> None:
    for number, width in enumerate((180, 85, 180, 180)):
        image = Image.open(BytesIO(files["png"][number]))
        assert image.format == "PNG" and abs(image.size[0] - width / 25.4 * 300) < 2
        assert [round(d) for d in image.info["dpi"]] == [300, 300]
        assert image.getpixel((2, 2)) == (255, 255, 255)
        svg = files["svg"][number].decode()
        assert re.match(rf'<svg [^>]*width="{width}mm" height="[\d.]+mm"', svg)
        assert OF.subject in svg and made_with() in svg
        pdf = files["pdf"][number]
        assert pdf.startswith(b"%PDF-") and b"/Count 1" in pdf
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert box is not None and abs(float(box[1]) - width / 25.4 * 72) < 1
        assert float(box[2]) / float(box[1]) == pytest.approx(
            image.size[1] / image.size[0], abs=0.01
        )
    assert ">&#60;b&#62;<" in files["svg"][0].decode() and "<b>" not in files["svg"][0].decode()


@needs_browser
@quiet
def test_a_sentence_stands_over_the_chart_only_where_it_is_wanted(
    files: dict[Format, list[bytes]],
) -> None:
    titled, _, bare, panels = (svg.decode() for svg in files["svg"][:4])
    assert ">Most likely: 猫" in titled and "gate" in bare and 'font-weight="bold"' not in bare
    assert ">a</text>" in panels and ">b</text>" in panels and ">c</text>" not in panels
    assert f">a: {OF.subject}</text>" in panels and ">b: another network</text>" in panels
    assert len(set(re.findall(r'id="([^"]*)"', panels))) == len(re.findall(r' id="', panels))


@needs_browser
@quiet
def test_equal_charts_give_equal_files(files: dict[Format, list[bytes]]) -> None:
    again = printed_as([DRAWN["classes"](False).of(OF)], FORMATS)
    assert {form: made[0] for form, made in again.items()} == {f: files[f][0] for f in FORMATS}
    assert b"CreationDate (D:19800101" in files["pdf"][0]


@needs_browser
@quiet
def test_no_line_of_a_long_sentence_is_cut_off_in_either_language(
    files: dict[Format, list[bytes]],
) -> None:
    """Ink begins under the upper edge, and there is as much of it as there are lines."""
    for title, file in zip(LONG, files["png"][4:], strict=True):
        lines = len(wrapped(title, size=15, width=WIDTH - 24))
        dark = np.asarray(Image.open(BytesIO(file)).convert("L")) < 128
        inked = np.flatnonzero(dark.any(axis=1)) * CSS_DPI / DPI
        assert inked[0] > 4
        assert inked[inked < 8 + 20 * lines][-1] > 20 * lines - 12
        assert not dark[:, -12:].any()


def test_without_a_browser_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")
    assert not can_print()
    with pytest.raises(SENetVizError, match="no Chromium or Chrome on this machine"):
        printed([DRAWN["classes"](False)], "png")


@quiet
def test_a_browser_that_never_answers_is_given_up_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck_browser"
    stuck.write_text("#!/bin/sh\nsleep 600\n")
    stuck.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(stuck))
    monkeypatch.setattr(module, "PATIENCE", 3.0)
    began = time.monotonic()
    with pytest.raises(SENetVizError, match=r"^The browser of this machine"):
        printed([DRAWN["classes"](False)], "png")
    assert time.monotonic() - began < 40
    left = subprocess.run(["pgrep", "-f", str(stuck)], capture_output=True, check=False)
    assert left.stdout == b""


def own_address() -> str:
    """This machine's address to others: what a browser asks there, it would ask anyone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent
        address: str = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no address but its own")
    return address


@needs_browser
@quiet
def test_the_browser_asks_nobody() -> None:
    """A figure that wants a picture from elsewhere is drawn without it."""
    heard: list[bytes] = []

    def listen(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heard.append(connection.recv(100))

    with socket.create_server((own_address(), 0)) as listener:
        threading.Thread(target=listen, args=(listener,), daemon=True).start()
        address, port = listener.getsockname()
        chart = DRAWN["classes"](False)
        chart.figure.add_layout_image(
            source=f"http://{address}:{port}/x.png", x=0, y=1, sizex=1, sizey=1
        )
        with suppress(SENetVizError):  # a picture that cannot be had may also be an error
            printed_as([chart], ("svg", "pdf"))
        listener.shutdown(socket.SHUT_RDWR)
    assert heard == []


@needs_browser
@quiet
def test_the_source_is_said_in_the_language_of_whoever_prints() -> None:
    """Though the browser is waited for in another thread."""
    of = Source("a network", picture=tr("Temple, Summer Palace, China"))
    with speaking("zh"):
        (svg,) = printed([DRAWN["sorted"](True).of(of)], "svg")
    assert "寺庙，颐和园，中国" in svg.decode() and "Temple" not in svg.decode()
