"""Memory and device: what is kept is told in numbers, and can be freed."""

import re

from dashboard.runtime.cache import CAPTURES
from dashboard.services import machine
from senet_viz.core.process_memory import memory_in_use
from tests.dashboard.open_app import open_app, opened, words


def test_memory_and_device_are_told_and_memory_can_be_freed() -> None:
    app = opened(open_app(), "machine")
    said = words(app)
    assert "Device: CPU, " in said and re.search(r"networks [\d\u202f]+ of 1\u202f024 MB", said)
    assert "Memory in use by the app: " in said and memory_in_use() > 2**27
    assert len(CAPTURES) > 0
    app.button(key="machine_free").click().run()
    assert not app.exception and "forward passes" in words(app)
    assert app.session_state["machine"]


def test_freeing_drops_what_was_kept() -> None:
    open_app()
    assert len(CAPTURES) > 0
    machine.free()
    assert len(CAPTURES) == 0
