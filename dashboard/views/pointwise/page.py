"""SE and 1x1 convolution: one gate a channel for each picture, or the same mixing for all."""

from collections.abc import Callable
from html import escape
from typing import Literal

import streamlit as st

from dashboard.components import copy_as_code, page_header
from dashboard.components.choice import choice
from dashboard.runtime.views import SECTION
from dashboard.session import selection
from dashboard.views.pointwise import fitted, gains, live_training, trained, without_pooling
from dashboard.views.pointwise import script as code
from senet_viz.core.translation import Words, tr

Section = Literal["trained", "fitted", "unpooled", "gains", "live"]
WORDS = Words[Section](
    {
        "trained": lambda: tr("Trained in its place"),
        "fitted": lambda: tr("Fitted to a trained block"),
        "unpooled": lambda: tr("Same weights, no pooling"),
        "gains": lambda: tr("Gains of all"),
        "live": lambda: tr("Gates while training"),
    }
)
SENTENCES = Words[Section](
    {
        "trained": lambda: tr("Networks trained alike but for what stands in the SE block's place"),
        "fitted": lambda: tr(
            "The best fixed scale and 1×1 convolution in place of a trained SE block"
        ),
        "unpooled": lambda: tr("A trained SE block without its pooling: a gate for every pixel"),
        "gains": lambda: tr("What SE, and all that could stand in its place, does to each channel"),
        "live": lambda: tr("A few hundred training steps on this machine: how gates start to move"),
    }
)
DRAWN: dict[Section, Callable[[], None]] = {
    "trained": trained.draw,
    "fitted": fitted.draw,
    "unpooled": without_pooling.draw,
    "gains": gains.draw,
    "live": live_training.draw,
}
DESCRIBED: dict[Section, Callable[[], code.Section]] = {
    "trained": trained.describe,
    "fitted": fitted.describe,
    "unpooled": without_pooling.describe,
    "gains": gains.describe,
    "live": live_training.describe,
}


def main() -> None:
    """Choose what is put beside SE; only that is run."""
    section: Section = st.session_state[selection.begin(SECTION.key, WORDS)]
    with page_header.head():
        page_header.sentence(escape(SENTENCES[section]))
        choice(tr("Section"), WORDS, SECTION.key, titled=False)
    DRAWN[section]()
    copy_as_code.offer(lambda: code.script(DESCRIBED[section]()))


main()
