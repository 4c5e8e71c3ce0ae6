"""What Inspect and Layers look at: one network, one picture, one forward pass."""

from typing import NamedTuple

import streamlit as st

from dashboard.runtime.offers import Chosen
from dashboard.services import captures, controls, networks
from dashboard.services.controls import Control
from dashboard.session import chart_sources, selection
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import tr


class Subject(NamedTuple):
    """The chosen network and picture, and what the one made of the other.

    ``name`` is what ``services`` knows the network by.
    """

    name: str
    net: networks.Network
    picture: Chosen
    seen: captures.Seen
    summaries: tuple[BlockSummary, ...]


def under(control: Control) -> Subject:
    """The chosen network on the chosen picture, or what the control puts in place of one."""
    name, net = _name(control), network(control)
    picture = controls.picture(selection.picture(), net, control)
    chart_sources.say(net.title, picture.title)
    seen = captures.seen(name, picture.sha256, picture.data, trained=net.trained)
    return Subject(name, net, picture, seen, seen.summaries)


def label(looked: Subject, number: int) -> str:
    """A class by name, or by number where the network's classes have none."""
    labels = looked.net.labels
    return labels[number] if labels else tr("class {number}", number=number)


def _name(control: Control) -> str:
    return controls.network_name(str(st.session_state[selection.MODEL]), control)


def network(control: Control = "none") -> networks.Network:
    """The chosen network, or what the control puts in its place; nothing is run through it."""
    name = _name(control)
    wanted = bool(st.session_state.get(selection.TRAINED, True))
    return networks.network(name, trained=wanted and networks.has_weights(name))
