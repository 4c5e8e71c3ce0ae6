"""What the charts of this page are made from, as their files say it; and the charts themselves."""

from dataclasses import replace

import streamlit as st

from dashboard.session import selection
from senet_viz.core.translation import again
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.sources import Source

SOURCE, SHOWN, PICKED = "chart_source", "chart_shown", "chart_of_picked_block"


def begin() -> None:
    """A page begins: nothing is known of its charts yet."""
    st.session_state[SOURCE] = Source()
    st.session_state[SHOWN] = {}


def say(network: str, picture: str = "", *, picked: bool = True, block: str = "") -> None:
    """What the charts from here on are of, in the language of this page.

    The block is the one named, else the one ``picked``, where one can be.
    """
    st.session_state[SOURCE] = Source(again(network), block, again(picture))
    st.session_state[PICKED] = picked


def of_block(block: str) -> None:
    """The charts from here on are of this block; of the one picked where it is ""."""
    source: Source = st.session_state.get(SOURCE) or Source()
    st.session_state[SOURCE] = replace(source, block=block)


def signed(chart: Chart, key: str) -> Chart:
    """The chart with what it is made from, and remembered as one that this page shows."""
    source: Source = st.session_state.get(SOURCE) or Source()
    picked = source.network and st.session_state.get(PICKED)
    block = str(st.session_state.get(selection.BLOCK) or "") if picked else ""
    charts = chart.of(Source(source.network, source.block or block, source.picture))
    st.session_state.setdefault(SHOWN, {})[key] = charts
    return charts


def shown() -> dict[str, Chart]:
    """The charts of this page by key, in the order in which they stand."""
    charts: dict[str, Chart] = st.session_state.get(SHOWN, {})
    return charts
