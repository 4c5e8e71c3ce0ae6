"""A survey as reference: chosen on Data set, said and gone by everywhere, named by the address."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import copy_as_code
from dashboard.services import references, surveys
from dashboard.services.surveys import Shelved
from dashboard.session import chart_sources, gate_edits, selection
from tests.dashboard.open_app import open_app, opened, with_survey, words
from tests.dashboard.shell.test_deep_link import in_address
from tests.dashboard.test_copy_as_code import run, script

NAME, SAID = "se_resnet18_imagenette", "come from a survey of 6 pictures (set)"


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def usual_drawn(app: AppTest) -> np.ndarray:
    """The usual gates behind those of the picture, sorted."""
    charts = app.session_state[chart_sources.SHOWN].values()
    return np.sort(next(c.table["usual_mean"] for c in charts if "usual_mean" in c.table))


def test_it_is_chosen_on_data_set_and_left_again(shelved: Shelved) -> None:
    app = with_survey("dataset", shelved)
    app.selectbox(key=surveys.OPEN).set_value(shelved.key).run()
    press(app, "dataset_reference")
    assert app.session_state[references.CHOSEN] == [shelved.key]
    assert in_address(app)["reference"] == shelved.fingerprint[:16]
    press(app, "dataset_reference_stop")
    assert app.session_state[references.CHOSEN] == []
    assert "reference" not in in_address(app)
    app.session_state[selection.TRAINED] = False
    app.selectbox(key=surveys.OPEN).set_value(shelved.key).run()
    press(app, "dataset_reference")
    assert "not of the network looked at" in app.error[-1].value
    assert app.session_state[references.CHOSEN] == []


def test_inspect_goes_by_it_and_says_so(shelved: Shelved) -> None:
    """Usual gates, dead hidden units, and the script; a click goes back to the network's own."""
    chosen = {references.CHOSEN: [shelved.key], selection.ORDER: "unusual", "why_open": True}
    app = with_survey("inspect", shelved, **chosen)
    assert SAID in words(app)
    net = sv.surveys.with_reference(sv.load_model(NAME), shelved.survey)
    block = str(app.session_state[selection.BLOCK])
    mean, _ = net.reference.usual(block)
    np.testing.assert_allclose(usual_drawn(app), np.sort(mean), atol=1e-6)
    made = run(script(opened(app, copy_as_code.OPEN)))
    np.testing.assert_array_equal(made["net"].reference.usual(block)[0], mean)
    press(app, "reference_stop")
    assert SAID not in words(app)
    own = sv.load_model(NAME).reference
    np.testing.assert_allclose(usual_drawn(app), np.sort(own.usual(block)[0]), atol=1e-6)


def test_what_if_sets_gates_to_its_mean(shelved: Shelved) -> None:
    block = "layer4.1.se"
    chosen = {references.CHOSEN: [shelved.key], gate_edits.HOW: "usual", selection.BLOCK: block}
    app = with_survey("whatif", shelved, **chosen)
    assert "mean gate over a survey of 6 pictures (set)" in words(app)
    press(app, "edit_add")
    net = sv.surveys.with_reference(sv.load_model(NAME), shelved.survey)
    image = net.preprocess(sv.decode(selection.pictures()[0].data))
    with sv.override(net.model, {block: net.reference.usual(block)[0]}):
        after = sv.capture(net.model, image, features="none")
    shown = next(table.value for table in app.dataframe if "logit_after" in table.value)
    expected = dict(zip(net.labels, after.logits[0], strict=True))
    for name, logit in zip(shown["name"], shown["logit_after"], strict=True):
        assert logit == pytest.approx(expected[name], abs=1e-4)


def test_an_address_waits_for_its_survey(shelved: Shelved) -> None:
    app = open_app("layers")
    app.query_params["reference"] = shelved.fingerprint[:16]
    app.session_state["address_written"] = None
    app.run()
    assert "takes usual gates from a survey that is not here" in words(app)
    app.session_state[surveys._SHELF] = {shelved.key: shelved}
    app.run()
    assert app.session_state[references.CHOSEN] == [shelved.key]
    app.run()
    assert SAID in words(app)


def test_pooled_statistics_are_as_good(tmp_path: Path, shelved: Shelved) -> None:
    whole = sv.load_survey(sv.surveys.shipped_survey(NAME)).reference()
    block = "layer3.1.se"
    np.testing.assert_allclose(whole.pooled().usual(block), whole.usual(block), atol=1e-6)
    own = shelved.survey.reference()
    np.testing.assert_allclose(own.pooled().activity(block), own.activity(block))
    assert own.pooled().count.tolist() == [6]
