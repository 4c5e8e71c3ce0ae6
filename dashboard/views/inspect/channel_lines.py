"""One channel of a signal, a volume or tokens: before its gate and after it, and what went in."""

import streamlit as st

from dashboard.components.widgets import dark, show
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.figures.block.feature_maps import focus_map
from senet_viz.figures.block.network_inputs import network_input
from senet_viz.figures.block.signals_and_volumes import signal_maps, volume_ends, volume_map


def without_picture(activation: BlockActivation, channel: int, values: Array | None) -> None:
    """The channel's map as lines or slices; ``values`` are the array that went in, if one did."""
    feature_map = activation.require_features()[0, channel]
    gate = float(activation.excitation[0, channel])
    volume = feature_map.ndim == 3
    places = iter(st.columns(3 if volume else 2, gap="medium"))
    with next(places):
        _before(feature_map, channel, gate)
    if volume:
        with next(places):
            show(volume_map(feature_map, channel=channel, gate=gate, dark=dark()), "after")
    if values is not None:
        with next(places):
            draw_input(values, "input")


def _before(feature_map: Array, channel: int, gate: float) -> None:
    if feature_map.ndim == 3:
        chart = volume_map(feature_map, channel=channel, dark=dark())
    elif feature_map.ndim == 2:
        low, high = volume_ends(feature_map)
        chart = focus_map(feature_map, channel=channel, low=low, high=high, dark=dark())
    else:
        chart = signal_maps(feature_map[None], channels=[channel], gates=[gate], dark=dark())
    show(chart, "focus")


def draw_input(values: Array, key: str) -> None:
    """What went in; of a volume of several channels, the one that is chosen."""
    channel = 0
    if values.ndim == 4 and len(values) > 1:
        channel = st.selectbox(
            tr("Channel of the input"),
            range(len(values)),
            key=f"{key}_channel",
            persist_state="session",
            width=180,
        )
    show(network_input(values, channel=channel, dark=dark()), key)
