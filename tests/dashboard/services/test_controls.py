"""Random weights and noise, one click away: what the page shows is what the library says."""

import numpy as np
import pytest

import senet_viz as sv
from dashboard.services import networks
from dashboard.session import selection
from dashboard.views.inspect.gate_account import OPEN
from senet_viz.analysis.gate_account import explain_gate
from senet_viz.core.shares import softmax
from senet_viz.experiments.null_controls import noise_picture, random_network
from senet_viz.pictures.samples import SAMPLES, load_sample
from tests.dashboard.open_app import captured, figure, numbers, open_app, opened, words

KEY, NAME = "why_control", "se_resnet18_imagenette"


def logit(app: object) -> float:
    return float(numbers(figure(app, "why")["data"][0]["x"])[-1])


def expected(seen: sv.Capture, app: object) -> float:
    block, channel = app.session_state[selection.BLOCK], app.session_state[selection.CHANNEL]
    return explain_gate(seen[block], channel).logit


def test_random_weights_are_shown_and_said_to_be() -> None:
    app = opened(open_app(), OPEN)
    own = logit(app)
    app.segmented_control(key=KEY).set_value("weights").run()
    assert not app.exception
    net = sv.load_model("se_resnet18_imagenette")
    copy = random_network(net, [sv.decode(load_sample(s.name)) for s in SAMPLES])
    seen = sv.capture(copy.model, net.preprocess(sv.decode(load_sample(SAMPLES[0].name))))
    assert logit(app) == pytest.approx(expected(seen, app), abs=1e-4)
    assert logit(app) != pytest.approx(own, abs=1e-3)
    assert "a network that has learned nothing" in app.warning[0].value
    assert "UNTRAINED" not in words(app)


def test_noise_is_shown_and_back_is_one_click_away() -> None:
    app = opened(open_app(), OPEN)
    own = logit(app)
    app.segmented_control(key=KEY).set_value("noise").run()
    net = sv.load_model("se_resnet18_imagenette")
    seen = sv.capture(net.model, net.preprocess(noise_picture((128, 128), 0)))
    assert logit(app) == pytest.approx(expected(seen, app), abs=1e-4)
    assert "nothing in it to recognise" in app.warning[0].value
    app.segmented_control(key=KEY).set_value("none").run()
    assert logit(app) == own
    assert not app.warning


def test_the_random_copy_answers_to_a_name_of_its_own() -> None:
    copy = networks.network("random:se_resnet18_imagenette")
    assert copy is networks.network("random:se_resnet18_imagenette", trained=False)
    assert not copy.trained
    original = networks.network("se_resnet18_imagenette")
    assert original.trained
    assert np.array_equal(
        sv.capture(original.model, original.preprocess(sv.decode(load_sample("china")))).logits,
        captured(load_sample("china")).logits,
    )


def test_a_network_whose_weights_are_elsewhere_has_a_random_copy_too() -> None:
    copy = networks.network("random:mobilenetv3_small_100")
    assert not copy.trained
    assert copy.title.endswith("random weights")
    assert "untrained" not in copy.title


@pytest.mark.parametrize("control", ["weights", "noise"])
def test_edits_hold_under_a_control_too(control: str) -> None:
    app = open_app("whatif")
    app.button(key="edit_all_off").click().run()
    app.segmented_control(key="whatif_control").set_value(control).run()
    assert not app.exception
    net = networks.network(f"random:{NAME}" if control == "weights" else NAME)
    noise = noise_picture((128, 128), 0)
    picture = noise if control == "noise" else sv.decode(load_sample(SAMPLES[0].name))
    image = net.preprocess(picture)
    names = [block.name for block in sv.find_blocks(net.model)]
    with sv.override(net.model, dict.fromkeys(names, 1.0)):
        logits = sv.capture(net.model, image).logits[0]
    _, after = figure(app, "change")["data"]
    shown = numbers(after["customdata"])
    np.testing.assert_allclose(numbers(after["x"]), softmax(logits)[shown], atol=1e-5)
    assert not app.main.get("code")
