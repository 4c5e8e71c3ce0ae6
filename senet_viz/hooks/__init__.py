"""capture(), record(), override(), unpool(), watch(), tap_gates(): all hooks are registered here.

Every hook here acts only in the context (``contextvars``) that asked for it, so several threads
can use one model at once; every hook copies what it sees, since later in-place operations would
change it; every hook is removed by its own handle, whatever happens in between.
"""

from senet_viz.hooks.capturing import capture
from senet_viz.hooks.gating import GateTap, tap_gates
from senet_viz.hooks.overriding import override
from senet_viz.hooks.recorder import Recorder
from senet_viz.hooks.recording import record
from senet_viz.hooks.unpooling import unpool, unpoolable
from senet_viz.hooks.watching import Passage, watch

__all__ = [
    "GateTap",
    "Passage",
    "Recorder",
    "capture",
    "override",
    "record",
    "tap_gates",
    "unpool",
    "unpoolable",
    "watch",
]
