"""The four versions trained in the block's place: over seeds, epoch by epoch, and as stored."""

from typing import Literal

import streamlit as st

from dashboard import over_seeds, stored_four, trained_curves

Part = Literal["seeds", "curves", "stored"]
PARTS: dict[Part, str] = {
    "seeds": "Accuracy over seeds",
    "curves": "Training curves",
    "stored": "The stored networks on this picture",
}
PART = "pointwise_part"


def draw() -> None:
    """Say what is shown, choose a part, draw it."""
    st.markdown(
        "**Trained in its place**: four networks trained separately by one recipe, which differ "
        "only in what stands at the end of each residual branch. Nothing here is fitted or "
        "changed after training."
    )
    part: Part = st.segmented_control(
        "Show",
        list(PARTS),
        format_func=PARTS.__getitem__,
        default="seeds",
        required=True,
        key=PART,
        persist_state="session",
        label_visibility="collapsed",
    )
    if part == "seeds":
        over_seeds.draw(stored_four.WORDS)
    elif part == "curves":
        trained_curves.draw(stored_four.WORDS)
    else:
        stored_four.draw()
