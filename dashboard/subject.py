"""What Inspect and Layers look at: one network, one picture, one forward pass."""

from typing import NamedTuple

import streamlit as st

from dashboard import services, state
from dashboard.choices import Chosen
from dashboard.widgets import untrained_warning
from senet_viz.records import BlockSummary


class Subject(NamedTuple):
    """The chosen network and picture, and what the one made of the other."""

    net: services.Network
    picture: Chosen
    seen: services.Seen
    summaries: tuple[BlockSummary, ...]


def looked_at() -> Subject:
    """The subject of this page, with a loud warning first where its weights are random."""
    name = str(st.session_state[state.MODEL])
    wanted = bool(st.session_state.get(state.TRAINED, True))
    net = services.network(name, trained=wanted and services.has_weights(name))
    untrained_warning(net)
    picture = state.picture()
    seen = services.seen(name, picture.sha256, picture.data, trained=net.trained)
    return Subject(net, picture, seen, services.summaries(seen.capture, net))
