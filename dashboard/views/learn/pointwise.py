"""Where a 1x1 convolution differs: the same block, the person's picture and another one."""

import streamlit as st

from dashboard.components.widgets import dark, show
from dashboard.runtime import picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.runtime.views import view
from dashboard.services import pinned_captures
from dashboard.session import selection, view_keys
from dashboard.views.learn.lesson import Lesson, say
from senet_viz.core.arrays import Array
from senet_viz.core.translation import again, tr
from senet_viz.figures.base.formats import shorten
from senet_viz.figures.pictures.two_pictures import moved_gates, rms
from senet_viz.pictures.samples import SAMPLES

OTHER = view_keys.LESSON_OTHER


def pointwise(lesson: Lesson) -> None:
    """The gates of the block for two pictures; a convolution's weights are the same for both."""
    st.subheader(tr("Where a 1×1 convolution differs"), anchor=False)
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        say(
            tr(
                "A 1×1 convolution mixes channels too, at every place of the map on its own. Its "
                "weights are learned once and are the same for every picture. An SE block looks "
                "at the whole picture first, and makes new factors for it."
            )
        )
        st.latex(r"1 \times 1: \quad y(i,j) = W\, u(i,j)")
        st.latex(r"\text{SE}: \quad y_c(i,j) = s_c(U)\, u_c(i,j)")
        other = _choose(lesson)
        gates = _gates(lesson, other)
        moved = rms(lesson.activation.excitation[0], gates)
        say(
            tr(
                "From {one} to {two}, the {n} gates of {block} move by {rms:.4f} (root mean "
                "square). The weights of a 1×1 convolution in its place would move by 0.",
                one=_short(lesson.inspection.picture),
                two=_short(other),
                n=len(gates),
                block=lesson.activation.block.name,
                rms=moved,
            )
        )
        st.page_link(
            view("pointwise").page,
            label=tr("Both trained on the same pictures"),
            icon=view("pointwise").icon,
        )
    with right:
        chart = moved_gates(
            lesson.activation.excitation[0],
            gates,
            pictures=(_short(lesson.inspection.picture), _short(other)),
            channel=lesson.channel,
            dark=dark(),
        )
        show(chart, "lesson_moved", on_click=selection.take_channel_click)


def _choose(lesson: Lesson) -> Chosen:
    """Another picture: one of the samples, whose key is its name."""
    mine = lesson.inspection.sha256
    names = [sample.name for sample in SAMPLES]
    others = {c.key: c for c in selection.pictures() if c.key in names and c.sha256 != mine}
    if st.session_state.get(OTHER) not in tuple(others):
        st.session_state[OTHER] = next(iter(others))
    key = st.selectbox(
        tr("The other picture"),
        list(others),
        format_func=lambda name: again(others[name].title),
        key=OTHER,
        persist_state="session",
        width=300,
    )
    other = others[str(key)]
    with st.container(horizontal=True, gap="small"):
        st.image(lesson.inspection.pixels, width=96, alt=tr("Your picture"))
        thumbnail = picture_cache.thumbnail(other.sha256, other.data)
        st.image(thumbnail, width=96, alt=tr("The other picture"))
    return other


def _gates(lesson: Lesson, other: Chosen) -> Array:
    """The other picture's gates (c,) in the same block: one pass, kept; no feature maps."""
    inspection = lesson.inspection
    capture = pinned_captures.gates(
        inspection.key, other.sha256, other.data, trained=inspection.network.trained
    )
    gates: Array = capture[lesson.activation.block.name].excitation[0]
    return gates


def _short(picture: Chosen) -> str:
    return shorten(again(picture.title), limit=28)
