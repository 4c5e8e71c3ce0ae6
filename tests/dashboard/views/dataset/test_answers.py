"""Slices of a survey that kept its answers: chosen, drawn, beside one another, in the address."""

import numpy as np
from streamlit.testing.v1 import AppTest

import senet_viz as sv
from dashboard.components import copy_as_code
from dashboard.runtime.views import PART
from dashboard.services import surveys
from dashboard.services.surveys import Shelved
from tests.dashboard.open_app import figure, numbers, opened, with_survey, words
from tests.dashboard.shell.test_deep_link import in_address
from tests.dashboard.test_copy_as_code import run, script


def movement(app: AppTest) -> np.ndarray:
    return numbers(figure(app, "dataset_movement")["data"][0]["y"])


def expected(survey: sv.Survey) -> list[float]:
    return [100 * split.relative for split in sv.analysis.split_survey(survey).values()]


def test_right_and_wrong_pictures_are_surveys_of_their_own(shelved: Shelved) -> None:
    app = with_survey("dataset", shelved)
    app.selectbox(key=surveys.OPEN).set_value(shelved.key).run()
    assert "The network answered 3 of 6 pictures correctly, 50.0% ± 20.4%" in words(app)
    np.testing.assert_allclose(movement(app), expected(shelved.survey), rtol=1e-5)
    app.selectbox(key=surveys.SLICE).set_value("right").run()
    right, wrong = (sv.surveys.slice_survey(shelved.survey, w) for w in ("right", "wrong"))
    np.testing.assert_allclose(movement(app), expected(right), rtol=1e-5)
    made = run(script(opened(app, copy_as_code.OPEN)))
    assert made["answers"].right.sum() == 3 and made["survey"].count.sum() == 3

    beside = f"{shelved.key}#wrong"
    app.session_state[PART.key] = "classes"
    app.run()
    app.selectbox(key=surveys.BESIDE).set_value(beside).run()
    assert not app.exception, app.exception
    address = in_address(app)
    assert address["slice"] == "right"
    assert address["beside_survey"] == f"{shelved.fingerprint[:16]}#wrong"
    block = shelved.survey.blocks[-1]
    at = sv.analysis.sampled_channels(right[block].mean.shape[1])
    for key, part in ((block, right), (f"beside_{block}", wrong)):
        drawn = figure(app, f"dataset_profile_{key}")["data"][0]["y"]
        mean = sv.analysis.mean_of_classes(part[block])
        np.testing.assert_allclose(numbers(drawn), mean[at], atol=1e-6)
    made = run(script(app))
    assert made["other"].manifest["input"]["slice"] == "wrong"


def test_a_survey_without_answers_offers_none(shelved: Shelved) -> None:
    app = with_survey("dataset", shelved)
    assert not [c for c in app.selectbox if c.key == surveys.SLICE]
    assert "answered" not in words(app)
