"""SE and 1x1 convolution: one gate a channel for each picture, or the same mixing for all."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from dashboard import (
    all_gains,
    as_code,
    fitted_maps,
    live_training,
    trained_in_place,
    without_pooling,
)
from dashboard.code import pointwise as code

Section = Literal["trained", "fitted", "unpooled", "gains", "live"]
SECTIONS: dict[Section, tuple[str, Callable[[], None]]] = {
    "trained": ("Trained in its place", trained_in_place.draw),
    "fitted": ("Fitted to a trained block", fitted_maps.draw),
    "unpooled": ("Same weights, no pooling", without_pooling.draw),
    "gains": ("Gains of all", all_gains.draw),
    "live": ("Gates while training", live_training.draw),
}


def main() -> None:
    """Choose what is put beside SE; only that is run."""
    section: Section = st.segmented_control(
        "Section",
        list(SECTIONS),
        format_func=lambda key: SECTIONS[key][0],
        default="trained",
        required=True,
        key="pointwise_section",
        persist_state="session",
        label_visibility="collapsed",
    )
    SECTIONS[section][1]()
    as_code.offer(lambda: code.script(section))


main()
