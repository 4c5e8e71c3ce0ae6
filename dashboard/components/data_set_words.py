"""How the classes of a data set were told, what was left out and what was noted, on the page."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.components.widgets import plain
from senet_viz.core.left_out import LeftOut, sum_up
from senet_viz.core.picture_remarks import Remark
from senet_viz.core.told_classes import Told, told_sentence
from senet_viz.core.translation import tr


def say(told: Mapping[Told, int], left_out: Sequence[LeftOut] | None) -> None:
    """A caption, and behind it each reason with some names; None where nobody counted."""
    if words := told_sentence(told):
        st.caption(plain(words))
    if left_out is None:
        st.caption(tr("Files of the input that were left out were not counted in this survey."))
    elif not left_out:
        st.caption(plain(sum_up(left_out)))
    else:
        with st.expander(plain(sum_up(left_out))):
            for each in left_out:
                st.caption(plain(_line(each)))


def say_remarks(remarks: Sequence[Remark]) -> None:
    """What was noted in reading the pictures, behind one line; nothing where there is nothing."""
    if remarks:
        with st.expander(tr("Noted in reading the pictures")):
            for each in remarks:
                st.caption(plain(each.words))


def _line(each: LeftOut) -> str:
    if not each.examples:
        return each.words
    names = ", ".join(each.examples)
    more = ", …" if each.count > len(each.examples) else ""
    return tr("{what}, as {names}{more}", what=each.words, names=names, more=more)
