"""The most enhanced and the most suppressed feature maps; an open gate is not an important one."""

from functools import partial
from html import escape

import numpy as np
import streamlit as st

from dashboard.components import map_tiles
from dashboard.components.choice import choice
from dashboard.components.glossary import opening
from dashboard.components.map_tiles import EXTREMES, MapScale, scale_bar
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark
from dashboard.runtime.views import view
from dashboard.services import captures, networks, sweeps
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from dashboard.views.inspect import map_slice
from senet_viz.core.records import BlockActivation
from senet_viz.core.summaries import ChannelRanking
from senet_viz.core.translation import Words, again, tr
from senet_viz.figures.block.feature_maps import after_gate, mosaic, number_words

SCOPE_WORDS = Words[str](
    {
        "pair": lambda: tr("each pair"),
        "block": lambda: tr("whole block"),
        "network": lambda: tr("whole network"),
        "fixed": lambda: tr("fixed"),
        "map": lambda: tr("each map"),
    }
)
ORDER_WORDS = Words[str](
    {
        "gate": lambda: tr("gate"),
        "unusual": lambda: tr("gate against its usual value"),
    }
)
USUAL_TOP = 8


def ranked(activation: BlockActivation, net: networks.Network) -> ChannelRanking:
    """The channels in the order that is chosen."""
    unusual = st.session_state.get(selection.ORDER) == "unusual"
    top = int(st.session_state.get(selection.TOP, USUAL_TOP))
    return captures.ranking(activation, net, top=top, unusual=unusual)


def extremes(inspection: Inspection, activation: BlockActivation, ranking: ChannelRanking) -> None:
    """The most enhanced and the most suppressed feature maps, before and after the gate."""
    selection.begin(selection.SCALE, SCOPE_WORDS)
    scale = map_tiles.chosen_scale(inspection.capture)
    at = map_slice.choose(activation)
    with st.container(gap="xsmall"):
        for side, channels in (
            ("enhanced", ranking.enhanced),
            ("suppressed", ranking.suppressed),
        ):
            with st.container(horizontal=True, key=f"maps_{side}_sentence"):
                st.html(_heading(activation, side, list(channels), scale))
                if side == "enhanced":
                    _settings(inspection, activation, ranking, scale)
            map_tiles.pairs(
                activation,
                list(channels),
                scale=scale,
                key=f"maps_{side}",
                words=EXTREMES[side],
                at=at,
            )
        if inspection.values is None:
            effect(inspection, activation)


def _heading(activation: BlockActivation, side: str, channels: list[int], scale: MapScale) -> str:
    """Which maps these are, what a tile shows, and what its colours stand for, as HTML."""
    how = opening(
        tr("before | after the gate"),
        tr(
            "Each pair is one channel: its feature map before the gate and after it; yellow is "
            "high. Below it, the channel and its gate. A bright map is not evidence for the "
            "predicted class, and a dark one after the gate is not unused: the next layer can "
            "scale it up again."
        ),
        place=f"maps_{side}",
    )
    (low, high), _ = map_tiles.ranges(activation, channels, scale)
    if scale.is_own:
        bar = scale_bar(activation, tr("lowest"), tr("highest of each, written under it"))
    else:
        bar = scale_bar(activation, number_words(float(low)), number_words(float(high)))
    activation_words = escape(tr("activation"))
    return (
        f'<p class="maps"><b class="{side}">{escape(EXTREMES[side])}</b> {how} '
        f"<span>{activation_words}</span> {bar}</p>"
    )


def _settings(
    inspection: Inspection, activation: BlockActivation, ranking: ChannelRanking, scale: MapScale
) -> None:
    """How channels are ordered and coloured, how many are shown, and their pictures as files."""
    with st.popover(tr("Order, colours, files"), type="tertiary", key="maps_settings"):
        _order(known=captures.usual(activation, inspection.network) is not None)
        choice(
            tr("Map colours from"),
            SCOPE_WORDS,
            selection.SCALE,
            help=tr(
                "Each pair: a channel's own range before the gate, for before and after. Whole "
                "block: the range of all its maps before the gate. Whole network: that of all "
                "blocks. Fixed: the block's without the highest and lowest half percent. Each map: "
                "its own range (shape, not strength)."
            ),
        )
        st.number_input(
            tr("Maps shown"),
            1,
            32,
            USUAL_TOP,
            key=selection.TOP,
            persist_state="session",
            width=130,
        )
        for side, channels in (("enhanced", ranking.enhanced), ("suppressed", ranking.suppressed)):
            offer_png(
                partial(_one_picture, activation, list(channels), scale, dark=dark()),
                f"{again(inspection.name)} {activation.block.name} most {side} maps",
                label=tr("PNG, most enhanced")
                if side == "enhanced"
                else tr("PNG, most suppressed"),
            )


def _order(*, known: bool) -> None:
    """By which numbers channels are ordered; ``known`` are the usual gates."""
    options = list(ORDER_WORDS) if known else ["gate"]
    choice(
        tr("Order channels by"),
        {key: ORDER_WORDS[key] for key in options},
        selection.ORDER,
        help=tr(
            "Against its usual value: how many standard deviations the gate is from this "
            "channel's mean over the reference pictures."
        )
        if known
        else tr(
            "There are no reference statistics for this network. In Data set a survey of it can "
            "be used as such."
        ),
    )


def _one_picture(
    activation: BlockActivation, channels: list[int], scale: MapScale, *, dark: bool
) -> bytes:
    """The pairs that the page shows as one picture, four to a row."""
    features, gate = activation.require_features()[0], activation.excitation[0]
    maps = features[channels]
    both = np.stack([maps, after_gate(maps, gate[channels])], axis=1)
    ends = [
        np.stack([np.broadcast_to(end, len(maps)) for end in two], axis=1).ravel()
        for two in zip(*map_tiles.ranges(activation, channels, scale), strict=True)
    ]
    captions = [words for c in channels for words in (f"ch {c}", f"ch {c} · {gate[c]:.3f}")]
    drawn = mosaic(
        both.reshape(-1, *maps.shape[1:]),
        captions=captions,
        low=ends[0],
        high=ends[1],
        columns=8,
        dark=dark,
    )
    return drawn.png


def effect(inspection: Inspection, activation: BlockActivation) -> None:
    """A caution: these lists do not rank by effect; the difference, where it was measured."""
    logits = inspection.capture.logits
    if logits is None:
        return
    likeliest = int(logits[0].argmax())
    key = sweeps.channels_key(inspection, activation.block.name, (likeliest, None), "0")
    effects = sweeps.recall(key)
    top = min(len(activation.excitation[0]), 8)
    words = (
        tr("Most enhanced does not mean most important\\: that is measured under")
        if effects is None
        else tr(
            "Most enhanced is not most important\\: of the {top} most open channels "
            "{shared} are among the {top} whose removal changes the prediction most\\. See",
            top=top,
            shared=effects.shared(top),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.caption(words, width="content")
        st.page_link(view("effects").page, label=tr("What matters"), icon=view("effects").icon)
