"""Signals and volumes in the app: shown numbers are the library's, and gaps are explained."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import answer, copy_as_code
from dashboard.views.inspect import gate_account
from senet_viz.core.translation import speaking
from tests.array_networks import heartbeat, scan
from tests.dashboard.open_app import figure, numbers, open_app, opened, photograph, tiles, words

Start = Callable[[str], None]
HERE = "tests.array_networks:"
BOTH = [("signal", heartbeat()), ("volume", scan())]
OTHERS = ("learn", "pictures", "dataset", "whatif", "effects", "stability", "pointwise", "costs")


def opened_on(kind: str, start_with: Start, view: str = "inspect") -> AppTest:
    start_with(HERE + kind)
    return open_app(view)


def given(app: AppTest, values: np.ndarray, name: str = "in.npy") -> AppTest:
    file = BytesIO()
    np.save(file, values)
    app.file_uploader[0].upload(name, file.getvalue(), "application/octet-stream")
    app.run()
    assert not app.exception, app.exception
    return app


def captured(kind: str, values: np.ndarray) -> sv.Capture:
    net = sv.models.load_factory(HERE + kind)
    return sv.capture(net.model, net.preprocess(values))


def test_a_signal_is_inspected(start_with: Start) -> None:
    app = opened_on("signal", start_with)
    assert "takes signals (12, length). Give one as a .npy or .npz file" in words(app)
    given(app, heartbeat())
    block = captured("signal", heartbeat())["3.se"]
    gate = block.excitation[0]
    np.testing.assert_allclose(numbers(figure(app, "histogram")["data"][0]["x"]), gate, atol=1e-6)
    shown = words(app)
    assert "verified 2/2" in shown and "Input: in.npy, 12 × 300" in shown
    order = gate.argsort()[::-1]
    assert [tile["key"] for tile in tiles(app, "maps_enhanced")["tiles"]] == order[:8].tolist()
    before, after = figure(app, "focus")["data"]
    line = block.features[0, order[0]]
    np.testing.assert_allclose(numbers(before["y"]), line, atol=1e-6)
    np.testing.assert_allclose(numbers(after["y"]), line * gate[order[0]], atol=1e-6)
    for drawn, lead in zip(figure(app, "input")["data"], heartbeat(), strict=False):
        np.testing.assert_allclose(numbers(drawn["y"]), lead, atol=1e-6)
    assert "is drawn only for pictures" in shown


def test_a_volume_is_inspected_slice_by_slice(start_with: Start) -> None:
    app = given(opened_on("volume", start_with), scan())
    block = captured("volume", scan())["5"]
    gate = block.excitation[0]
    np.testing.assert_allclose(numbers(figure(app, "sorted")["data"][0]["y"])[0], gate.max())
    top = int(gate.argmax())
    for drawn, scale in (("focus", 1.0), ("after", gate[top])):
        slices = figure(app, drawn)["data"]
        for values, each in zip(block.features[0, top] * scale, slices, strict=True):
            np.testing.assert_allclose(numbers(each["z"]), values, atol=1e-5)
    np.testing.assert_allclose(numbers(figure(app, "input")["data"][3]["z"]), scan()[3], atol=1e-6)
    first = tiles(app, "maps_enhanced")["sheets"]
    app.slider(key="maps_slice").set_value(0).run()
    assert not app.exception and tiles(app, "maps_enhanced")["sheets"] != first


@pytest.mark.parametrize(("kind", "values"), BOTH)
@pytest.mark.parametrize("view", ["inspect", "layers"])
def test_the_script_makes_the_numbers_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
    start_with: Start,
    tmp_path: Path,
    kind: str,
    values: np.ndarray,
    view: str,
) -> None:
    app = opened(given(opened_on(kind, start_with, view), values), copy_as_code.OPEN)
    (code,) = app.main.code
    np.save(tmp_path / "in.npy", values)
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(str(code.value), "script", "exec"), made)
    for block, mine in zip(captured(kind, values), made["capture"], strict=True):
        np.testing.assert_array_equal(block.excitation, mine.excitation)


@pytest.mark.parametrize(("kind", "values"), BOTH)
def test_why_and_more_and_scales_are_drawn(
    start_with: Start, kind: str, values: np.ndarray
) -> None:
    app = given(opened_on(kind, start_with), values)
    opened(app, gate_account.OPEN)
    assert figure(app, "why")["data"]
    opened(app, answer.MORE)
    assert figure(app, "head_input")["data"]
    app.segmented_control(key="scale").set_value("network").run()
    assert not app.exception


@pytest.mark.parametrize(("kind", "values"), BOTH)
def test_layers_shows_every_block_of_it(start_with: Start, kind: str, values: np.ndarray) -> None:
    app = given(opened_on(kind, start_with, "layers"), values)
    means = [float(block.excitation.mean()) for block in captured(kind, values)]
    strips = tiles(app, "strips")["tiles"]
    assert [tile["note"] for tile in strips] == [f"{mean:.3f}" for mean in means]
    assert len(tiles(app, "maps_enhanced_first")["tiles"]) == 4


@pytest.mark.parametrize("view", OTHERS)
def test_views_of_pictures_say_so_in_a_sentence(view: str, start_with: Start) -> None:
    app = opened_on("signal", start_with, view)
    assert "works with pictures, and Sequential from tests.array_networks:signal" in words(app)
    assert not app.get("plotly_chart") and not app.error


def test_what_does_not_fit_is_refused_by_name(start_with: Start) -> None:
    app = given(opened_on("signal", start_with), heartbeat().T, "turned.npy")
    assert "takes signals (12, length)" in words(app)
    app.file_uploader[0].upload("cat.jpg", photograph(), "image/jpeg")
    app.run()
    assert "are not a NumPy file" in words(app) and not app.exception


def test_a_network_of_pictures_is_given_none() -> None:
    app = given(open_app(), heartbeat())
    assert "this is an array, and the chosen network takes" in app.error[0].value.lower()
    assert "Temple" in words(app) or "china" in words(app).lower()


def test_tokens_of_a_picture_are_lines(start_with: Start) -> None:
    app = opened_on("tokens", start_with)
    app.selectbox(key="block").select("tokens").run()
    assert not app.exception
    net = sv.models.load_factory(HERE + "tokens")
    block = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))["tokens"]
    assert block.places == (197,)
    top = int(block.excitation[0].argmax())
    drawn = figure(app, "focus")["data"]
    np.testing.assert_allclose(numbers(drawn[0]["y"]), block.features[0, top], atol=1e-6)
    app.selectbox(key="block").select("last").run()
    assert not app.exception and len(figure(app, "focus")["data"]) == 1


def test_what_is_wanted_is_said_in_chinese() -> None:
    with speaking("zh"):
        assert sv.models.array_preprocess(channels=1, axes=1).wanted == "信号 (1, 长度)"
