"""What no honest browser sends: the app falls back, and never shows an exception."""

import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.inspect import gate_account
from tests.dashboard.open_app import APP, VIEW_NAMES, open_app, started

HOSTILE: dict[str, dict[str, Any]] = {
    "unknown": {
        "model": "no such network",
        "picture": "../../etc/passwd",
        "block": "no.such.block",
        "channel": -1,
        "unit": -1,
        "first": "no.such.block",
        "second": "no.such.block",
    },
    "huge": {"channel": 10**9, "unit": 10**9, "block": "x" * 10**5, "bin": (10**9,)},
    "no number": {"channel": math.nan, "unit": math.inf, "block": math.nan, "bin": ()},
    "other types": {
        "model": 3,
        "picture": ["a"],
        "block": 7,
        "channel": "<b>3</b>",
        "unit": None,
        "first": 3,
        "second": [1],
    },
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("view", VIEW_NAMES)
def test_state_no_widget_can_have(view: str, kind: str) -> None:
    """There before the first run: the test driver refuses it for widgets already drawn."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.session_state[gate_account.OPEN] = True
    for key, value in HOSTILE[kind].items():
        app.session_state[key] = value
    started(app, view)
    assert not app.exception, (app.exception[0].value, app.exception[0].stack_trace[-6:])
    assert len(app.markdown) > 1
    for key in ("channel", "unit"):
        if view == "inspect" and key in app.session_state:
            assert app.session_state[key] in range(2048)


def test_an_address_with_anything_in_it() -> None:
    app = AppTest.from_file(str(APP), default_timeout=120)
    for key in ("model", "block", "channel", "picture", "embed_options", "page"):
        app.query_params[key] = "<script>-1e999"
    app.run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("value", [-1, 10**9])
@pytest.mark.parametrize("view", ["inspect", "pictures", "effects", "costs"])
def test_numbers_out_of_a_widgets_range(view: str, value: int) -> None:
    """Sent as the browser sends them, past the limits that only the browser keeps."""
    app = open_app(view)
    for widget in app.number_input:
        widget.set_value(value)
    for slider in app.slider:
        slider.set_value(float(value))
    app.run()
    assert not app.exception, (app.exception[0].value, app.exception[0].stack_trace[-6:])
    for widget in app.number_input:
        assert widget.min is None or widget.min <= widget.value
        assert widget.max is None or widget.value <= widget.max
