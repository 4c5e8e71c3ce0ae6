"""Stability: what the page shows is what the library says of the same perturbed bytes."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.session import selection
from dashboard.views.stability import sliders
from senet_viz.analysis.stability import relative_movement
from senet_viz.experiments.null_controls import noise_picture
from senet_viz.experiments.perturbation_sweep import gate_spread, trajectories
from senet_viz.pictures.perturbations import Perturbation, perturb
from tests.dashboard.open_app import figure, numbers, open_app, words


@pytest.fixture
def app() -> AppTest:
    return open_app("stability")


@pytest.fixture(scope="module")
def net() -> sv.models.network.Network:
    return sv.load_model("se_resnet18_imagenette")


def china() -> object:
    return sv.decode(sv.load_sample("china"))


def after(app: AppTest) -> np.ndarray:
    return numbers(figure(app, "prediction_change")["data"][1]["x"])


def test_the_sliders_perturb_the_picture_together(app: AppTest, net: object) -> None:
    app.slider(key=sliders.slider_key("brightness")).set_value(0.5).run()
    app.slider(key=sliders.slider_key("blur")).set_value(1.5).run()
    assert not app.exception
    both = [Perturbation("blur", 1.5), Perturbation("brightness", 0.5)]
    logits = sv.capture(net.model, net.preprocess(perturb(china(), both))).logits[0]
    share = np.exp(logits) / np.exp(logits).sum()
    bars = figure(app, "prediction_change")["data"][1]
    assert numbers(bars["x"]).max() == pytest.approx(share.max(), abs=1e-4)


def test_the_slider_moved_last_is_swept_with_the_others_fixed(app: AppTest, net: object) -> None:
    app.slider(key=sliders.slider_key("blur")).set_value(1.0).run()
    app.slider(key=sliders.slider_key("crop")).set_value(0.5).run()
    assert app.session_state[sliders.SWEEP] == "crop"
    moved = trajectories(net, china(), "crop", fixed=[Perturbation("blur", 1.0)])
    block = app.session_state[selection.BLOCK]
    lines = figure(app, "gates_along")["data"]
    first = moved.most_moving(block, 5)[0]
    assert lines[0]["name"] == f"ch {first}"
    np.testing.assert_allclose(numbers(lines[0]["y"]), moved.gates[block][:, first], atol=1e-4)
    np.testing.assert_allclose(
        numbers(figure(app, "class_along")["data"][0]["y"]), moved.probability, atol=1e-3
    )
    at = list(moved.strengths).index(0.5)
    assert numbers(lines[1]["x"])[0] == 0.5
    assert numbers(lines[1]["y"])[0] == pytest.approx(moved.gates[block][at, first], abs=1e-4)
    ratio = relative_movement(moved, gate_spread(net, []))
    np.testing.assert_allclose(numbers(figure(app, "stability")["data"][0]["y"]), ratio, rtol=1e-3)


def test_reset_gives_the_picture_back(app: AppTest) -> None:
    assert app.button(key="perturbing_reset").disabled
    given = after(app)
    app.slider(key=sliders.slider_key("jpeg")).set_value(5.0).run()
    assert not np.allclose(after(app), given, atol=1e-3)
    app.button(key="perturbing_reset").click().run()
    assert app.slider(key=sliders.slider_key("jpeg")).value == 100
    np.testing.assert_allclose(after(app), given)
    assert "nothing is perturbed yet" in words(app)


def test_chosen_channels_are_followed_and_forgotten_where_there_are_none(app: AppTest) -> None:
    app.multiselect(key=sliders.CHANNELS).set_value([7, 120]).run()
    assert [t["name"] for t in figure(app, "gates_along")["data"]][::2] == ["ch 7", "ch 120"]
    app.selectbox(key=selection.BLOCK).select("layer1.0.se").run()
    assert not app.exception
    assert [t["name"] for t in figure(app, "gates_along")["data"]][::2] == ["ch 7"]


def test_noise_can_be_perturbed_too(app: AppTest, net: object) -> None:
    app.segmented_control(key="stability_control").set_value("noise").run()
    assert not app.exception
    moved = trajectories(net, noise_picture((128, 128)), "blur")
    np.testing.assert_allclose(
        numbers(figure(app, "class_along")["data"][0]["y"]), moved.probability, atol=1e-3
    )


def test_random_weights_are_measured_against_the_samples(app: AppTest) -> None:
    own = numbers(figure(app, "stability")["data"][0]["y"])
    app.segmented_control(key="stability_control").set_value("weights").run()
    assert not app.exception
    assert not np.allclose(numbers(figure(app, "stability")["data"][0]["y"]), own, atol=0.01)
    assert "learned nothing" in app.warning[0].value


def test_a_network_without_class_scores_shows_its_gates(app: AppTest) -> None:
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ssdlite320_mobilenet_v3_large").run()
    assert not app.exception
    assert "only its gates are compared" in words(app)
    assert figure(app, "gates_along")["data"]
    with pytest.raises(KeyError):
        figure(app, "class_along")
