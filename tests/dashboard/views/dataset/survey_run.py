"""A survey of the Data set page, started by its form and waited for."""

import time

from streamlit.testing.v1 import AppTest

from dashboard.views.dataset import survey_job


def run_survey(app: AppTest) -> AppTest:
    """The app once the survey of its form is over."""
    next(b for b in app.button if b.label == "Start the survey").click()
    app.run()
    for _ in range(100):
        if survey_job._JOB not in app.session_state:
            break
        time.sleep(0.2)
        app.run()
    assert not app.exception, app.exception
    return app
