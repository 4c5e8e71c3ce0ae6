"""Why this gate: what the page says is what the library says of the same bytes."""

import numpy as np
import pytest

import senet_viz as sv
from dashboard.components import hidden_units
from dashboard.services import networks
from dashboard.session import hidden_unit, selection, view_keys
from dashboard.views.inspect.gate_account import OPEN
from senet_viz.analysis.gate_account import explain_gate
from senet_viz.core import evaluation_sets
from senet_viz.figures.base.formats import percent
from senet_viz.pictures.samples import SAMPLES
from tests.dashboard.open_app import captured, figure, numbers, open_app, opened, show, words


@pytest.fixture(scope="module")
def seen() -> sv.Capture:
    return captured(sv.load_sample("china"))


def test_the_waterfall_is_the_librarys_account(seen: sv.Capture) -> None:
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.number_input(key=selection.CHANNEL).set_value(17).run()
    account = explain_gate(seen[app.session_state[selection.BLOCK]], 17)
    steps = numbers(figure(app, "why")["data"][0]["x"])
    assert steps[-1] == pytest.approx(account.logit, abs=1e-5)
    assert steps[0] == pytest.approx(account.bias, abs=1e-6)
    assert steps[:-1].sum() == pytest.approx(account.logit, abs=1e-5)
    assert f"add up to the captured logit {account.logit:.3f}" in words(app)


def test_nothing_of_it_is_drawn_before_it_is_opened() -> None:
    app = open_app()
    assert "add up to the captured logit" not in words(app)
    with pytest.raises(KeyError):
        figure(app, "why")
    assert figure(opened(app, OPEN), "why")


def test_a_picked_unit_is_opened(seen: sv.Capture) -> None:
    app = opened(open_app(), OPEN)
    show(app, "china")
    app.number_input(key=hidden_unit.UNIT).set_value(3).run()
    channel = app.session_state[selection.CHANNEL]
    unit = explain_gate(seen[app.session_state[selection.BLOCK]], channel).units[3]
    steps = numbers(figure(app, "why_unit")["data"][0]["x"])
    assert steps[-1] == pytest.approx(unit.before, abs=1e-5)
    strongest = int(np.argmax(np.abs(unit.contribution)))
    assert figure(app, "why_unit")["data"][0]["y"][1] == f"ch {strongest}"


def test_a_unit_this_block_does_not_have_falls_back() -> None:
    app = opened(open_app(), OPEN)
    app.number_input(key=hidden_unit.UNIT).set_value(15).run()
    app.selectbox(key=selection.BLOCK).select("layer1.0.se").run()
    assert not app.exception
    assert app.session_state[hidden_unit.UNIT] < 4


def test_gates_that_are_no_plain_sum_say_so() -> None:
    app = opened(open_app(), OPEN)
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ecaresnet26t").run()
    assert not app.exception
    assert "are no plain sum of hidden units" in words(app)
    assert "What adds up to this gate" not in [e.label for e in app.expander]


def test_dead_and_always_on_units_are_counted_over_the_reference_set() -> None:
    app = opened(open_app(), OPEN)
    app.number_input(key=hidden_unit.UNIT).set_value(3).run()
    reference = sv.load_model("se_resnet18_imagenette").reference
    share = reference.activity(app.session_state[selection.BLOCK])
    text = words(app)
    assert f"Over {evaluation_sets.tested_on(reference.source)}: " in text
    assert hidden_units.in_words(share, 3, over=evaluation_sets.tested_on(reference.source)) in text
    assert f"Unit 3 is on for {percent(share[3])} of them" in text


def test_without_a_reference_units_are_counted_over_the_pictures_on_offer() -> None:
    app = opened(open_app(), OPEN)
    app.segmented_control(key="why_control").set_value("weights").run()
    block = app.session_state[selection.BLOCK]
    app.button(key="units_check").click().run()
    assert not app.exception
    net = networks.network("random:se_resnet18_imagenette")
    pictures = [net.preprocess(sv.decode(sv.load_sample(s.name))) for s in SAMPLES]
    on = [sv.capture(net.model, image)[block].hidden[0] != 0 for image in pictures]
    share = np.mean(on, axis=0)
    unit = app.session_state[hidden_unit.UNIT]
    assert f"Over the {len(SAMPLES)} pictures on offer: " in words(app)
    assert f"Unit {unit} is on for {percent(share[unit])} of them" in words(app)


def test_units_in_words() -> None:
    share = np.array([0.01, 1, 0.25, 0, 0.99, 1], np.float32)
    said = hidden_units.in_words(share, 2, over="8 pictures")
    assert "1 of 6 hidden units (3) never switched on" in said
    assert "2 of 6 hidden units (1, 5) always on" in said
    assert "Unit 2 is on for 25% of them" in said
    said = hidden_units.in_words(np.full(6, 0.5, np.float32), 0, over="8 pictures")
    assert "each of 6 hidden units is on at times; none is always on" in said


def test_gates_stand_against_their_squeezes_when_asked(seen: sv.Capture) -> None:
    app = show(opened(open_app(), view_keys.SQUEEZE_OPEN), "china")
    drawn = figure(app, "squeeze_gate")["data"][0]
    activation = seen[app.session_state[selection.BLOCK]]
    np.testing.assert_allclose(numbers(drawn["x"]), activation.squeeze[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(numbers(drawn["y"]), activation.excitation[0], atol=1e-5)
