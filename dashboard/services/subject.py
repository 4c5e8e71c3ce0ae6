"""What Inspect and Layers look at: one network, one picture, one forward pass."""

from typing import NamedTuple

import streamlit as st

from dashboard.runtime.offers import Chosen
from dashboard.services import captures, controls, networks, references
from dashboard.services.controls import Control
from dashboard.session import chart_sources, selection
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import tr


class Subject(NamedTuple):
    """The chosen network and picture, and what the one made of the other.

    ``name`` is what ``services`` knows the network by, ``reference`` the key of what is usual for
    its gates.
    """

    name: str
    net: networks.Network
    picture: Chosen
    seen: captures.Seen
    summaries: tuple[BlockSummary, ...]
    reference: str


def under(control: Control) -> Subject:
    """The chosen network on the chosen picture, or what the control puts in place of one."""
    name, net = _name(control), network(control)
    picture = controls.picture(selection.picture(), net, control)
    chart_sources.say(net.title, picture.title)
    seen = captures.seen(name, picture.sha256, picture.data, trained=net.trained)
    reference = references.of(name, net).key
    summaries = captures.summaries(name, picture.sha256, seen, net, reference=reference)
    return Subject(name, net, picture, seen, summaries, reference)


def label(looked: Subject, number: int) -> str:
    """A class by name, or by number where the network's classes have none."""
    labels = looked.net.labels
    return labels[number] if labels else tr("class {number}", number=number)


def _name(control: Control) -> str:
    return controls.network_name(str(st.session_state[selection.MODEL]), control)


def network(control: Control = "none") -> networks.Network:
    """The chosen network, or what the control puts in its place; nothing is run through it.

    With the reference that the person chose for it.
    """
    name = _name(control)
    return references.applied(name, own_network(name))


def own_network(name: str) -> networks.Network:
    """The network of this name with its own reference."""
    wanted = bool(st.session_state.get(selection.TRAINED, True))
    return networks.network(name, trained=wanted and networks.has_weights(name))
