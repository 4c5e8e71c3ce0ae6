"""A survey with random weights is marked as one, in a network whose tensors include scalars."""

from dashboard.services import surveys
from dashboard.session import selection
from tests.dashboard.open_app import open_app, words
from tests.dashboard.views.dataset.test_page import surveyed
from tests.dashboard.zips import zipped


def test_random_weights_stay_in_the_title() -> None:
    app = open_app("dataset")
    app.session_state[selection.TRAINED] = False
    app.sidebar.selectbox(key=selection.MODEL).select("mobilenetv3_small_050").run()
    assert app.error
    surveyed(app, zipped(2))
    assert "RANDOM WEIGHTS" in app.selectbox(key=surveys.OPEN).options[0]
    assert "4 pictures" in words(app)
