"""Where this gate acts: closed until opened, and then what the library says."""

import numpy as np
import pytest

import senet_viz as sv
from dashboard.session import selection
from dashboard.views.inspect.branch_energy import OPEN
from senet_viz.analysis.branch_energy import meeting_of
from senet_viz.figures.base.formats import percent
from senet_viz.hooks.branch_energy import meet
from tests.dashboard.open_app import figure, numbers, open_app, words


def test_it_is_closed_at_first() -> None:
    app = open_app()
    with pytest.raises(KeyError):
        figure(app, "energy")


def test_opened_it_is_the_librarys_meeting() -> None:
    app = open_app()
    app.session_state[OPEN] = True
    app.run()
    assert not app.exception
    net = sv.load_model("se_resnet18_imagenette")
    meetings = meet(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    bars = figure(app, "energy")["data"][0]
    np.testing.assert_allclose(numbers(bars["y"]), [m.share[0] for m in meetings], rtol=1e-4)
    picked = meeting_of(meetings, app.session_state[selection.BLOCK])
    assert f"carries {percent(picked.share[0])} of the energy" in words(app)


def test_a_control_has_shares_of_its_own() -> None:
    app = open_app()
    app.session_state[OPEN] = True
    app.run()
    own = numbers(figure(app, "energy")["data"][0]["y"])
    app.segmented_control(key="why_control").set_value("weights").run()
    assert not app.exception
    assert not np.allclose(numbers(figure(app, "energy")["data"][0]["y"]), own, atol=0.01)


def test_a_gate_that_is_no_plain_sum_acts_somewhere_too() -> None:
    app = open_app()
    app.session_state[selection.TRAINED] = False
    app.session_state[OPEN] = True
    app.sidebar.selectbox(key=selection.MODEL).select("ecaresnet26t").run()
    assert not app.exception
    assert "are no plain sum of hidden units" in words(app)
    assert figure(app, "energy")["data"]
