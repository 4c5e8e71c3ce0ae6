"""Which blocks of two networks tell the pinned pictures apart in the same way."""

import streamlit as st

from dashboard.components import pinned_beside
from dashboard.components.widgets import dark, show
from dashboard.services import networks, pinned_captures
from dashboard.session import chart_sources, selection
from senet_viz.analysis.gate_agreement import FEWEST, network_agreement
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.series import Series
from senet_viz.figures.pictures.agreement import agreement_matrix


def draw(both: tuple[tuple[str, networks.Network], ...], series: tuple[Series, Series]) -> None:
    """Every block of the one with every block of the other, where the person asks for it."""
    st.subheader(tr("Do the two tell pictures apart in the same way?"), anchor=False)
    pins = pinned_beside.offered()
    if not pins:
        return
    if len(pins) < FEWEST:
        st.info(tr("Pin at least three pictures to see where the two networks agree."))
        return
    first, second = (
        pinned_captures.gates_of_all(pinned_captures.captured(name, pins, trained=net.trained))
        for name, net in both
    )
    names = series[0].name, series[1].name
    chart_sources.say(" / ".join(names), count(len(pins), "picture"))
    show(
        agreement_matrix(network_agreement(first, second), networks=names, dark=dark()),
        "networks_agreement",
        on_click=selection.take_block_click,
    )
