"""The charts of Pictures: the pinned pictures by depth, and in the picked block."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.pickers import channel_picker
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime import language_choice
from dashboard.services import captures, networks, pinned_captures
from dashboard.session import chart_sources, pinned_pictures, selection, view_keys
from dashboard.session.pinned_pictures import Pin
from senet_viz.analysis.picture_distances import PictureComparison, cosines
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.base.axes import WHOLE
from senet_viz.figures.base.chart import finite
from senet_viz.figures.base.series import Series
from senet_viz.figures.pictures.channel_bars import channel_by_picture
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference
from senet_viz.figures.pictures.separation import separating_channels
from senet_viz.figures.pictures.similarity import cosine_matrix, distance_matrix

Measure = Literal["distance", "cosine"]
MEASURES = Words[Measure](
    {
        "distance": lambda: tr("difference"),
        "cosine": lambda: tr("direction"),
    }
)

NUMBERS_OPEN = view_keys.PICTURES_NUMBERS


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What the charts look at: the pinned pictures in one network, and the pair subtracted."""

    net: networks.Network
    chosen: tuple[Pin, ...]
    groups: tuple[Series, ...]
    compared: PictureComparison
    pair: tuple[int, int]

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(pin.series for pin in self.chosen)

    @property
    def two(self) -> tuple[Series, Series]:
        return self.series[self.pair[0]], self.series[self.pair[1]]

    def usual(self, block: str) -> captures.Usual | None:
        return None if self.net.reference is None else self.net.reference.usual(block)


def choose_pair(chosen: tuple[Pin, ...]) -> tuple[int, int]:
    """The two pictures to subtract; a click on the matrix chooses them as well."""
    pair = pinned_pictures.keep_pair(chosen)
    for key in (pinned_pictures.FIRST, pinned_pictures.SECOND):
        language_choice.renew(key)
    names = {pin.chosen.key: pin.name for pin in chosen}
    for key, label, other in (
        (pinned_pictures.FIRST, tr("Compare"), pinned_pictures.SECOND),
        (pinned_pictures.SECOND, tr("with"), pinned_pictures.FIRST),
    ):
        st.caption(label, width="content")
        st.selectbox(
            label,
            [k for k in names if k != st.session_state[other]],
            format_func=names.__getitem__,
            key=key,
            persist_state="session",
            width=190,
            on_change=pinned_pictures.take_first,
            label_visibility="collapsed",
        )
    return pair


def by_depth(comparison: Comparison, block: str) -> None:
    """At which depth the gates of the pictures differ."""
    chart_sources.say(comparison.net.title, count(len(comparison.chosen), "picture"))
    chart = parting_by_depth(
        comparison.compared,
        comparison.series,
        comparison.pair,
        usual=pinned_captures.usual_distances(comparison.net, comparison.compared.names),
        selected=block,
        dark=dark(),
    )
    show(chart, "parting", on_click=selection.take_block_click)


def gate_span(comparison: Comparison, block: str) -> tuple[float, float]:
    """The gates that the axis holds: all of 0 to 1, unless the person wants it fitted."""
    if st.session_state.get(pinned_pictures.SPAN) != "fitted":
        return WHOLE
    gates = finite(comparison.compared.gates[block])
    return (float(gates.min()), float(gates.max())) if gates.size else WHOLE


def alike(comparison: Comparison, block: str) -> None:
    """Which pictures the block treats in the same way."""
    measure: Measure = choice(
        tr("Compare pictures by"),
        MEASURES,
        pinned_pictures.MEASURE,
        first="distance",
        help=tr(
            "Difference: how far apart the gates are (root mean square). Direction: whether they "
            "deviate from the usual gates the same way (cosine)."
        ),
    )
    compared = comparison.compared
    if measure == "distance":
        reach = float(finite(compared.distance).max(initial=0))
        chart = distance_matrix(
            block, compared.of(block), comparison.series, reach=reach, dark=dark()
        )
    else:
        gates, usual = compared.gates[block], comparison.usual(block)
        centre = gates.mean(axis=0) if usual is None else usual[0]
        words = (
            tr("their own mean")
            if usual is None
            else tr("the gates usual over the reference pictures")
        )
        chart = cosine_matrix(
            block, cosines(gates, centre=centre), comparison.series, centre=words, dark=dark()
        )
    show(chart, "alike", on_click=pinned_pictures.take_pair_click)


def separation(comparison: Comparison, block: str, network: tuple[str, bool]) -> None:
    """The channels that separate the groups most."""
    if len(comparison.groups) < 2:
        st.info(
            tr(
                "Give the pictures at least two groups, under Names and groups, to see which "
                "channels separate them."
            )
        )
        return
    pictures = tuple(pin.chosen.sha256 for pin in comparison.chosen)
    gates = comparison.compared.gates[block]
    separation = pinned_captures.separation(
        (*network, block, pictures), comparison.compared.groups, gates
    )
    chart = separating_channels(
        block,
        separation,
        gates,
        [(pin.series, pin.group) for pin in comparison.chosen],
        comparison.groups,
        span=gate_span(comparison, block),
        dark=dark(),
    )
    show(chart, "separating", on_click=selection.take_channel_click)


def difference(comparison: Comparison, block: str) -> None:
    """The two compared pictures, one subtracted from the other."""
    at = list(comparison.pair)
    reach = max(
        float(np.abs(g[at[0]] - g[at[1]]).max()) for g in comparison.compared.gates.values()
    )
    chart = gate_difference(
        block, comparison.compared.gates[block][at], comparison.two, reach=reach, dark=dark()
    )
    show(chart, "difference", on_click=selection.take_channel_click)


def one_channel(comparison: Comparison, block: str) -> None:
    """The picked channel's gate for every picture."""
    gates, usual = comparison.compared.gates[block], comparison.usual(block)
    st.subheader(tr("One channel"), anchor=False)
    words = tr("Clicks on the other charts choose it as well.")
    channel = channel_picker(gates.shape[1], int(np.ptp(gates, axis=0).argmax()), help=words)
    chart = channel_by_picture(
        block,
        channel,
        gates[:, channel],
        comparison.series,
        usual=None if usual is None else (float(usual[0][channel]), float(usual[1][channel])),
        dark=dark(),
    )
    show(chart, "channel_pictures")


def numbers(comparison: Comparison, block: str) -> None:
    """Every gate of the block, a row a channel, when asked for; click a heading to sort."""
    section = st.expander(
        tr("Every gate of the block in numbers"),  # a label that changed would shut it
        icon=":material/table:",
        key=NUMBERS_OPEN,
        on_change="rerun",
    )
    if section.open:
        with section:
            _table(comparison, block)


def _table(comparison: Comparison, block: str) -> None:
    gates, (one, two) = comparison.compared.gates[block], comparison.pair
    columns = {"Channel": Column(tr("Channel"), lambda channel: channel)}
    for i, pin in enumerate(comparison.chosen):
        name = _unique(pin.name, columns)
        columns[name] = Column(name, gates[i].__getitem__, "%.3f")
    difference, spread = gates[one].astype(np.float64) - gates[two], np.ptp(gates, axis=0)
    columns["Difference"] = Column(tr("Difference"), difference.__getitem__, "%.3f")
    columns["Range"] = Column(tr("Range"), spread.__getitem__, "%.3f")
    table(range(gates.shape[1]), columns, "pictures_numbers")
    names = " − ".join(series.name for series in comparison.two)
    st.caption(
        plain(
            tr(
                "Gates of {block}. Difference: {names}. Range: highest less lowest of the pinned "
                "pictures.",
                block=block,
                names=names,
            )
        )
    )


def _unique(name: str, taken: Iterable[str]) -> str:
    """The name, with a number behind it where another column has it."""
    reserved = {*taken, "Difference", "Range"}
    if name not in reserved:
        return name
    return next(n for i in range(2, 99) if (n := f"{name} ({i})") not in reserved)
