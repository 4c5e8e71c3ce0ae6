"""What if: every edit of the page is the library's override, and is listed, undone and redone."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import copy_as_code
from dashboard.services import networks
from dashboard.session import followed, gate_edits, selection
from senet_viz.analysis import edits_to_json
from senet_viz.analysis.gate_edits import GateEdit, edited_gates, gates_by_block
from senet_viz.core.shares import softmax
from senet_viz.pictures.samples import SAMPLES
from tests.dashboard.open_app import (
    captured,
    figure,
    numbers,
    open_app,
    opened,
    photograph,
    show,
    words,
)

NAME = selection.DEFAULT_MODEL
BLOCK, LATER = "layer2.0.se", "layer4.1.se"


@pytest.fixture
def app() -> AppTest:
    opened = open_app("whatif")
    opened.selectbox(key=selection.BLOCK).select(BLOCK).run()
    return opened


def add(app: AppTest, how: str, *, channels: str = "", where: str = "this", **more: Any) -> None:
    """Fill in the form as a person does, and press its button."""
    app.selectbox(key=gate_edits.WHERE).select(where)
    app.selectbox(key=gate_edits.HOW).select(how)
    app.segmented_control(key=gate_edits.WHICH).set_value("numbers" if channels else "all").run()
    if channels:
        app.text_input(key=gate_edits.NUMBERS).set_value(channels)
    if "value" in more:
        app.slider(key=gate_edits.VALUE).set_value(more["value"])
    if "seed" in more:
        app.number_input(key=gate_edits.SEED).set_value(more["seed"])
    if "source" in more:
        app.selectbox(key=gate_edits.SOURCE).select(more["source"])
    app.button(key="edit_add").click().run()
    assert not app.exception, app.exception


def library(*edits: GateEdit, picture: bytes | None = None, name: str = NAME) -> sv.Capture:
    """What the library makes of the same edits on the same bytes."""
    net = sv.load_model(name)
    image = net.preprocess(sv.decode(picture or sv.load_sample("china")))
    before = sv.capture(net.model, image)
    cat = gates_by_block(captured(sv.load_sample("chelsea")))
    usual = {b: net.reference.usual(b)[0] for b in before.names}
    gates = edited_gates(edits, gates_by_block(before), usual=usual, transplants={"chelsea": cat})
    with sv.override(net.model, gates):
        return sv.capture(net.model, image)


def assert_shows(app: AppTest, expected: sv.Capture) -> None:
    """Prediction, logit and the picked block's gates on the page are those of this capture."""
    logits = expected.logits[0]
    _, after = figure(app, "change")["data"]
    shown = numbers(after["customdata"])
    np.testing.assert_allclose(numbers(after["x"]), softmax(logits)[shown], atol=1e-5)
    assert f"{logits[likeliest_before(app)]:.3f}" in [m.value for m in app.metric]
    block = app.selectbox(key=selection.BLOCK).value
    _, dots = figure(app, "gates_change")["data"]
    gates = expected[block].excitation[0]
    np.testing.assert_allclose(numbers(dots["y"]), gates[numbers(dots["customdata"])], atol=1e-5)


def likeliest_before(app: AppTest) -> int:
    """The class whose logit is followed until another is picked."""
    before, _ = figure(app, "change")["data"]
    return int(numbers(before["customdata"])[numbers(before["x"]).argmax()])


def unedited(app: AppTest) -> bool:
    before, after = figure(app, "change")["data"]
    return bool((numbers(before["x"]) == numbers(after["x"])).all())


KINDS = {
    "one": (GateEdit(BLOCK, "one"), {}),
    "zero": (GateEdit(BLOCK, "zero", channels=(3, 7, 8, 9)), {"channels": "3, 7-9"}),
    "value": (GateEdit(BLOCK, "value", value=0.15), {"value": 0.15}),
    "usual": (GateEdit(BLOCK, "usual"), {}),
    "transplant": (GateEdit(BLOCK, "transplant", source="chelsea"), {"source": "chelsea"}),
    "shuffle": (GateEdit(BLOCK, "shuffle", seed=4), {"seed": 4}),
}


@pytest.mark.parametrize("how", KINDS)
def test_each_kind_of_edit_is_the_librarys(app: AppTest, how: str) -> None:
    assert unedited(app)
    edit, filled = KINDS[how]
    add(app, how, **filled)
    assert_shows(app, library(edit))
    assert not unedited(app)
    assert f"1. {BLOCK}:" in words(app)


def test_two_at_once_one_removed_undone_redone_and_reset(app: AppTest) -> None:
    first, second = GateEdit(BLOCK, "one"), GateEdit(LATER, "zero", channels=(1, 2, 5))
    add(app, "one")
    app.selectbox(key=selection.BLOCK).select(LATER).run()
    add(app, "zero", channels="1, 2, 5")
    assert_shows(app, library(first, second))
    app.button(key="edit_remove_0").click().run()
    assert_shows(app, library(second))
    assert f"1. {LATER}: channels 1, 2, 5 at 0" in words(app)
    app.button(key="edit_undo").click().run()
    assert_shows(app, library(first, second))
    app.button(key="edit_undo").click().run()
    assert_shows(app, library(first))
    for _ in range(2):
        app.button(key="edit_redo").click().run()
    assert_shows(app, library(second))
    assert app.button(key="edit_redo").disabled
    app.button(key="edit_reset").click().run()
    assert unedited(app) and app.button(key="edit_reset").disabled
    assert "No edit is in force" in words(app)
    app.button(key="edit_undo").click().run()
    assert_shows(app, library(second))
    assert not app.button(key="edit_redo").disabled
    add(app, "one")
    assert app.button(key="edit_redo").disabled, "a new edit leaves nothing to redo"


def test_all_blocks_off_is_one_click_and_one_line(app: AppTest) -> None:
    names = captured(sv.load_sample("china")).names
    app.button(key="edit_all_off").click().run()
    assert_shows(app, library(*(GateEdit(name, "one") for name in names)))
    assert "1. All 8 blocks: all channels at 1, off" in words(app)
    app.button(key="edit_all_off").click().run()
    assert "2. " not in words(app), "the same step twice in a row is one"
    assert "Every gate is edited" in words(app)


@pytest.mark.parametrize("where", ["later", "others"])
def test_one_step_speaks_of_many_blocks(app: AppTest, where: str) -> None:
    names = captured(sv.load_sample("china")).names
    at = names.index(BLOCK)
    blocks = names[at:] if where == "later" else (*names[:at], *names[at + 1 :])
    add(app, "value", value=0.3, where=where)
    assert_shows(app, library(*(GateEdit(name, "value", value=0.3) for name in blocks)))
    assert f"({len(blocks)}" in words(app)
    app.button(key="edit_remove_0").click().run()
    assert unedited(app)


def test_a_gate_set_by_hand_is_moved_in_the_list(app: AppTest) -> None:
    add(app, "value", channels="0-4", value=0.9)
    slider = app.slider(key=gate_edits.value_key(0))
    assert slider.value == 0.9
    slider.set_value(0.05).run()
    assert_shows(app, library(GateEdit(BLOCK, "value", tuple(range(5)), value=0.05)))
    app.button(key="edit_undo").click().run()
    assert app.slider(key=gate_edits.value_key(0)).value == 0.9
    assert_shows(app, library(GateEdit(BLOCK, "value", tuple(range(5)), value=0.9)))


@pytest.mark.parametrize("end", ["open", "shut"])
def test_the_most_open_or_shut_channels_are_taken(app: AppTest, end: str) -> None:
    gates = captured(sv.load_sample("china"))[BLOCK].excitation[0]
    order = np.argsort(-gates if end == "open" else gates, kind="stable")[:6]
    app.selectbox(key=gate_edits.HOW).select("zero")
    app.segmented_control(key=gate_edits.WHICH).set_value(end).run()
    app.number_input(key=gate_edits.COUNT).set_value(6).run()
    app.button(key="edit_add").click().run()
    assert_shows(app, library(GateEdit(BLOCK, "zero", tuple(sorted(order.tolist())))))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("three", "'three' is no channel"),
        ("3, 900", "There is no channel 900: there are 64, 0 to 63, in layer2.0.se"),
        ("9-3", "Write 3-9"),
        (" ", "No channel was given"),
    ],
)
def test_bad_channels_get_a_sentence_and_change_nothing(
    app: AppTest, typed: str, message: str
) -> None:
    add(app, "zero", channels=typed)
    (error,) = app.error
    assert message in error.value.replace("\\", "")
    assert unedited(app) and "No edit is in force" in words(app)


def test_edits_hold_for_every_picture_and_are_this_networks_alone(app: AppTest) -> None:
    add(app, "one")
    show(app, "coffee")
    coffee = sv.load_sample("coffee")
    assert_shows(app, library(GateEdit(BLOCK, "one"), picture=coffee))
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("mobilenetv3_small_050").run()
    assert not app.exception
    assert unedited(app) and "No edit is in force" in words(app)
    add(app, "zero")
    app.session_state[selection.TRAINED] = True
    app.sidebar.selectbox(key=selection.MODEL).select(NAME).run()
    assert_shows(app, library(GateEdit(BLOCK, "one"), picture=coffee))
    assert "2. " not in words(app)


def test_edits_outlast_a_look_at_another_view_and_inspect_shows_none(app: AppTest) -> None:
    add(app, "zero")
    app.switch_page("views/inspect/page.py").run()
    share = softmax(captured(sv.load_sample("china")).logits[0])
    top = numbers(figure(opened(app, "head_more"), "top5")["data"][0]["x"])
    np.testing.assert_allclose(top, np.sort(share)[::-1][:5], atol=1e-5)
    app.switch_page("views/whatif/page.py").run()
    assert app.selectbox(key=selection.BLOCK).value == BLOCK
    assert_shows(app, library(GateEdit(BLOCK, "zero")))


def test_a_second_session_sees_none_of_it(app: AppTest) -> None:
    add(app, "zero")
    other = open_app("whatif")
    assert unedited(other) and "No edit is in force" in words(other)
    before, _ = figure(other, "change")["data"]
    share = softmax(captured(sv.load_sample("china")).logits[0])
    shown = numbers(before["customdata"])
    np.testing.assert_allclose(numbers(before["x"]), share[shown], atol=1e-5)


def test_a_picked_class_is_followed(app: AppTest) -> None:
    app.selectbox(key=followed.CLASS).select(4).run()
    add(app, "one")
    before, after = (
        c.logits[0][4] for c in (captured(sv.load_sample("china")), library(GateEdit(BLOCK, "one")))
    )
    tile = app.metric[0]
    assert tile.value == f"{after:.3f}" and f"{before:.3f}" in tile.label.replace("\\", "")
    assert tile.delta == f"{after - before:+.3f}"


def test_what_did_not_change_has_no_arrow(app: AppTest) -> None:
    own = float(captured(sv.load_sample("china"))[BLOCK].excitation[0, 3])
    add(app, "value", value=round(own, 2), channels="3")
    rank = next(tile for tile in app.metric if tile.label.startswith("rank"))
    assert rank.value == "1" and rank.delta == ""


def test_the_code_shown_makes_the_same_edit(app: AppTest, tmp_path, monkeypatch) -> None:
    data = photograph()
    app.file_uploader[0].upload("my coffee.jpg", data, "image/jpeg").run()
    add(app, "transplant", source="chelsea", where="later")
    add(app, "usual", channels="0-9", where="others")
    add(app, "shuffle", seed=2)
    add(app, "value", value=0.2, channels="3")
    show(app, "china")
    app.selectbox(key=gate_edits.HOW).select("transplant").run()
    upload = app.selectbox(key=gate_edits.SOURCE).options.index("my coffee.jpg")
    add(app, "transplant", channels="5", source=state_keys(app)[upload])
    app.session_state[copy_as_code.OPEN] = True
    app.run()
    (shown,) = app.main.code
    (tmp_path / "my coffee.jpg").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(compile(shown.value, "shown", "exec"), made)
    assert_shows(app, made["after"])
    later = len(made["before"].names) - made["before"].names.index(BLOCK)
    assert len(made["edits"]) == later + 7 + 3


def state_keys(app: AppTest) -> list[str]:
    """The keys of the pictures on offer in this session, in their order."""
    return [*reversed(app.session_state["uploads"]), *(sample.name for sample in SAMPLES)]


def test_gates_of_a_picture_that_is_gone_are_not_in_force(app: AppTest) -> None:
    app.file_uploader[0].upload("cup.jpg", photograph(), "image/jpeg").run()
    show(app, "china")
    app.selectbox(key=gate_edits.HOW).select("transplant").run()
    add(app, "transplant", source=state_keys(app)[0])
    assert not unedited(app)
    next(b for b in app.button if b.label == "Forget my pictures").click().run()
    assert not app.exception
    assert unedited(app)
    assert "Not in force: its picture is not on offer" in words(app)


def test_usual_gates_without_a_reference_are_means_over_the_pictures_on_offer() -> None:
    app = open_app("whatif")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("mobilenetv3_small_050").run()
    app.selectbox(key=gate_edits.HOW).select("usual").run()
    assert "mean over the 6 pictures on offer" in words(app)
    add(app, "usual")
    net = networks.network("mobilenetv3_small_050", trained=False)
    block = app.selectbox(key=selection.BLOCK).value
    images = [net.preprocess(sv.decode(sv.load_sample(s.name))) for s in SAMPLES]
    rows = [sv.capture(net.model, image)[block].excitation[0] for image in images]
    _, dots = figure(app, "gates_change")["data"]
    expected = np.mean(rows, axis=0)[numbers(dots["customdata"])]
    np.testing.assert_allclose(numbers(dots["y"]), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["ssdlite320_mobilenet_v3_large", "lraspp_mobilenet_v3_large"])
def test_networks_without_one_class_show_what_they_found(name: str) -> None:
    app = open_app("whatif")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select(name).run()
    app.button(key="edit_all_off").click().run()
    assert not app.exception
    shown = words(app)
    assert "not one class for the picture" in shown
    assert all(part in shown for part in ("Before: ", "After: ", "Every gate is edited"))


def test_edits_are_saved_to_a_file_and_opened_from_it(app: AppTest) -> None:
    add(app, "value", channels="3, 7", value=0.25)
    app.session_state["edit_file"] = True
    app.run()
    before = app.session_state["edit_histories"][NAME].present
    app.button(key="edit_reset").click().run()
    uploader = next(each for each in app.file_uploader if each.key.startswith("edit_file"))
    uploader.upload("gate_edits.json", edits_to_json(before), "application/json").run()
    assert app.session_state["edit_histories"][NAME].present == before
    assert not app.error
    uploader = next(each for each in app.file_uploader if each.key.startswith("edit_file"))
    other = edits_to_json([[GateEdit("no.such.block", "one")]])
    uploader.upload("gate_edits.json", other, "application/json").run()
    assert [error.value.replace("\\", "")[:30] for error in app.error] == [
        "Edit 1 of the file cannot be u"
    ]
    assert app.session_state["edit_histories"][NAME].present == before
