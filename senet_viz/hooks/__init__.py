"""capture(), record(), override(), unpool(), watch(): the only package that registers a hook.

Every hook here acts only in the context (``contextvars``) that asked for it, so several threads
can use one model at once; every hook copies what it sees, since later in-place operations would
change it; every hook is removed by its own handle, whatever happens in between.
"""

from senet_viz.hooks.capturing import capture
from senet_viz.hooks.overriding import override
from senet_viz.hooks.recorder import Recorder
from senet_viz.hooks.recording import record
from senet_viz.hooks.unpooling import PixelGates, unpool, unpoolable
from senet_viz.hooks.watching import Passage, watch

__all__ = [
    "Passage",
    "PixelGates",
    "Recorder",
    "capture",
    "override",
    "record",
    "unpool",
    "unpoolable",
    "watch",
]
