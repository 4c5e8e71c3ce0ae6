"""The app as a person who reads one language or another has it."""

from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.runtime import language_choice
from senet_viz.core import translation
from tests.dashboard.open_app import APP, started


def opened(view: str, spoken_in: str, chosen: dict[str, Any] | None = None) -> AppTest:
    """A view as a link in this language opens it, with widgets and the session as chosen."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.query_params[language_choice.IN_ADDRESS] = spoken_in
    started(app, view)
    for key, value in (chosen or {}).items():
        app.session_state[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    """One run; the driver hands options over as a browser does, in the words it shows."""
    with translation.speaking(app.session_state[language_choice.LANGUAGE]):
        ran = app.run()
    assert not ran.exception, ran.exception
    return ran


def switch(app: AppTest, wanted: str) -> AppTest:
    shown = app.session_state[language_choice.LANGUAGE]
    with translation.speaking(shown):
        app.segmented_control(key=language_choice.LANGUAGE).set_value(wanted).run()
    return run(app)
