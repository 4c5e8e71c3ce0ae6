"""Learn: every step opens, and the numbers taught are those the network was seen to have."""

import numpy as np
import pytest

import senet_viz as sv
from dashboard.session import selection
from dashboard.views.learn import meaning
from dashboard.views.learn.steps import ORDER, STEP
from senet_viz.analysis.gate_account import explain_gate
from tests.dashboard.open_app import captured, figure, numbers, open_app, words


@pytest.fixture(scope="module")
def seen() -> sv.Capture:
    return captured(sv.load_sample("china"))


def test_each_step_says_what_was_captured(seen: sv.Capture) -> None:
    app = open_app("learn")
    app.number_input(key=selection.CHANNEL).set_value(17).run()
    activation = seen[app.session_state[selection.BLOCK]]
    account = explain_gate(activation, 17)
    squeeze, gate = activation.squeeze[0, 17], activation.excitation[0, 17]
    unit = account.units[account.order[0]]
    strongest = float(np.abs(activation.features[0, 17]).max())
    after = strongest * gate
    expected = {
        "u": f"of the {len(activation.squeeze[0])} feature maps, channel 17 first",
        "squeeze": f"captured in the network: {squeeze:.6f}",
        "reduce": f"add up to {unit.before:.4f}",
        "relu": f"Here {sum(u.on for u in account.units)} of {len(account.units)} are on",
        "expand": f"captured in the network: {account.logit:.4f}",
        "gate": f"captured in the network: {gate:.6f}",
        "scale": f"{strongest:.4f} × {gate:.4f} = {after:.4f}",
    }
    for at, step in enumerate(ORDER):
        assert app.session_state[STEP] == step
        assert not app.exception, (step, app.exception)
        assert expected[step] in words(app), step
        if at < len(ORDER) - 1:
            app.button(key="lesson_next").click().run()
    assert app.button(key="lesson_next").disabled


def test_the_charts_are_the_captured_numbers(seen: sv.Capture) -> None:
    app = open_app("learn")
    app.segmented_control(key=STEP).set_value("squeeze").run()
    activation = seen[app.session_state[selection.BLOCK]]
    np.testing.assert_allclose(
        numbers(figure(app, "lesson_squeezes")["data"][0]["y"]), activation.squeeze[0], atol=1e-5
    )
    app.segmented_control(key=STEP).set_value("relu").run()
    passed = numbers(figure(app, "lesson_units")["data"][1]["y"])
    np.testing.assert_allclose(passed, activation.hidden[0], atol=1e-5)


def test_the_other_picture_moves_the_gates(seen: sv.Capture) -> None:
    app = open_app("learn")
    block = app.session_state[selection.BLOCK]
    app.selectbox(key="lesson_other").set_value("coffee").run()
    other = captured(sv.load_sample("coffee"))[block].excitation[0]
    moved = float(np.sqrt(np.mean((other - seen[block].excitation[0]) ** 2)))
    assert moved > 0.001
    assert f"move by {moved:.4f}" in words(app)


def test_gates_that_are_no_plain_sum_say_so_and_go_on_at_the_gate() -> None:
    app = open_app("learn")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ecaresnet26t").run()
    for step in ("reduce", "expand", "gate"):
        app.segmented_control(key=STEP).set_value(step).run()
        assert not app.exception, (step, app.exception)
        unexplained = "are no plain sum of hidden units" in words(app)
        assert unexplained == (step != "gate"), step


def test_a_network_without_reduction_says_so() -> None:
    app = open_app("learn")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("ese_vovnet19b_dw").run()
    for step in ("relu", "expand", "gate"):
        app.segmented_control(key=STEP).set_value(step).run()
        assert not app.exception, (step, app.exception)
        assert ("This block has no reduction" in words(app)) == (step != "gate"), step


def test_open_and_strong_channels_are_counted() -> None:
    one = np.array([0.9, 0.8, 0.1, 0.2], np.float32)
    assert meaning.shared(one, one, 2) == 2
    assert meaning.shared(one, -one, 2) == 0
    assert meaning.shared(one, np.array([1, 0, 0, 1], np.float32), 2) == 1


def test_a_squeeze_that_is_no_mean_says_so() -> None:
    app = open_app("learn")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("gc_efficientnetv2_rw_t").run()
    app.segmented_control(key=STEP).set_value("squeeze").run()
    assert not app.exception
    assert "The paper squeezes each map into its mean. This block squeezes so:" in words(app)
