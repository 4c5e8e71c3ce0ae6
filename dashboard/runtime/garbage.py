"""Cyclic garbage is collected when nobody is waiting.

Streamlit collects after every run, before it tells the browser that the run is over: a fifth of a
second for all the modules that are loaded. ``.streamlit/config.toml`` switches that off; here the
modules are set aside once, and what runs leave behind is collected a moment later.
"""

import atexit
import gc
import threading

QUIET = 2.0  # seconds after a run; a run within them waits for no second collection

_lock = threading.Lock()
_pending = False


def soon() -> None:
    """At the end of a run."""
    global _pending
    with _lock:
        if _pending:
            return
        _pending = True
    timer = threading.Timer(QUIET, _collect)
    timer.daemon = True
    timer.start()


def _collect() -> None:
    global _pending
    with _lock:
        _pending = False
    gc.collect()


gc.collect()
gc.freeze()  # what was imported so far stays
atexit.register(gc.unfreeze)  # or libraries report it as lost
