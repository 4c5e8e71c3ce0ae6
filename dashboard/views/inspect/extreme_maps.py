"""The most enhanced and the most suppressed feature maps, and that open is not important."""

from base64 import b64encode
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, reading, small
from dashboard.runtime.views import view
from dashboard.services import sweeps
from dashboard.services.subject import Subject
from dashboard.session import selection
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import tr
from senet_viz.figures.block.feature_maps import Range, Scope, colour_range, mosaic, range_words

SIDE_BY_SIDE = "display: flex; flex-wrap: wrap; gap: 0.25rem"


def extremes(looked: Subject, activation: BlockActivation, ranking: ChannelRanking) -> None:
    """The most enhanced and the most suppressed feature maps, before and after the gate."""
    sides = (("enhanced", ranking.enhanced), ("suppressed", ranking.suppressed))
    for column, (side, channels) in zip(st.columns(2, gap="medium"), sides, strict=True):
        with column:
            before_and_after(activation, side, list(channels))
    effect(looked, activation)


def effect(looked: Subject, activation: BlockActivation) -> None:
    """That these lists are no ranking by effect, and by how much they differ if it was measured."""
    logits = looked.seen.capture.logits
    if logits is None:
        return
    likeliest = int(logits[0].argmax())
    key = sweeps.channels_key(looked, activation.block.name, likeliest, "0")
    found = sweeps.kept_channels(key)
    top = min(len(activation.excitation[0]), 8)
    words = (
        tr("Most enhanced does not mean most important\\: that is measured under")
        if found is None
        else tr(
            "Most enhanced is not most important\\: of the {top} most open channels "
            "{shared} are among the {top} whose removal changes the prediction most\\. See",
            top=top,
            shared=found.shared(top),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.caption(words, width="content")
        st.page_link(view("effects").page, label=tr("What matters"), icon=view("effects").icon)


def before_and_after(activation: BlockActivation, side: str, channels: list[int]) -> None:
    """The same channels in the same order, before and after their gates."""
    features, gate = activation.require_features()[0], activation.excitation[0]
    maps = features[channels]
    scope: Scope = st.session_state[selection.SCALE]
    after = maps * gate[channels][:, None, None]
    low, high = colour_range(maps, scope=scope, block_maps=features)
    st.markdown(
        _heading(side, len(channels)),
        help=reading(
            tr(
                "Each square is one feature map; yellow is high. Below it, the channel and its "
                "gate."
            ),
            tr(
                "A bright map is not evidence for the predicted class, and a dark one after the "
                "gate is not unused: the next layer can scale it up again."
            ),
        ),
    )
    drawings, files = "", {}
    for moment, drawn, captions in (
        ("before", maps, [f"ch {c}" for c in channels]),
        ("after", after, [f"ch {c} · {gate[c]:.3f}" for c in channels]),
    ):
        own = scope == "map" and moment == "after"
        ends = colour_range(drawn, scope=scope, block_maps=features) if own else (low, high)
        drawings += _drawings(drawn, captions, ends, moment=moment, scope=scope)
        files[moment] = partial(_one_picture, drawn, captions, ends, dark=dark())
    # All in one element: a browser is done with it several times sooner than with one for each.
    st.html(drawings)
    with st.container(horizontal=True, gap="small"):
        for moment, file in files.items():
            offer_png(
                file,
                f"{activation.block.name} {side} {moment} the gate",
                label=tr("PNG, before") if moment == "before" else tr("PNG, after"),
            )


def _drawings(
    maps: Array, captions: list[str], ends: tuple[Range, Range], *, moment: str, scope: Scope
) -> str:
    """The maps before the gate, or those after it, with what their colours stand for, as HTML."""
    before = moment == "before"
    own_ranges = {
        "pair": tr("each channel's own range before the gate"),
        "map": tr("each map's own range before the gate")
        if before
        else tr("each map's own range after the gate"),
    }
    colours = tr(
        "colour: {range} (activation, no unit)", range=own_ranges.get(scope) or range_words(*ends)
    )
    title = tr("before the gate") if before else tr("after the gate")
    return f"{small(title)}{_in_pairs(maps, captions, ends)}{small(colours)}"


def _heading(side: str, channels: int) -> str:
    """Which maps these are: of one channel or of several, at which end."""
    if side == "enhanced":
        if channels == 1:
            return tr("**Most enhanced: channel before and after the gate**")
        return tr(
            "**Most enhanced: {channels} channels before and after the gate**", channels=channels
        )
    if channels == 1:
        return tr("**Most suppressed: channel before and after the gate**")
    return tr(
        "**Most suppressed: {channels} channels before and after the gate**", channels=channels
    )


def _one_picture(
    maps: Array, captions: list[str], ends: tuple[Range, Range], *, dark: bool
) -> bytes:
    """The maps that the page shows in pairs, four to a row."""
    low, high = ends
    drawn = mosaic(maps, captions=captions, low=low, high=high, columns=4, dark=dark)
    return drawn.png


def _in_pairs(maps: Array, captions: list[str], ends: tuple[Range, Range]) -> str:
    """Two maps to a picture: two pictures to a row where there is room, one on a narrow page."""
    lows, highs = (np.broadcast_to(end, len(maps)) for end in ends)
    pictures = []
    for at in range(0, len(maps), 2):
        two = slice(at, at + 2)
        drawn = mosaic(
            maps[two],
            captions=captions[two],
            low=lows[two],
            high=highs[two],
            columns=2,
            tile=104,
            dark=dark(),
        )
        source = f"data:image/png;base64,{b64encode(drawn.png).decode()}"
        pictures.append(f'<img src="{source}" width="{drawn.width}" alt="{escape(drawn.alt)}">')
    return f'<div style="{SIDE_BY_SIDE}">{"".join(pictures)}</div>'
