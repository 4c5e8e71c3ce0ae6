"""One channel of one block: what went in, its gate, and where in the picture it is active."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.components.pickers import channel_picker
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, plain, show, square
from dashboard.services import captures
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from dashboard.views.inspect.channel_lines import without_picture
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.figures.block.feature_maps import (
    colour_range,
    focus_map,
    overlay,
    range_words,
    single_map,
)

Pixels = npt.NDArray[np.uint8]
MAPS = "channel_maps"  # the page's style keeps its pictures as large as the chart beside them


def one_channel(
    activation: BlockActivation,
    ranking: ChannelRanking,
    usual: captures.Usual | None,
    inspection: Inspection,
) -> None:
    """One channel: its squeeze, its gate, its rank, its map."""
    gate, features = activation.excitation[0], activation.require_features()[0]
    flat = features.ndim == 3 and inspection.values is None  # maps of a picture
    st.subheader(tr("One channel"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        channel = channel_picker(len(gate), int(ranking.order[0]))
        if flat:
            st.slider(tr("Overlay opacity"), 0.0, 1.0, 0.6, key=selection.OPACITY, width=240)
    st.markdown(channel_words(activation, ranking, usual, channel))
    if flat:
        _maps(activation, features[channel], channel, inspection.pixels)
    else:
        without_picture(activation, channel, inspection.values)


def _maps(activation: BlockActivation, feature_map: Array, channel: int, pixels: Pixels) -> None:
    """The channel before its gate, after it, and laid over the picture: all on one scale."""
    gate = activation.excitation[0, channel]
    ends = colour_range(feature_map[None], scope="block", block_maps=feature_map[None])
    low, high = float(ends[0]), float(ends[1])
    with st.container(key=square(MAPS, feature_map.shape, pixels.shape[:2])):
        left, middle, right = st.columns(3, gap="medium")
    with left:
        show(focus_map(feature_map, channel=channel, low=low, high=high, dark=dark()), "focus")
    with middle:
        after = single_map(feature_map * gate, low=low, high=high, dark=dark())
        st.image(
            after,
            width="stretch",
            alt=tr("Channel {channel} after its gate {gate:.3f}", channel=channel, gate=gate),
            caption=plain(
                tr("After the gate, on the same scale: {range}", range=range_words(low, high))
            ),
        )
        offer_png(after, f"{activation.block.name} channel {channel} after its gate")
    with right:
        laid = overlay(
            pixels, feature_map, opacity=st.session_state[selection.OPACITY], low=low, high=high
        )
        st.image(
            laid,
            width="stretch",
            alt=tr("Channel {channel} laid over the picture", channel=channel),
            caption=tr("On the picture the model saw"),
        )
        offer_png(laid, f"{activation.block.name} channel {channel} on the picture")


def channel_words(
    activation: BlockActivation, ranking: ChannelRanking, usual: captures.Usual | None, channel: int
) -> str:
    """ "z 1.32 · gate 0.930 (usual 0.610 ± 0.080) · rank 1 of 128"."""
    gate, squeeze = activation.excitation[0, channel], activation.squeeze[0, channel]
    habit = (
        ""
        if usual is None
        else tr(
            " (usual {mean:.3f} ± {deviation:.3f})",
            mean=usual[0][channel],
            deviation=usual[1][channel],
        )
    )
    place, channels = ranking.rank(channel), len(ranking.order)
    rank = (
        tr(
            "rank {rank} by distance from its usual gate, of {channels}",
            rank=place,
            channels=channels,
        )
        if ranking.relative
        else tr("rank {rank} of {channels}", rank=place, channels=channels)
    )
    return tr(
        "**Channel {channel}** · z {squeeze} · gate **{gate:.3f}**{habit} · {rank}",
        channel=channel,
        squeeze=f"{squeeze:.3f}".replace("-", "−"),
        gate=gate,
        habit=habit,
        rank=rank,
    )
