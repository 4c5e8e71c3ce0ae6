"""What Inspect and Layers look at: one network, one picture, one forward pass."""

from typing import NamedTuple

import streamlit as st

from dashboard import controls, services, state
from dashboard.choices import Chosen
from dashboard.controls import Control
from dashboard.widgets import file_name, plain, untrained_warning
from senet_viz.language import tr
from senet_viz.records import BlockSummary


class Subject(NamedTuple):
    """The chosen network and picture, and what the one made of the other.

    ``name`` is what ``services`` knows the network by.
    """

    name: str
    net: services.Network
    picture: Chosen
    seen: services.Seen
    summaries: tuple[BlockSummary, ...]


def looked_at(control: Control = "none") -> Subject:
    """The subject of this page, with a loud warning first where its weights are random.

    Under a control that has said so already the warning is left out.
    """
    if control != "weights":
        untrained_warning(network(control))
    return under(control)


def under(control: Control) -> Subject:
    """The chosen network on the chosen picture, or what the control puts in place of one."""
    name, net = _name(control), network(control)
    picture = controls.picture(state.picture(), net, control)
    seen = services.seen(name, picture.sha256, picture.data, trained=net.trained)
    return Subject(name, net, picture, seen, seen.summaries)


def label(looked: Subject, number: int) -> str:
    """A class by name, or by number where the network's classes have none."""
    labels = looked.net.labels
    return labels[number] if labels else tr("class {number}", number=number)


def headline(looked: Subject, words: str) -> None:
    """The pixels the network sees, which network it is, and one sentence on the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(looked.seen.pixels, width=72, alt=tr("The pixels the model saw"))
        st.markdown(
            tr(
                "**{title}** on {picture} · {blocks} SE blocks",
                title=plain(looked.net.title),
                picture=file_name(looked.picture.title),
                blocks=len(looked.seen.capture),
            )
            + f"\n\n{plain(words)}",
            width="stretch",
        )


def _name(control: Control) -> str:
    return controls.network_name(str(st.session_state[state.MODEL]), control)


def network(control: Control = "none") -> services.Network:
    """The chosen network, or what the control puts in its place; nothing is run through it."""
    name = _name(control)
    wanted = bool(st.session_state.get(state.TRAINED, True))
    return services.network(name, trained=wanted and services.has_weights(name))
