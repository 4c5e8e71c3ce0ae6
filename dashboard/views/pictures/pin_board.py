"""The pinned pictures: which ones, what they are called, which belong together."""

from html import escape

import streamlit as st

from dashboard.components import picture_grid
from dashboard.components.widgets import file_name
from dashboard.session import pinned_pictures, selection
from dashboard.session.pinned_pictures import Pin
from senet_viz.core.translation import again, count, tr

LONGEST = 40
NAMES_OPEN = "pictures_names"


def choose() -> tuple[Pin, ...]:
    """Pick pictures, and name and group them; they are the legend of every chart below."""
    pinned_pictures.keep()
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
    _legend(chosen)
    if chosen:
        _name_and_group(chosen)
    return chosen


def _legend(chosen: tuple[Pin, ...]) -> None:
    each = [f'<div style="width:92px">{_picture(pin)}{_label(pin)}</div>' for pin in chosen]
    row = "display:flex;flex-wrap:wrap;gap:1rem"
    st.html(f'<div class="pictures_legend" style="{row}">{"".join(each)}</div>')


def _picture(pin: Pin) -> str:
    source, style = picture_grid.source(pin.chosen), "display:block;border-radius:0.5rem"
    return f'<img src="{source}" width="92" height="92" style="{style}" alt="{escape(pin.name)}">'


def _label(pin: Pin) -> str:
    """The picture's mark and name, and its group under it, as plain text."""
    mark = {"circle": "●", "diamond": "◆"}[pin.series.symbol]
    ungrouped, clipped = tr("no group"), "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
    return (
        f'<div style="font-size:0.8rem;line-height:1.35;{clipped}" title="{escape(pin.name)}">'
        f'<span style="color:{pin.series.colour}">{mark}</span> {escape(pin.name)}</div>'
        f'<div style="font-size:0.75rem;line-height:1.35;opacity:0.7;{clipped}">'
        f"{escape(pin.group or ungrouped)}</div>"
    )


def _name_and_group(chosen: tuple[Pin, ...]) -> None:
    section = st.expander(
        tr("Names and groups"), icon=":material/edit:", key=NAMES_OPEN, on_change="rerun"
    )
    if not section.open:
        return
    with section:
        st.caption(
            tr(
                "Pictures with the same group are taken together; one without a group is left out "
                "of what compares groups."
            )
        )
        grid = st.grid(3, min_column_width=230)
        for pin in chosen:
            key = pin.chosen.key
            with grid.container(gap="small", border=True):
                st.caption(file_name(pin.chosen.title))
                with st.container(horizontal=True, gap="small"):
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
    """The key of an input that begins with ``value``, and has it anew in another language."""
    kept = st.session_state.get(key)
    if kept is None or pinned_pictures.is_usual(kept, value):
        st.session_state[key] = value[:LONGEST]
    return key
