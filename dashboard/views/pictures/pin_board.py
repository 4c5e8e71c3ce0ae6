"""The pinned pictures: which ones, what they are called, which belong together."""

from html import escape

import streamlit as st

from dashboard.components import picture_grid
from dashboard.session import pinned_pictures, selection
from dashboard.session.pinned_pictures import Pin
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.base.series import Series

LONGEST = 40
A_ROW = 6  # pictures
BOARD = "pictures_board"


def draw(chosen: tuple[Pin, ...], groups: tuple[Series, ...]) -> None:
    """The pinned pictures, which are the legend of every chart below, and the way to others."""
    with st.container(gap="xxsmall"):
        st.html(_legend(chosen))
        with st.container(horizontal=True, vertical_alignment="center", key="pictures_ways"):
            st.caption(
                tr(
                    "{pictures} in {groups}",
                    pictures=count(len(chosen), "picture"),
                    groups=count(len(groups), "group"),
                ),
                width="content",
            )
            board = st.popover(
                tr("Pin, name, group"), type="tertiary", key=BOARD, on_change="rerun"
            )
        if board.open:
            with board:
                choose()
                _name_and_group(chosen)


def choose() -> None:
    """Which pictures are pinned."""
    on_offer = {chosen.key: chosen for chosen in selection.pictures()}
    st.multiselect(
        tr("Pinned pictures"),
        list(on_offer),
        format_func=lambda key: again(on_offer[key].title),
        key=pinned_pictures.PINS,
        persist_state="session",
        max_selections=pinned_pictures.MOST,
        placeholder=tr("Choose pictures to compare"),
        help=tr(
            "Up to {most}. Pictures uploaded on the left are pinned as they come, while "
            "there is room. A picture keeps its colour as long as it is pinned.",
            most=pinned_pictures.MOST,
        ),
    )
    chosen = pinned_pictures.pins()
    left_out = len(on_offer) - len(chosen)
    if len(chosen) == pinned_pictures.MOST and left_out:
        st.caption(
            tr(
                "{most} are pinned, and {pictures} more on offer: unpin one to make room.",
                most=pinned_pictures.MOST,
                pictures=count(left_out, "picture"),
            )
        )


def _legend(chosen: tuple[Pin, ...]) -> str:
    each = "".join(f"<div>{_picture(pin)}{_label(pin)}</div>" for pin in chosen)
    return f'<div class="pinned_legend {"two" if len(chosen) > A_ROW else ""}">{each}</div>'


def _picture(pin: Pin) -> str:
    return f'<img src="{picture_grid.source(pin.chosen)}" alt="{escape(pin.name)}">'


def _label(pin: Pin) -> str:
    """The picture's mark and name, and its group under it, as plain text."""
    mark = {"circle": "●", "diamond": "◆"}[pin.series.symbol]
    group = pin.group or tr("no group")
    words = tr("{name}, {group}", name=pin.name, group=group)
    return (
        f'<p title="{escape(words)}"><b style="color:{pin.series.colour}">{mark}</b> '
        f'{escape(pin.name)}</p><p class="group">{escape(group)}</p>'
    )


def _name_and_group(chosen: tuple[Pin, ...]) -> None:
    """What each is called, and which belong together."""
    st.caption(
        tr(
            "Pictures with the same group are taken together; one without a group is left out "
            "of what compares groups."
        )
    )
    for pin in chosen:
        key = pin.chosen.key
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.image(picture_grid.source(pin.chosen), width=40)
            st.text_input(
                tr("Name"),
                key=_given(pinned_pictures.name_key(key), pin.name),
                persist_state="session",
                max_chars=LONGEST,
            )
            st.text_input(
                tr("Group"),
                key=_given(pinned_pictures.group_key(key), pin.group),
                persist_state="session",
                max_chars=LONGEST,
                placeholder=tr("no group"),
            )


def _given(key: str, value: str) -> str:
    """The key of an input that begins with ``value``, and has it again in another language."""
    stored = st.session_state.get(key)
    if stored is None or pinned_pictures.is_usual(stored, value):
        st.session_state[key] = value[:LONGEST]
    return key
