"""Detection and segmentation networks in the app: what was found is drawn, and listed."""

from base64 import b64decode
from functools import cache
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from senet_viz.core.scenes import Detection, Segmentation
from senet_viz.figures.block.scene_marks import box_swatch, class_swatch
from senet_viz.figures.block.scenes import BACKGROUND, scene_picture, scene_rows
from tests.dashboard.open_app import open_app, opened, words

DETECTOR, SEGMENTER = "ssdlite320_mobilenet_v3_large", "lraspp_mobilenet_v3_large"
FOUR = (DETECTOR, "fasterrcnn_mobilenet_v3_large_fpn", SEGMENTER, "deeplabv3_mobilenet_v3_large")
Found = Detection | Segmentation


@cache
def net(name: str) -> Any:
    """One set of random weights, so that the app and the test look at the same network."""
    return sv.load_model(name, trained=False)


@pytest.fixture(autouse=True)
def same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.services import machine, networks

    st.cache_resource.clear()
    machine.free()
    real = networks.load_model
    monkeypatch.setattr(
        networks, "load_model", lambda name, *, trained: net(name) if not trained else real(name)
    )


def opened_on(name: str) -> AppTest:
    """The app on an untrained network, built before two threads of the app can ask for it."""
    net(name)
    app = open_app()
    app.session_state["trained"] = False
    app.selectbox(key="model").select(name).run()
    assert not app.exception, app.exception
    return app


def seen(name: str) -> tuple[np.ndarray, Found]:
    batch = net(name).preprocess(sv.decode(sv.load_sample("china")))
    scene = sv.capture(net(name).model, batch, features="none").scene
    assert scene is not None
    return net(name).preprocess.pixels(batch)[0], scene


def found_table(app: AppTest) -> Any:
    return app.dataframe[0].value


@pytest.mark.parametrize("name", FOUR)
def test_inspect_and_layers_open_on_it(name: str) -> None:
    app = opened_on(name)
    shown = words(app)
    assert "does not end in one score a class" not in shown
    assert any("random" in e.value for e in app.error)
    blocks = len(app.selectbox(key="block").options)
    assert blocks >= 8 and f"verified {blocks}/{blocks}" in shown
    app.switch_page("views/layers/page.py").run()
    assert not app.exception
    assert len(app.dataframe[0].value) == blocks
    assert set(app.dataframe[0].value["proof"]) == {"verified"}


def test_boxes_follow_the_lowest_score_shown() -> None:
    app = opened_on(DETECTOR)
    pixels, scene = seen(DETECTOR)
    labels = net(DETECTOR).labels
    assert "No box scores 0.50 or more: the surest is" in words(app)
    assert not app.dataframe, "an empty list is not shown"
    app.slider(key="score").set_value(0.0).run()
    assert not app.exception
    rows = scene_rows(scene, labels)
    table = found_table(app)
    assert table["class"].tolist() == [r.label for r in rows] and len(rows) > 100
    np.testing.assert_allclose(table["score"], [r.score for r in rows], rtol=1e-6)
    assert b64decode(table["look"][0].split(",")[1]) == box_swatch(rows[0].place)
    drawn = scene_picture(pixels, scene, labels=labels, threshold=0.0)
    assert drawn.title in words(app)
    assert drawn.note and f"{drawn.note} The list has them all." in words(app)


def test_classes_are_listed_with_their_share() -> None:
    app = opened_on(SEGMENTER)
    pixels, scene = seen(SEGMENTER)
    labels = net(SEGMENTER).labels
    rows = scene_rows(scene, labels)
    table = found_table(app)
    assert table["class"].tolist() == [r.label for r in rows]
    assert table["share"].sum() == pytest.approx(1)
    np.testing.assert_allclose(table["probability"], [r.score for r in rows], rtol=1e-6)
    look = class_swatch(rows[0].place, bare=rows[0].label == BACKGROUND)
    assert b64decode(table["look"][0].split(",")[1]) == look
    assert scene_picture(pixels, scene, labels=labels).title in words(app)
    app.slider(key="mask").set_value(0.1).run()
    assert not app.exception
    assert app.slider(key="mask").value == 0.1


def test_the_choice_survives_a_change_of_view() -> None:
    app = opened_on(DETECTOR)
    app.slider(key="score").set_value(0.01).run()
    app.switch_page("views/layers/page.py").run()
    app.switch_page("views/inspect/page.py").run()
    assert app.slider(key="score").value == 0.01


def test_a_classifier_still_gets_its_top_five() -> None:
    app = opened(open_app(), "head_more")
    assert not [s for s in app.slider if s.key in {"score", "mask"}]
    assert any(e.proto.id.endswith("-top5") for e in app.get("plotly_chart"))
