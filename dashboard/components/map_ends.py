"""The most open and the most shut maps of two blocks beside each other, on one scale."""

from html import escape

import streamlit as st

from dashboard.components import map_tiles
from dashboard.components.map_tiles import EXTREMES, MapScale, scale_bar
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.figures.block.feature_maps import number_words

AT_EACH_END = 4
Titled = tuple[str, BlockActivation]


def draw(first: Titled, second: Titled, *, picks_second: bool = True) -> None:
    """Four maps at each end of both, before and after the gate; a click picks a channel.

    Not of the second where it is a block of another network, whose channels are others.
    """
    scale = map_tiles.common_scale((first[1], second[1]))
    (low, high), _ = map_tiles.ranges(first[1], [0], scale)
    bar = scale_bar(first[1], number_words(float(low)), number_words(float(high)))
    words = escape(
        tr("Middle slices before | after the gate, on one scale for both: activation")
        if len(first[1].places) == 3
        else tr("Maps before | after the gate, on one scale for both: activation")
    )
    st.html(f'<p class="maps"><span>{words}</span> {bar}</p>')
    left, right = st.columns(2, gap="medium")
    with left:
        _ends(*first, scale, "first", picks=True)
    with right:
        _ends(*second, scale, "second", picks=picks_second)


def _ends(
    title: str, activation: BlockActivation, scale: MapScale, place: str, *, picks: bool
) -> None:
    order = [int(c) for c in activation.excitation[0].argsort(kind="stable")[::-1]]
    few = min(AT_EACH_END, len(order) // 2) or 1
    for side, channels in (("enhanced", order[:few]), ("suppressed", order[-few:])):
        words = EXTREMES[side]
        name = escape(f"{title}: ")
        st.html(f'<p class="maps">{name}<b class="{side}">{escape(words)}</b></p>')
        map_tiles.pairs(
            activation,
            channels,
            scale=scale,
            key=f"maps_{side}_{place}",
            words=f"{title}: {words}",
            picks=picks,
        )
