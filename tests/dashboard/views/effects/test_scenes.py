"""What matters to detectors and segmentation networks: the page's numbers are the library's."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import copy_as_code, verdict_table
from dashboard.services import plans
from dashboard.session import measurement_requests, selection, view_keys
from senet_viz.core.errors import MissingExtraError
from senet_viz.removal import pictures_for, plan_removal, read_batches
from tests import scene_networks
from tests.dashboard.open_app import figure, numbers, open_app, opened, words
from tests.dashboard.test_copy_as_code import run, same_figures, script

Start = Callable[[str], None]
BUTTON = "FormSubmitter:scenes-Measure what is found without each block's gates"


def opened_on(kind: str, start_with: Start) -> AppTest:
    start_with(f"tests.scene_networks:{kind}")
    app = open_app("effects")
    assert app.selectbox(key="model").value == "factory"
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, with a mask and with boxes for two of them."""
    noise = np.random.default_rng(0)
    (tmp_path / "masks").mkdir()
    for name in ("a", "b", "c"):
        pixels = noise.integers(0, 256, (24, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    for name in ("a", "b"):
        mask = noise.integers(0, 3, (24, 40), dtype=np.uint8)
        Image.fromarray(mask).save(tmp_path / "masks" / f"{name}.png")
    boxes = [
        {"image_id": i, "category_id": 1 + k, "bbox": [8 * k, 8, 8, 8]}
        for i in range(2)
        for k in range(2)
    ]
    coco = {
        "images": [{"id": i, "file_name": f"{'ab'[i]}.png"} for i in range(2)],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "annotations": boxes,
    }
    (tmp_path / "boxes.json").write_text(json.dumps(coco))
    return tmp_path


@pytest.mark.parametrize("kind", ["detector", "segmenter"])
def test_one_picture_and_many(kind: str, folder: Path, start_with: Start) -> None:
    app = opened_on(kind, start_with)
    assert not app.get("plotly_chart")[1:], "nothing long runs unasked"
    app.toggle(key=measurement_requests.BY_ITSELF).set_value(True).run()
    lowest = 0.5 if kind == "detector" else 0.0
    net = getattr(scene_networks, kind)()
    image = net.preprocess(sv.decode(sv.load_sample("china")))
    for block in ("early", "late"):
        app.selectbox(key=selection.BLOCK).select(block).run()
        expected = sv.experiments.scene_channel_effects(net.model, image, block)
        found = numbers(figure(app, "scene_gate")["data"][0]["y"])
        np.testing.assert_allclose(found, 100 * expected.sizes(lowest), atol=1e-4)

    app.text_input(key=measurement_requests.FOLDER).set_value(str(folder))
    app.button(key=BUTTON).click().run()
    assert not app.exception, app.exception
    said = words(app)
    assert ("mAP as it is" in said) == (kind == "detector")
    assert "over 2 pictures" in said and "Not used: 1 picture without" in said
    made = run(script(opened(app, copy_as_code.OPEN)))
    same_figures(app, made, named=True)
    by_depth = figure(app, "scene_accuracy")["data"][0]
    wanted = [100 * e.truth_change for e in made["over"].of("one")]
    np.testing.assert_allclose(numbers(by_depth["y"]), wanted, atol=1e-5)


@pytest.mark.parametrize("kind", ["detector", "segmenter"])
def test_a_plan_of_blocks_is_the_librarys(kind: str, folder: Path, start_with: Start) -> None:
    start_with(f"tests.scene_networks:{kind}")
    app = open_app("costs")
    app.text_input(key=measurement_requests.FOLDER).set_value(str(folder))
    next(each for each in app.button if "Make the plan" in each.label).click().run()
    assert app.session_state[plans._JOB].wait(60)
    app.session_state[view_keys.COST_CHANNELS] = True
    app.run()
    assert not app.exception, app.exception
    net = getattr(scene_networks, kind)()
    named = pictures_for(net, folder, most=200)
    *_, plan = plan_removal(net, lambda: read_batches(net, named), source=named.source)
    table = next(d.value for d in app.dataframe if "Verdict" in d.value.columns)
    assert table["Opened"].tolist() == [verdict_table.points(row.opened) for row in plan.blocks]
    assert any(row.opened.change for row in plan.blocks)
    said = words(app)
    measure = "mAP" if kind == "detector" else "mIoU"
    assert f"{measure} of the network as it is: {plan.score.value:.1%}, over 2 pictures" in said
    assert f"change of {measure} in points" in said and "Not used: 1 picture without" in said
    assert "whole blocks can be folded away" in said
    next(each for each in app.button if "ticked together" in each.label).click().run()
    assert app.session_state[plans._JOB].wait(60)
    app.run()
    assert not app.exception and "Write it as ONNX" not in [each.label for each in app.button]
    assert f"Change of {measure} in points" in "".join(each.value for each in app.success)


def test_what_is_not_the_folders_fault_is_not_said_to_be(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start_with: Start
) -> None:
    app = opened_on("detector", start_with)

    def missing(extra: str) -> None:
        raise MissingExtraError(f"the extra {extra} is not installed")

    monkeypatch.setattr("senet_viz.removal.named_pictures.require_extra", missing)
    titles = {"": "This folder cannot be used", str(folder): "Nothing was measured"}
    for given, title in titles.items():
        app.text_input(key=measurement_requests.FOLDER).set_value(given or str(tmp_path / "none"))
        app.button(key=BUTTON).click().run()
        (error,) = app.error
        assert error.proto.title == title, error.proto
