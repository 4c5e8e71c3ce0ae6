"""capture(), record(), override(), unpool(), watch(), tap_gates() and all other hooks.

No other package registers any. Hooks on a network act only in the context (``contextvars``) that
asked for them, so several threads can use one model at once; a rehearsal (``rehearsal``) sets its
own on a private copy instead. What is kept of a pass is copied, since later in-place operations
would change it; only ``follow_calls`` hands on the tensors themselves. Every hook is removed by
its own handle, whatever happens in between.
"""

from senet_viz.hooks.branch_energy import meet
from senet_viz.hooks.branch_shares import branch_shares
from senet_viz.hooks.calls import follow_calls
from senet_viz.hooks.gate_override import override
from senet_viz.hooks.gate_tap import GateTap, tap_gates
from senet_viz.hooks.module_watch import Passage, watch
from senet_viz.hooks.pixel_gating import unpool, unpoolable
from senet_viz.hooks.receptive_field import receptive_fields
from senet_viz.hooks.recorder import Recorder
from senet_viz.hooks.recording import record
from senet_viz.hooks.single_pass import capture

__all__ = [
    "GateTap",
    "Passage",
    "Recorder",
    "branch_shares",
    "capture",
    "follow_calls",
    "meet",
    "override",
    "receptive_fields",
    "record",
    "tap_gates",
    "unpool",
    "unpoolable",
    "watch",
]
