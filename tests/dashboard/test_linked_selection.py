"""One selection: what is picked in one view is picked in every other."""

import json
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import block_navigator, picture_grid, tiles
from dashboard.session import gate_edits, pinned_pictures, uploads
from dashboard.session import selection as selected
from dashboard.shell import gallery, paste_listener
from senet_viz.analysis.numerics import softmax
from senet_viz.core.errors import ImageError
from senet_viz.experiments.perturbation_sweep import trajectories
from senet_viz.figures.base.theme import GATES, shades
from senet_viz.pictures.samples import SAMPLES
from tests.dashboard.open_app import (
    VIEW_NAMES,
    captured,
    figure,
    numbers,
    open_app,
    photograph,
    show,
    words,
)

MAPPED = [view for view in VIEW_NAMES if view != "pointwise"]  # has it in some of its sections
LAST = "layer4.1.se"
NOTHING: dict[str, Any] = {"points": [], "point_indices": [], "box": [], "lasso": []}


def select(app: AppTest, kind: str, key: str, selection: dict[str, Any]) -> None:
    """As the browser tells of a selection in a chart or a table, so that callbacks are called."""
    drawn = app.dataframe if kind == "dataframe" else app.get(kind)
    (element,) = (e for e in drawn if e.proto.id.endswith(f"-{key}"))
    states = app._tree.get_widget_states()
    told = states.widgets.add()
    told.id, told.string_value = element.proto.id, json.dumps({"selection": selection})
    app._run(states)
    assert not app.exception, app.exception


def click(app: AppTest, key: str, point: dict[str, Any]) -> None:
    select(app, "plotly_chart", key, {**NOTHING, "points": [point], "point_indices": [0]})


def row(app: AppTest, key: str, number: int) -> None:
    select(app, "dataframe", key, {"rows": [number], "columns": [], "cells": []})


def outlined(app: AppTest) -> str:
    """The block that the map's outline is around."""
    styles = [str(element.proto.body) for element in app.get("html")]
    rule = re.compile(rf"st-key-{block_navigator.KEY} [^{{]*point:nth-child\((\d+)\) path")
    (at,) = (int(found[1]) for style in styles if (found := rule.search(style)))
    return str(figure(app, block_navigator.KEY)["data"][0]["customdata"][at - 1])


def test_a_second_click_on_a_bar_picks_its_block_again() -> None:
    """To the chart the second click ends the first; to a person it does not."""
    app = open_app()
    click(app, block_navigator.KEY, {"customdata": LAST})
    app.button(key="block_previous").click().run()
    assert app.session_state[selected.BLOCK] != LAST
    select(app, "plotly_chart", block_navigator.KEY, NOTHING)
    assert app.session_state[selected.BLOCK] == LAST


@pytest.mark.parametrize("view", MAPPED)
def test_a_click_on_the_map_picks_the_block_in_every_view(view: str) -> None:
    app = open_app(view)
    click(app, block_navigator.KEY, {"customdata": LAST})
    assert app.session_state[selected.BLOCK] == outlined(app) == LAST
    other = "layers" if view != "layers" else "inspect"
    app.switch_page(f"views/{other}/page.py").run()
    assert outlined(app) == LAST == app.selectbox(key=selected.BLOCK).value


@pytest.mark.parametrize("section", ["fitted", "unpooled", "gains"])
def test_the_map_is_in_the_sections_beside_se(section: str) -> None:
    app = open_app()
    app.selectbox(key=selected.BLOCK).select("layer2.1.se").run()
    app.switch_page("views/pointwise/page.py").run()
    app.segmented_control(key="pointwise_section").set_value(section).run()
    assert outlined(app) == "layer2.1.se"


def test_the_map_is_coloured_by_the_gates_of_the_picture_shown() -> None:
    app = open_app("layers")
    colours = shades(app.dataframe[0].value["mean"], GATES, low=0, high=1)
    assert figure(app, block_navigator.KEY)["data"][2]["marker"]["color"] == colours
    app.switch_page(
        "views/costs/page.py"
    ).run()  # its own page runs no network: gates known are used
    assert figure(app, block_navigator.KEY)["data"][2]["marker"]["color"] == colours


def test_a_row_of_the_table_and_the_first_of_two_pick_the_block() -> None:
    app = open_app("layers")
    row(app, "summary", 2)
    assert app.session_state[selected.BLOCK] == outlined(app) == "layer2.0.se"
    assert app.selectbox(key=selected.FIRST).value == "layer2.0.se"
    app.selectbox(key=selected.FIRST).select(LAST).run()
    assert app.session_state[selected.BLOCK] == outlined(app) == LAST
    row(app, "summary", 99)
    assert app.session_state[selected.BLOCK] == LAST


def test_a_channel_is_kept_from_view_to_view() -> None:
    app = open_app()
    app.number_input(key=selected.CHANNEL).set_value(9).run()
    for view in ("layers", "effects", "pictures", "dataset", "stability", "inspect"):
        app.switch_page(f"views/{view}/page.py").run()
        assert not app.exception
        assert app.session_state[selected.CHANNEL] == 9, view
    app.switch_page("views/stability/page.py").run()
    assert "ch 9" in [t["name"] for t in figure(app, "gates_along")["data"]]
    app.switch_page("views/effects/page.py").run()
    assert app.number_input(key=selected.CHANNEL).value == 9


def test_a_channel_that_nobody_picked_goes_with_the_picture() -> None:
    """Before: the temple's most open channel, looked at in a dog."""

    def most_open(app: AppTest) -> int:
        seen = captured(sv.load_sample(app.session_state[selected.PICTURE]))
        return int(seen[app.session_state[selected.BLOCK]].excitation[0].argmax())

    app = show(open_app(), "china")
    first = app.session_state[selected.CHANNEL]
    assert first == most_open(app)
    show(app, "chelsea")
    second = app.session_state[selected.CHANNEL]
    assert second == most_open(app) != first
    app.number_input(key=selected.CHANNEL).set_value(first).run()
    show(app, "coffee")
    assert app.session_state[selected.CHANNEL] == first != most_open(app)


def test_uploads_push_samples_out_of_the_pins() -> None:
    app = open_app("pictures")
    for number in range(9):
        data = photograph(quality=60 + number)
        app.sidebar.file_uploader[0].upload(f"{number}.jpg", data, "image/jpeg")
    app.run()
    pinned = app.session_state[pinned_pictures.PINS]
    assert len(pinned) == pinned_pictures.MOST
    assert sum(key not in pinned_pictures.NAMED for key in pinned) == 9
    assert [key for key in pinned if key in pinned_pictures.NAMED] == ["china", "chelsea", "flower"]


def test_a_click_in_what_if_offers_the_channel_to_the_form() -> None:
    app = open_app("whatif")
    click(app, "gates_change", {"customdata": 11})
    assert app.session_state[selected.CHANNEL] == 11
    app.segmented_control(key=gate_edits.WHICH).set_value("numbers").run()
    assert app.text_input(key=gate_edits.NUMBERS).value == "11"


def test_the_picture_shown_is_the_first_of_the_pair_and_the_other_way_round() -> None:
    app = open_app("pictures")
    show(app, "coffee")
    assert app.selectbox(key=pinned_pictures.FIRST).value == "coffee"
    app.selectbox(key=pinned_pictures.FIRST).select("rocket").run()
    assert app.session_state[selected.PICTURE] == "rocket"
    app.switch_page("views/inspect/page.py").run()
    assert "What the model saw: Falcon 9" in words(app)


def test_the_place_of_the_stored_networks_is_that_of_the_block() -> None:
    app = open_app()
    app.selectbox(key=selected.BLOCK).select("layer2.1.se").run()
    app.switch_page("views/pointwise/page.py").run()
    app.segmented_control(key="pointwise_part").set_value("stored").run()
    assert app.segmented_control(key=selected.PLACE).value == "layer2.1"
    app.segmented_control(key=selected.PLACE).set_value("layer4.0").run()
    assert app.session_state[selected.BLOCK] == "layer4.0.se"


def test_several_are_ticked_and_unpinned_pinned_or_removed_at_once() -> None:
    app = open_app()
    uploader = app.sidebar.file_uploader[0]
    uploader.upload("a.jpg", photograph(), "image/jpeg").run()
    own = app.session_state[selected.PICTURE]
    app.button(key="gallery_open").click().run()
    assert not app.exception
    assert app.session_state[pinned_pictures.PINS][-1] == own
    for key in ("china", "rocket", own):
        app.session_state[gallery.tick(key)] = True
    app.button(key="gallery_open").click().run()
    app.button(key="gallery_unpin").click().run()
    assert app.session_state[pinned_pictures.PINS] == ["chelsea", "flower", "coffee", "astronaut"]
    app.session_state[gallery.tick(own)] = True
    app.button(key="gallery_open").click().run()
    app.button(key="gallery_remove").click().run()
    assert own not in app.session_state[selected.UPLOADS]


def test_one_upload_is_removed_and_the_others_stay() -> None:
    app = open_app()
    uploader = app.sidebar.file_uploader[0]
    uploader.upload("a.jpg", photograph(), "image/jpeg").upload(
        "b.jpg", photograph(quality=60), "image/jpeg"
    ).run()
    assert "What the model saw: b.jpg" in words(app)
    app.button(key="picture_remove").click().run()
    assert "What the model saw: Temple" in words(app)
    assert [b.key for b in app.button if b.key == "picture_remove"] == []
    kept = app.session_state[selected.UPLOADS]
    assert [each.title for each in kept.values()] == ["a.jpg"]
    app.run()  # the uploader still lists the other file; it does not come back
    assert len(app.session_state[selected.UPLOADS]) == 1


@pytest.mark.parametrize("sent", [None, "", "nowhere", ["coffee"], {"coffee": 1}, 7, True])
def test_a_picture_that_is_not_on_offer_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, sent: object
) -> None:
    """Whatever a browser sends in place of a click on a tile."""
    session: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", session)
    offered = [chosen.key for chosen in selected.pictures()]
    for each, shown in ((sent, None), ("coffee", "coffee")):
        session["gallery"] = SimpleNamespace(**{tiles.PICKED: each})
        tiles.take("gallery", offered, picture_grid.take_chosen)
        assert session.get(selected.PICTURE) == shown


PASTED = {
    "nothing": None,
    "no list": "x",
    "no fields": [{}],
    "no base64": [{"name": "a.png", "content": "***"}],
    "no text": [{"name": 3, "content": 7}],
    "no picture": [{"name": "<b>", "content": "aGVsbG8="}],
    "too large": [{"name": "a.png", "size": 10**9, "content": ""}],
}


@pytest.mark.parametrize("kind", PASTED)
def test_whatever_is_pasted_is_a_picture_or_a_sentence(kind: str) -> None:
    for name, content in paste_listener.files(PASTED[kind]):
        assert isinstance(name, str) and name
        assert isinstance(content, bytes | ImageError)

    def page(pasted: object) -> None:
        from dashboard.session import uploads
        from dashboard.shell import paste_listener as listener

        uploads.add_pictures(listener.files(pasted))

    app = AppTest.from_function(page, args=(PASTED[kind],)).run()
    assert not app.exception
    assert len(app.session_state["problems"]) == (kind not in ("nothing", "no list"))


def test_files_past_the_limits_push_the_oldest_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MEGABYTES", 1)
    monkeypatch.setattr(selected, "MOST_UPLOADS", 3)

    def page() -> None:
        from dashboard.session import uploads
        from tests.dashboard.open_app import photograph

        uploads.add_pictures((f"{q}.jpg", photograph(quality=q)) for q in range(60, 65))

    app = AppTest.from_function(page).run()
    assert not app.exception
    kept = [each.title for each in app.session_state["uploads"].values()]
    assert kept == ["62.jpg", "63.jpg", "64.jpg"]


def test_pinned_pictures_are_beside_the_one_looked_at_in_every_view() -> None:
    app = open_app()
    channel = app.session_state[selected.CHANNEL]
    app.toggle(key=selected.BESIDE).set_value(True).run()
    bars = numbers(figure(app, "beside_channel")["data"][0]["x"])
    seen = [captured(sv.load_sample(sample.name)) for sample in SAMPLES]
    block = app.session_state[selected.BLOCK]
    np.testing.assert_allclose(
        sorted(bars), sorted(s[block].excitation[0, channel] for s in seen), atol=1e-4
    )
    app.switch_page("views/layers/page.py").run()
    assert app.toggle(key=selected.BESIDE).value
    table = next(d.value for d in app.dataframe if "2" in d.value)
    np.testing.assert_allclose(table["2"], [a.excitation.mean() for a in seen[2]], rtol=1e-5)


def test_pinned_pictures_are_perturbed_like_the_one_looked_at() -> None:
    app = open_app("stability")
    app.toggle(key=selected.BESIDE).set_value(True).run()
    assert not app.exception
    table = next(d.value for d in app.dataframe if "moved" in d.value)
    net, block = sv.load_model("se_resnet18_imagenette"), app.session_state[selected.BLOCK]
    pictures = [sv.decode(sv.load_sample(sample.name)) for sample in SAMPLES]
    for row, picture in enumerate(pictures[:2]):
        moved = trajectories(net, picture, "blur")
        at = moved.names.index(block)
        assert table["moved"][row] == pytest.approx(moved.movement[at], rel=1e-5)
        assert table["class"][row] == net.labels[moved.followed]
        assert table["kept"][row] == (moved.likeliest == moved.followed).mean()
    assert len(table) == len(SAMPLES)


def test_gates_of_the_pinned_pictures_are_replaced_like_those_of_the_one_looked_at() -> None:
    app = open_app("effects")
    app.toggle(key=selected.BESIDE).set_value(True).run()
    assert not app.exception
    table = next(d.value for d in app.dataframe if "shuffled" in d.value)
    net, block = sv.load_model("se_resnet18_imagenette"), app.session_state[selected.BLOCK]
    batch = net.preprocess(sv.decode(sv.load_sample(SAMPLES[1].name)))
    before = sv.capture(net.model, batch).logits[0]
    best = int(before.argmax())
    with sv.override(net.model, {block: 1.0}), torch.no_grad():
        after = net.model(batch)[0].numpy()
    change = 100 * (softmax(after)[best] - softmax(before)[best])
    assert table["class"][1] == net.labels[best]
    assert table["one"][1] == pytest.approx(change, abs=1e-3)


def test_edits_are_tried_on_the_pinned_pictures() -> None:
    app = open_app("whatif")
    app.button(key="edit_add").click().run()
    app.toggle(key=selected.BESIDE).set_value(True).run()
    assert not app.exception
    table = next(d.value for d in app.dataframe if "is" in d.value)
    net = sv.load_model("se_resnet18_imagenette")
    batch = net.preprocess(sv.decode(sv.load_sample("coffee")))
    (row,) = (r for _, r in table.iterrows() if r["picture"] == "Coffee")
    with sv.override(net.model, {app.session_state[selected.BLOCK]: 1.0}):
        logits = sv.capture(net.model, batch).logits[0]
    assert row["now"] == net.labels[int(logits.argmax())]
    share = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(row["is"], share.max(), atol=1e-5)
