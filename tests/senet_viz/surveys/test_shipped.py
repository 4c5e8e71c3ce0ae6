"""The survey that comes with the embedded network says what its reference statistics say."""

import json

import numpy as np

import senet_viz as sv
from senet_viz.surveys.tables import shipped_survey

NAME = "se_resnet18_imagenette"


def test_it_matches_the_shipped_reference_statistics() -> None:
    survey, network = sv.load_survey(shipped_survey(NAME)), sv.load_model(NAME)
    reference = network.reference
    assert reference is not None and survey.weights_sha256 == network.sha256
    assert survey.count.tolist() == reference.count.tolist() and survey.count.sum() == 3925
    assert set(survey.blocks) == set(reference.mean)
    for block in survey.blocks:
        np.testing.assert_allclose(survey[block].mean, reference.mean[block], rtol=1e-5)
        np.testing.assert_allclose(survey[block].variance, reference.variance[block], atol=1e-6)


def test_it_names_no_place_on_a_disk() -> None:
    text = (shipped_survey(NAME) / "manifest.json").read_text()
    assert "/" not in json.loads(text)["input"]["description"] and "home" not in text
