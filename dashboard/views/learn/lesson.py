"""The subject of the lesson: one block, one channel, and the exact sum behind its gate."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from dashboard.components.widgets import plain
from dashboard.services import captures
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from senet_viz.analysis.gate_account import GateAccount
from senet_viz.core.block_words import places_words
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr

WRITTEN = {"relu": "ReLU", "relu6": "ReLU6", "silu": "SiLU", "gelu": "GELU"}


class Lesson(NamedTuple):
    """The picked block and channel of the inspected input.

    ``account`` is None where the gate is no plain sum; ``why_not`` is the reason.
    """

    inspection: Inspection
    activation: BlockActivation
    channel: int
    account: GateAccount | None
    why_not: str

    @property
    def non_linearity(self) -> str:
        """The non-linearity's name, "ReLU"; the paper's if the block's is unknown."""
        layers = self.activation.layers
        name = "relu" if layers is None else layers.non_linearity
        return WRITTEN.get(name, name)

    @property
    def map_size(self) -> str:
        """ "14 × 14"."""
        return places_words(self.activation.places)


def lesson(inspection: Inspection, block: str) -> Lesson:
    """The picked channel of a block; nothing is run through the network for it."""
    activation = inspection.capture[block]
    gates = activation.excitation[0]
    selection.keep_channel(len(gates), int(gates.argmax()))
    channel = int(st.session_state[selection.CHANNEL])
    if not np.isfinite(gates).all():
        st.warning(tr("Gates of this block are not finite numbers, so its steps cannot be shown."))
    try:
        return Lesson(inspection, activation, channel, captures.account(activation, channel), "")
    except (BlockError, CaptureError) as error:
        return Lesson(inspection, activation, channel, None, str(error))


def say(text: str) -> None:
    """A sentence as it is, nothing in it taken for Markdown."""
    st.markdown(plain(text))
