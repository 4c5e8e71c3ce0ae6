"""SE and 1x1 convolution: one gate a channel for each picture, or the same mixing for all."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from dashboard.components import copy_as_code
from dashboard.runtime.views import SECTION
from dashboard.session import selection
from dashboard.views.pointwise import fitted, gains, live_training, trained, without_pooling
from dashboard.views.pointwise import script as code
from senet_viz.core.translation import tr

Section = Literal["trained", "fitted", "unpooled", "gains", "live"]
SECTIONS: dict[Section, tuple[Callable[[], str], Callable[[], None]]] = {
    "trained": (lambda: tr("Trained in its place"), trained.draw),
    "fitted": (lambda: tr("Fitted to a trained block"), fitted.draw),
    "unpooled": (lambda: tr("Same weights, no pooling"), without_pooling.draw),
    "gains": (lambda: tr("Gains of all"), gains.draw),
    "live": (lambda: tr("Gates while training"), live_training.draw),
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
    section: Section | None = st.segmented_control(
        tr("Section"),
        list(SECTIONS),
        format_func=lambda key: SECTIONS[key][0](),
        required=True,
        key=selection.begin(SECTION.key, SECTIONS),
        persist_state="session",
        label_visibility="collapsed",
    )
    SECTIONS[section or "trained"][1]()
    copy_as_code.offer(lambda: code.script(DESCRIBED[section or "trained"]()))


main()
