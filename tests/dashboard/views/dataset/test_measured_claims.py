"""Claims of papers that no survey can answer are measured on request."""

import pytest

import senet_viz as sv
from dashboard.session import selection
from dashboard.views.dataset import literature as literature_panel
from dashboard.views.dataset import measured_claims
from senet_viz.removal import MEASURED, measure_claim
from tests.dashboard.open_app import open_app, words


def test_what_no_survey_answers_is_measured_on_a_click(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measured_claims, "MOST", 2)  # of six samples: for speed
    app = open_app("dataset")
    app.session_state[literature_panel.OPEN] = True
    app.run()
    assert "2 pinned and sample pictures" in words(app)
    app.button(key=measured_claims.BUTTON).click().run()
    assert not app.exception, app.exception
    (rows,) = (table.value for table in app.table)
    said = [text.replace("\\", "") for text in rows["This network"]][-len(MEASURED) :]
    net = sv.load_model("se_resnet18_imagenette")
    pictures = [net.preprocess(sv.decode(p.data)) for p in selection._samples()[:2]]
    for claim, sentence in zip(MEASURED, said, strict=True):
        found = measure_claim(net, claim, [(picture, None) for picture in pictures])
        assert sentence == found.sentence and "too few for a verdict" in sentence
    app.session_state[selection.MODEL] = "seresnet18"
    app.session_state[selection.TRAINED] = False
    app.run()
    assert "choose the network of this survey" in words(app)
