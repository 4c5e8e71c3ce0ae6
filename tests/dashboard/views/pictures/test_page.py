"""Pictures: what the page shows is what the library says of the same bytes."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect

import senet_viz as sv
from dashboard.runtime.views import COMPARED
from dashboard.services import pinned_captures
from dashboard.session import pinned_pictures as session_pinned_pictures
from dashboard.session import selection
from dashboard.views.pictures import charts, pin_board, two_networks
from senet_viz.analysis.picture_distances import cosines
from tests.dashboard.open_app import (
    captured,
    figure,
    numbers,
    open_app,
    opened,
    photograph,
    tiles,
    words,
)

NAMES = ("china", "chelsea", "flower", "coffee", "rocket", "astronaut")
GROUPS = ("made", "living", "living", "made", "made", "living")


@pytest.fixture
def app() -> AppTest:
    return open_app("pictures")


@pytest.fixture(scope="module")
def compared() -> sv.PictureComparison:
    net = sv.load_model("se_resnet18_imagenette")
    batches = [net.preprocess(sv.decode(sv.load_sample(name))) for name in NAMES]
    return sv.compare_pictures([sv.capture(net.model, b) for b in batches], groups=GROUPS)


def lines(app: AppTest, key: str = "profiles") -> list[str]:
    return [t["name"] for t in figure(app, key)["data"]]


def upload(app: AppTest) -> str:
    app.sidebar.file_uploader[0].upload("my cup.jpg", photograph(), "image/jpeg").run()
    assert not app.exception
    return app.session_state[session_pinned_pictures.PINS][-1]


def pins(app: AppTest) -> Multiselect:
    """The list of what is pinned, behind its button."""
    return opened(app, pin_board.BOARD).multiselect(key=session_pinned_pictures.PINS)


def test_the_samples_are_compared_at_once(app: AppTest, compared: sv.PictureComparison) -> None:
    block = app.session_state[selection.BLOCK]
    assert block == "layer3.1.se"
    depth = {t["name"]: numbers(t["y"]) for t in figure(app, "parting")["data"]}
    np.testing.assert_allclose(depth["between groups"], compared.between, atol=1e-5)
    np.testing.assert_allclose(depth["within groups"], compared.within, atol=1e-5)
    np.testing.assert_allclose(depth["Temple and Cat"], compared.distance[:, 0, 1], atol=1e-5)
    cat = figure(app, "profiles")["data"][2]
    assert cat["name"] == "Cat"
    channels = numbers(cat["customdata"])
    np.testing.assert_allclose(numbers(cat["y"]), compared.gates[block][1][channels], atol=1e-5)
    matrix = figure(app, "alike")["data"][0]
    np.testing.assert_allclose(numbers(matrix["z"]), compared.of(block), atol=1e-5)
    found = sv.separate_channels(compared.gates[block], GROUPS)
    mean = figure(app, "separating")["data"][1]
    np.testing.assert_allclose(numbers(mean["x"]), found.mean[0][found.order[:12]], atol=1e-4)
    apart = numbers(figure(app, "difference")["data"][0]["y"])
    own = compared.gates[block][0] - compared.gates[block][1]
    np.testing.assert_allclose(apart, np.sort(own)[::-1], atol=1e-5)


def test_one_forward_pass_a_picture_and_model(app: AppTest, monkeypatch: object) -> None:
    pinned_captures.gates.clear()
    runs = []
    real = pinned_captures.capture
    monkeypatch.setattr(pinned_captures, "capture", lambda *a, **k: runs.append(1) or real(*a, **k))
    app.run()
    assert len(runs) == 6
    app.selectbox(key=selection.BLOCK).select("layer1.0.se").run()
    app.segmented_control(key=session_pinned_pictures.CURVES).set_value("group").run()
    app.selectbox(key=session_pinned_pictures.SECOND).select("rocket").run()
    assert len(runs) == 6
    upload(app)
    assert len(runs) == 7


def test_every_gate_in_numbers_comes_when_it_is_asked_for(
    app: AppTest, compared: sv.PictureComparison
) -> None:
    assert not app.dataframe
    table = opened(app, charts.NUMBERS_OPEN).dataframe[0].value
    gates = compared.gates["layer3.1.se"]
    names = ["Temple", "Cat", "Flower", "Coffee", "Rocket", "Astronaut"]
    np.testing.assert_allclose(table[names].to_numpy().T, gates, atol=1e-5)
    np.testing.assert_allclose(table["Range"], np.ptp(gates, axis=0), atol=1e-5)
    app.selectbox(key=selection.BLOCK).select("layer1.0.se").run()  # and stays for another block
    table = app.dataframe[0].value
    np.testing.assert_allclose(table[names].to_numpy().T, compared.gates["layer1.0.se"], atol=1e-5)


def test_an_upload_is_pinned_once_named_and_grouped(app: AppTest) -> None:
    key = upload(app)
    assert lines(app)[-1] == "my cup"
    opened(app, pin_board.BOARD)
    app.text_input(key=session_pinned_pictures.name_key(key)).input("<b>$x$</b>").run()
    app.text_input(key=session_pinned_pictures.group_key(key)).input("drinks").run()
    app.text_input(key=session_pinned_pictures.group_key("coffee")).input("drinks").run()
    assert not app.exception
    assert "7 pictures in 3 groups" in words(app)
    assert lines(app)[-1] == "&lt;b&gt;&#36;x&#36;&lt;/b&gt;"
    app.segmented_control(key=session_pinned_pictures.CURVES).set_value("group").run()
    assert lines(app) == ["usual gate", "made", "living", "drinks"]
    app = app.switch_page("views/layers/page.py").run().switch_page("views/pictures/page.py").run()
    assert not app.exception
    assert "7 pictures in 3 groups" in words(app)
    assert lines(app) == ["usual gate", "made", "living", "drinks"]
    pins(app).unselect(key).run()
    assert "6 pictures" in words(app)
    assert key not in app.run().session_state[session_pinned_pictures.PINS]


def test_a_picture_keeps_its_colour_while_it_is_pinned(app: AppTest) -> None:
    before = {t["name"]: t["line"]["color"] for t in figure(app, "profiles")["data"]}
    pins(app).unselect("china").run()
    after = {t["name"]: t["line"]["color"] for t in figure(app, "profiles")["data"]}
    assert "Temple" not in after
    assert {name: before[name] for name in after} == after


@pytest.mark.parametrize(
    ("cell", "pair"),
    [("3,4", ("coffee", "rocket")), ("2,2", ("china", "chelsea")), (None, ("china", "chelsea"))],
)
def test_a_click_on_the_matrix_chooses_the_pair(cell: object, pair: tuple[str, str]) -> None:
    def script() -> None:  # the driver of the tests runs no callbacks of charts
        from dashboard.session import pinned_pictures as pinned

        pinned.keep()
        pinned.keep_pair(pinned.pins())
        pinned.take_pair_click("alike")

    app = AppTest.from_function(script)
    points = [] if cell is None else [{"customdata": cell}]
    app.session_state["alike"] = {"selection": {"points": points}}
    app.run(timeout=60)
    assert not app.exception
    assert (
        app.session_state[session_pinned_pictures.FIRST],
        app.session_state[session_pinned_pictures.SECOND],
    ) == pair


def test_the_compared_pair_is_subtracted_and_the_channel_shown(app: AppTest) -> None:
    app.selectbox(key=session_pinned_pictures.FIRST).select("coffee").run()
    app.selectbox(key=session_pinned_pictures.SECOND).select("rocket").run()
    app.number_input(key=selection.CHANNEL).set_value(11).run()
    assert "more for Coffee than for Rocket" in words(app)
    assert "Coffee and Rocket" in lines(app, "parting")
    bars = figure(app, "channel_pictures")["data"][0]
    gate = captured(sv.load_sample("rocket"))["layer3.1.se"].excitation[0, 11]
    assert numbers(bars["x"])[4] == pytest.approx(gate, abs=1e-5)
    pins(app).unselect("rocket").run()
    assert not app.exception
    assert app.session_state[session_pinned_pictures.FIRST] == "coffee"
    assert app.session_state[session_pinned_pictures.SECOND] == "chelsea"


def test_direction_is_the_cosine_from_the_usual_gates(
    app: AppTest, compared: sv.PictureComparison
) -> None:
    app.segmented_control(key=session_pinned_pictures.MEASURE).set_value("cosine").run()
    block = app.session_state[selection.BLOCK]
    usual = sv.load_model("se_resnet18_imagenette").reference.usual(block)[0]
    expected = cosines(compared.gates[block], centre=usual)
    shown = numbers(figure(app, "alike")["data"][0]["z"])
    np.testing.assert_allclose(shown, expected, atol=1e-3)


def test_one_picture_or_none_says_what_to_do(app: AppTest) -> None:
    pins(app).set_value([]).run()
    assert not app.exception
    assert "Pin at least two pictures" in words(app)
    app.button(key="pictures_samples").click().run()
    assert "6 pictures in 2 groups" in words(app)


def test_two_networks_are_aligned_by_depth(app: AppTest) -> None:
    app.session_state[two_networks.TRAINED] = False
    app.segmented_control(key=COMPARED.key).set_value("networks").run()
    assert "● random weights, 128 × 128 px" in words(app)
    assert numbers(figure(app, "networks_depth")["data"][0]["y"]).size == 8
    app.selectbox(key=two_networks.OTHER).select("seresnet50").run()
    assert not app.exception
    assert "UNTRAINED" in " ".join(e.proto.title for e in app.error)
    depth = figure(app, "networks_depth")["data"]
    assert numbers(depth[3]["x"]).size == 16
    net = sv.load_model("se_resnet18_imagenette")
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    means = [a.excitation.mean() for a in seen]
    np.testing.assert_allclose(numbers(depth[0]["y"]), means, atol=1e-4)
    assert "layer3.1.se is block 6 of 8" in words(app)
    assert "block 11 of 16" in words(app)
    said = words(app)
    assert "● SE-ResNet-18, 128 × 128 px" in said and "● seresnet50.a1_in1k, 224 × 224 px" in said
    assert said.count("%") >= 6, "both answers"
    for place, name in (("first", "layer3.1.se"), ("second", "layer3.4.se")):
        shown = tiles(app, f"maps_enhanced_{place}")
        assert len(shown["tiles"]) == 4 and shown["idle"] == (place == "second"), name
    (given,) = (i for i in app.text_input if i.label == "seresnet50.a1_in1k")
    given.set_value("untrained").run()
    assert "● untrained" in words(app)
    assert "untrained" in figure(app, "networks_depth")["data"][3]["name"]


def test_a_network_without_reference_is_compared_too(app: AppTest) -> None:
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("mobilenet_v3_small").run()
    assert not app.exception
    assert "usual gate" not in lines(app)
    app.segmented_control(key=session_pinned_pictures.MEASURE).set_value("cosine").run()
    assert not app.exception
