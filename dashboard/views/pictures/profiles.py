"""The gates of a block for every pinned picture, overlaid: what is drawn, and in which order."""

from typing import Literal, NamedTuple

import numpy as np
import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.widgets import dark, show
from dashboard.runtime.offers import AXES
from dashboard.session import chart_sources, pinned_pictures, selection
from dashboard.views.pictures.charts import Comparison, gate_span
from senet_viz.core.arrays import Array
from senet_viz.core.translation import Words, tr
from senet_viz.figures.pictures.profile_charts import gate_profiles

FIFTY = 50  # as in the paper's figure
MOST_BESIDE = 3
Order = Literal["open", "number"]
Shown = Literal["all", "sampled", "differing"]
CURVES = Words[str](
    {
        "picture": lambda: tr("picture"),
        "group": lambda: tr("group"),
    }
)
ORDERS = Words[Order](
    {
        "open": lambda: tr("most open first"),
        "number": lambda: tr("by number"),
    }
)
SHOWNS = Words[Shown](
    {
        "all": lambda: tr("all"),
        "sampled": lambda: tr("{channels} spaced", channels=FIFTY),
        "differing": lambda: tr("{channels} that differ", channels=FIFTY),
    }
)


class Wanted(NamedTuple):
    """What the person wants drawn."""

    by_group: bool
    shown: Shown
    order: Order


def profiles(comparison: Comparison, block: str) -> None:
    """The gates of the picked block, and of up to three others under it, overlaid."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = _choose(comparison)
        beside = _choose_beside(comparison, block)
    _profile(comparison, block, wanted, key="profiles")
    for name in beside:
        chart_sources.of_block(name)
        _profile(comparison, name, wanted, key=f"profiles_{name}")
    chart_sources.of_block("")


def _choose(comparison: Comparison) -> Wanted:
    curves = choice(
        tr("A curve for each"),
        CURVES,
        pinned_pictures.CURVES,
        first="picture",
        help=tr("A group's curve is the mean of its pictures, in the colour of its first one."),
        disabled=not comparison.groups,
    )
    shown: Shown = choice(
        tr("Channels"),
        SHOWNS,
        pinned_pictures.SHOWN,
        first="all",
        help=tr(
            "All of the block, {channels} evenly spaced by number as in the paper's figure, or "
            "the {channels} whose gates differ most between the pinned pictures.",
            channels=FIFTY,
        ),
    )
    order: Order = choice(
        tr("Order"),
        ORDERS,
        pinned_pictures.ORDER,
        first="open",
        help=tr("Most open first: by the mean gate over the pinned pictures."),
    )
    choice(
        tr("Gate axis"),
        AXES,
        pinned_pictures.SPAN,
        first="0 to 1",
        help=tr("Fitted: to the pinned pictures' gates in each block, to tell close lines apart."),
    )
    return Wanted(curves == "group" and bool(comparison.groups), shown, order)


def _choose_beside(comparison: Comparison, block: str) -> list[str]:
    others = [name for name in comparison.compared.names if name != block]
    st.session_state[pinned_pictures.BESIDE] = [
        name for name in st.session_state.get(pinned_pictures.BESIDE, ()) if name in others
    ]
    chosen = st.multiselect(
        tr("More blocks"),
        others,
        key=pinned_pictures.BESIDE,
        persist_state="session",
        max_selections=MOST_BESIDE,
        placeholder=tr("None beside the picked one"),
        width=260,
    )
    return list(chosen)


def _profile(comparison: Comparison, block: str, wanted: Wanted, *, key: str) -> None:
    """A click picks the channel, and the block where it is another."""
    gates, series = comparison.compared.gates[block], comparison.series
    if wanted.by_group:
        gates, series = _group_means(comparison, gates), comparison.groups
    usual = comparison.usual(block)
    channels = _channels(gates, wanted.shown, wanted.order)
    order = ORDERS[wanted.order]
    if len(channels) < gates.shape[1]:
        order = tr(
            "{order} ({shown} of {channels})",
            order=order,
            shown=len(channels),
            channels=gates.shape[1],
        )
    chart = gate_profiles(
        block,
        gates,
        series,
        channels=channels.tolist(),
        ordered=order,
        usual=None if usual is None else usual[0],
        span=gate_span(comparison, block),
        dark=dark(),
    )
    show(chart, key, on_click=lambda clicked: _take_click(clicked, block))


def _take_click(key: str, block: str) -> None:
    """Callback: the block comes to the fore, and the one that was there stays beside."""
    selection.take_channel_click(key)
    before = str(st.session_state[selection.BLOCK])
    if block != before:
        beside = st.session_state.get(pinned_pictures.BESIDE, ())
        st.session_state[pinned_pictures.BESIDE] = [
            before if name == block else name for name in beside
        ]
        selection.choose_block(block)


def _group_means(comparison: Comparison, gates: Array) -> Array:
    of = np.array(comparison.compared.groups)
    means: Array = np.stack([gates[of == one.name].mean(axis=0) for one in comparison.groups])
    return means


def _channels(gates: Array, shown: Shown, order: Order) -> np.ndarray:
    """Channel numbers (<= c,) in the order drawn; the same for every line."""
    count = gates.shape[1]
    wanted = np.arange(count)
    if shown == "sampled" and count > FIFTY:
        wanted = np.linspace(0, count - 1, FIFTY).round().astype(np.int64)
    elif shown == "differing":
        wanted = np.sort(np.argsort(-np.ptp(gates, axis=0), kind="stable")[:FIFTY])
    if order == "open":
        wanted = wanted[np.argsort(-gates.mean(axis=0)[wanted], kind="stable")]
    return wanted
