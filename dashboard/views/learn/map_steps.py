"""The steps that handle feature maps: U itself, its squeeze, and the gate multiplied into it."""

import numpy as np
import streamlit as st

from dashboard.components.widgets import dark, error_words, plain, show
from dashboard.session import selection
from dashboard.views.learn.lesson import Lesson, say
from senet_viz.core.arrays import Array
from senet_viz.core.block_words import squeeze_words
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.block.feature_maps import (
    colour_range,
    mosaic,
    overlay,
    range_words,
    single_map,
)
from senet_viz.figures.lesson.steps import squeezes

MOST_MAPS, A_PICTURE = 24, 2


def features(lesson: Lesson) -> None:
    """Step 1: the feature maps that enter the block."""
    block, maps = lesson.activation.block, lesson.activation.require_features()[0]
    chosen = spread(len(maps), lesson.channel)
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        say(
            tr(
                "The convolutions before {block} turned the picture into {channels} feature maps "
                "of {size} numbers. Each responds to a pattern of its own, and the block receives "
                "all of them at once.",
                block=block.name,
                channels=len(maps),
                size=lesson.map_size,
            )
        )
        st.latex(
            rf"U = [u_0, \dots, u_{{{len(maps) - 1}}}], \quad u_c \in \mathbb{{R}}^{{"
            rf"{_latex_size(lesson)}}}"
        )
        say(tr("Channel {channel} over the picture the network saw:", channel=lesson.channel))
        _over_picture(lesson, maps[lesson.channel])
    with right:
        title = tr(
            "{shown} of the {channels} feature maps, channel {channel} first",
            shown=len(chosen),
            channels=len(maps),
            channel=lesson.channel,
        )
        st.markdown(f"**{plain(title)}**")
        low, high = colour_range(maps[chosen], scope="block", block_maps=maps)
        _small_maps(maps, chosen, float(low), float(high))
        st.caption(tr("colour: {range}, one scale for all maps", range=range_words(low, high)))


def spread(channels: int, first: int) -> list[int]:
    """``first``, then others evenly spaced over the block."""
    spaced = np.linspace(0, channels - 1, min(MOST_MAPS, channels)).round().astype(int)
    others = [int(c) for c in spaced if c != first]
    return [first, *others][:MOST_MAPS]


def _small_maps(maps: Array, chosen: list[int], low: float, high: float) -> None:
    """Two maps to a picture, so that rows break where the page is narrow."""
    with st.container(horizontal=True, gap="xsmall"):
        for at in range(0, len(chosen), A_PICTURE):
            two = chosen[at : at + A_PICTURE]
            drawn = mosaic(
                maps[two],
                captions=[f"ch {c}" for c in two],
                low=low,
                high=high,
                columns=A_PICTURE,
                tile=76,
                dark=dark(),
            )
            st.image(drawn.png, width=drawn.width, alt=drawn.alt)


def _over_picture(lesson: Lesson, feature_map: Array) -> None:
    low, high = colour_range(feature_map[None], scope="block", block_maps=feature_map[None])
    laid = overlay(
        lesson.inspection.pixels, feature_map, opacity=0.6, low=float(low), high=float(high)
    )
    st.image(
        laid,
        width=280,
        alt=tr("Channel {channel} laid over the picture", channel=lesson.channel),
    )


def squeeze(lesson: Lesson) -> None:
    """Step 2: each map becomes one number."""
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        if lesson.activation.block.squeeze_by == "mean":
            _by_mean(lesson)
        else:
            _by_other_pooling(lesson)
    with right:
        show(
            squeezes(lesson.activation.squeeze[0], channel=lesson.channel, dark=dark()),
            "lesson_squeezes",
            on_click=selection.take_channel_click,
        )


def _by_mean(lesson: Lesson) -> None:
    """The paper's squeeze: the mean of the picked map, beside what was captured."""
    channel = lesson.channel
    feature_map = lesson.activation.require_features()[0, channel]
    captured, dot = float(lesson.activation.squeeze[0, channel]), r" \cdot "
    mean = float(feature_map.mean(dtype=np.float64))
    say(
        tr(
            "Each map is squeezed into one number, its mean over the picture. The positions of "
            "things are lost; the overall strength of the channel remains."
        )
    )
    st.latex(
        rf"z_c = \frac{{1}}{{{_latex_size(lesson, between=dot)}}} \sum_{{i,j}} u_c(i,j), \qquad "
        rf"z_{{{channel}}} = {captured:.3f}"
    )
    _one_map(lesson, feature_map)
    say(
        tr(
            "Mean of this map: {mean:.6f}. Squeeze captured in the network: "
            "{captured:.6f}. Difference: {difference}.",
            mean=mean,
            captured=captured,
            difference=tiny(abs(mean - captured)),
        )
    )


def _by_other_pooling(lesson: Lesson) -> None:
    """A block that squeezes in a way of its own: the mean is not what it captured."""
    feature_map = lesson.activation.require_features()[0, lesson.channel]
    say(
        tr(
            "The paper squeezes each map into its mean. This block squeezes so: {pooling}.",
            pooling=squeeze_words(lesson.activation.block),
        )
    )
    _one_map(lesson, feature_map)
    say(
        tr(
            "The mean of this map is {mean:.6f}, the squeeze captured in the network "
            "{captured:.6f}.",
            mean=float(feature_map.mean(dtype=np.float64)),
            captured=float(lesson.activation.squeeze[0, lesson.channel]),
        )
    )


def _one_map(lesson: Lesson, feature_map: Array) -> None:
    low, high = colour_range(feature_map[None], scope="block", block_maps=feature_map[None])
    drawn = single_map(feature_map, low=float(low), high=float(high), size=220, dark=dark())
    st.image(drawn, width=220, alt=tr("Feature map of channel {channel}", channel=lesson.channel))
    st.caption(
        tr(
            "Channel {channel}, {size} numbers, colour: {range}",
            channel=lesson.channel,
            size=lesson.map_size,
            range=range_words(low, high),
        )
    )


def recalibrate(lesson: Lesson) -> None:
    """Step 7: every number of a map is multiplied by the map's one gate."""
    activation, channel = lesson.activation, lesson.channel
    before = activation.require_features()[0, channel]
    gate = float(activation.excitation[0, channel])
    after = activation.recalibrated[0, channel]
    say(
        tr(
            "Every number of a map is multiplied by the gate of its channel: the map keeps its "
            "shape and loses strength. This is what the rest of the network gets."
        )
    )
    st.latex(rf"\tilde u_c = s_c \cdot u_c, \qquad s_{{{channel}}} = {gate:.3f}")
    low, high = colour_range(before[None], scope="block", block_maps=before[None])
    left, right = st.columns(2, gap="medium")
    for column, words, drawn in (
        (left, tr("Before the gate"), before),
        (right, tr("× {gate:.3f} = after the gate, on the same scale", gate=gate), after),
    ):
        with column:
            st.markdown(f"**{plain(words)}**")
            picture = single_map(drawn, low=float(low), high=float(high), size=300, dark=dark())
            st.image(picture, width=300, alt=f"{words}, {channel}")
    st.caption(tr("colour: {range}", range=range_words(low, high)))
    row, column_ = np.unravel_index(int(np.abs(before).argmax()), before.shape)
    say(
        tr(
            "For example at row {row}, column {column}: {before:.4f} × {gate:.4f} = {after:.4f}.",
            row=int(row),
            column=int(column_),
            before=float(before[row, column_]),
            gate=gate,
            after=float(after[row, column_]),
        )
    )
    _proof(lesson)


def _proof(lesson: Lesson) -> None:
    """That this is what the network did, for all maps of the block."""
    activation = lesson.activation
    error = error_words(activation.relative_error)
    match activation.proof:
        case "verified":
            say(
                tr(
                    "Checked for all {n} maps against what left the block in the network: {error}.",
                    n=len(activation.excitation[0]),
                    error=error,
                )
            )
        case "trivial":
            say(tr("All features of this block are 0 here, so any gate would pass this check."))
        case "failed":
            say(
                tr(
                    "What left the block in the network is NOT these products ({error}): do not "
                    "trust this block's numbers.",
                    error=error,
                )
            )
    if activation.block.factor != "s":
        say(
            tr(
                "What multiplies each map is {factor}, where s is the gate.",
                factor=activation.block.factor,
            )
        )


def _latex_size(lesson: Lesson, *, between: str = r" \times ") -> str:
    return between.join(map(str, lesson.activation.places)) or "1"
