"""Memory in cycles is collected after a run, but not in it."""

import gc
import time
import weakref

from dashboard.runtime import garbage
from tests.dashboard.open_app import APP


class Ring:
    """Refers to itself, so only the collector frees it."""

    def __init__(self) -> None:
        self.ring = self


def test_what_a_run_leaves_behind_is_collected_soon_after() -> None:
    gc.disable()
    try:
        left = weakref.ref(Ring())
        assert left() is not None
        garbage.soon()
        garbage.soon()
        end = time.monotonic() + 30
        while left() is not None and time.monotonic() < end:
            time.sleep(0.1)
        assert left() is None
    finally:
        gc.enable()


def test_streamlit_does_not_collect_while_a_person_waits() -> None:
    config = (APP.parents[1] / ".streamlit" / "config.toml").read_text()
    assert "postScriptGC = false" in config
