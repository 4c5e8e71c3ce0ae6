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

from senet_viz.core.errors import SENetVizError
from senet_viz.figures.base import print_files as module
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_files import DPI, can_print, printed, printed_as
from senet_viz.figures.base.print_layout import CSS_DPI, WIDTH, wrapped
from senet_viz.figures.base.theme import DARK
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import two_blocks
from senet_viz.figures.block.predictions import top_classes
from senet_viz.figures.block.strip_chart import block_strip
from tests.senet_viz.figures.conftest import activation, beta_gates, ranking, summary
from tests.senet_viz.figures.odd_cases import CASES
from tests.senet_viz.figures.odd_records import Odd

SEEN = activation(beta_gates(64), name="layer1.0.se")
OTHER = activation(beta_gates(32, seed=1), name="layer1.1.se")
USUAL = (np.full(64, 0.5, np.float32), np.full(64, 0.1, np.float32))
needs_browser = pytest.mark.skipif(not can_print(), reason="no Chromium or Chrome here")
quiet = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
DRAWN: dict[str, Callable[[bool], Chart]] = {
    "histogram": lambda dark: gate_histogram(SEEN, image=0, dark=dark),
    "sorted": lambda dark: sorted_gates(SEEN, ranking(SEEN), usual=USUAL, dark=dark),
    "squeeze": lambda dark: squeeze_against_gate(SEEN, image=0, dark=dark),
    "two blocks": lambda dark: two_blocks(SEEN, OTHER, image=0, dark=dark),
    "strip": lambda dark: block_strip(
        [summary("layer1.0.se"), summary("layer1.1.se", near_zero=0.4)],
        selected="layer1.1.se",
        dark=dark,
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


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_chart_has_a_printable_form_under_its_sentence(name: str) -> None:
    chart = CASES[name](Odd(float("nan"), mixed=True))
    figure = chart.printed()
    assert figure.layout.width == WIDTH and figure.layout.title.text
    assert figure.layout.height > (chart.figure.layout.height or 400)
    assert chart.figure.layout.title.text is None  # the chart on the page stays as it was


def test_sentences_are_broken_at_spaces_and_between_chinese_letters() -> None:
    assert wrapped("a bb ccc", letters=4) == ["a bb", "ccc"]
    assert wrapped("通道门控值", letters=4) == ["通道", "门控", "值"]
    assert wrapped("unbreakable", letters=4) == ["unbreakable"]
    assert "".join(wrapped("大多数通道在 0.3 与 0.6 之间。" * 9)).count("。") == 9


@needs_browser
@quiet
def test_png_and_svg_have_their_size_on_paper_and_are_the_same_each_time() -> None:
    charts = [DRAWN["classes"](True), DRAWN["sorted"](True)]
    first = printed_as(charts, ("png", "svg"))
    image = Image.open(BytesIO(first["png"][0]))
    assert image.format == "PNG" and image.size[0] == 2125
    assert [round(d) for d in image.info["dpi"]] == [300, 300]
    assert image.getpixel((2, 2)) == (255, 255, 255)
    svg = first["svg"][0].decode()
    assert re.match(r'<svg [^>]*width="180mm" height="[\d.]+mm"', svg)
    assert ">&#60;b&#62;<" in svg and "<b>" not in svg and ">Most likely: 猫" in svg
    assert printed(charts, "svg") == first["svg"]


@needs_browser
@quiet
def test_no_line_of_a_long_sentence_is_cut_off_in_either_language() -> None:
    """Ink begins under the upper edge, and there is as much of it as there are lines."""
    said = ("Most channels sit between 0.3 and 0.6. " * 6, "大多数通道在 0.3 与 0.6 之间。" * 7, "H")
    charts = [replace(DRAWN["classes"](False), title=title) for title in said]
    for chart, file in zip(charts, printed(charts, "png"), strict=True):
        lines = len(wrapped(chart.title))
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
            printed([chart], "svg")
        listener.shutdown(socket.SHUT_RDWR)
    assert heard == []
