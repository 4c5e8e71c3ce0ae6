"""The top of a page on one network and one picture: a warning, the picture, one sentence."""

import streamlit as st

from dashboard.components.widgets import file_name, plain, untrained_warning
from dashboard.services import subject
from dashboard.services.controls import Control
from dashboard.services.subject import Subject
from senet_viz.core.translation import tr


def looked_at(control: Control = "none") -> Subject:
    """The subject of this page, with a loud warning first where its weights are random.

    Under a control that has said so already the warning is left out.
    """
    if control != "weights":
        untrained_warning(subject.network(control))
    return subject.under(control)


def headline(looked: Subject, words: str) -> None:
    """The pixels the network sees, which network it is, and one sentence on the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(looked.seen.pixels, width=72, alt=tr("The pixels the model saw"))
        st.markdown(
            tr(
                "**{title}** on {picture} · {blocks} SE blocks",
                title=plain(looked.net.title),
                picture=file_name(looked.picture.title),
                blocks=len(looked.seen.capture),
            )
            + f"\n\n{plain(words)}",
            width="stretch",
        )
