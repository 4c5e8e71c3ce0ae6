"""What a page looks at: one picture through one network, in one forward pass."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from dashboard.runtime import picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import captures, controls, networks, references
from dashboard.services.controls import Control
from dashboard.session import chart_sources, selection
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import tr
from senet_viz.reports import inspection


@dataclass(frozen=True, eq=False)
class Inspection(inspection.Inspection):
    """The chosen picture through the chosen network, and what the app knows both by.

    ``key`` is what ``services`` knows the network by, ``picture`` the picture on offer,
    ``reference`` the key of what is usual for the network's gates.
    """

    key: str
    picture: Chosen
    reference: str

    @cached_property
    def summaries(self) -> tuple[BlockSummary, ...]:
        """Every block in a few numbers, kept for as long as the capture is."""
        return captures.summaries(
            self.key,
            self.sha256,
            self.reference,
            self.capture,
            self.network.reference,
            trained=self.network.trained,
        )

    def label(self, number: int) -> str:
        """A class by name, or by number where the network's classes have none."""
        labels = self.network.labels
        return labels[number] if labels else tr("class {number}", number=number)

    def of(self, picture: Chosen) -> "Inspection":
        """Another picture through the same network."""
        return inspect_with(self.key, self.network, picture)


def inspect(control: Control) -> Inspection:
    """The chosen network on the chosen picture, or what the control puts in place of one."""
    key, net = _key(control), network(control)
    picture = controls.picture(selection.picture(), net, control)
    chart_sources.say(net.title, picture.title)
    return inspect_with(key, net, picture)


def inspect_with(key: str, net: networks.Network, picture: Chosen) -> Inspection:
    """This network on this picture; the forward pass is kept."""
    passage = captures.passage(key, picture.sha256, picture.data, trained=net.trained)
    own = inspection.inspection_from_capture(
        net,
        picture_cache.file(picture.sha256, picture.data),
        passage.pixels,
        passage.capture,
        name=picture.title,
        values=passage.values,
    )
    return Inspection(**vars(own), key=key, picture=picture, reference=references.of(key, net).key)


def _key(control: Control) -> str:
    return controls.network_name(str(st.session_state[selection.MODEL]), control)


def network(control: Control = "none") -> networks.Network:
    """The chosen network, or what the control puts in its place; nothing is run through it.

    With the reference that the person chose for it.
    """
    key = _key(control)
    return references.applied(key, own_network(key))


def own_network(key: str) -> networks.Network:
    """The network of this key with its own reference."""
    wanted = bool(st.session_state.get(selection.TRAINED, True))
    return networks.network(key, trained=wanted and networks.has_weights(key))
