"""What replacing a block's gates does to every pinned picture's prediction."""

from typing import Any

import streamlit as st

from dashboard.components import pinned_beside
from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from dashboard.services.pinned_captures import one_by_one
from senet_viz.analysis.effects import WORDS
from senet_viz.core.translation import tr

number = st.column_config.NumberColumn


def effects(inspection: Inspection, block: str) -> None:
    """What replacing the picked block's gates does to every pinned picture's likeliest class."""
    pins = pinned_beside.offered()
    if not pins or not pinned_beside.measured_wanted(inspection, pins, "effects"):
        return
    rows = []
    for pin in one_by_one(pins):
        other = inspection.of(pin.chosen)
        logits = other.capture.logits
        if logits is None:
            return
        best = int(logits[0].argmax())
        key = sweeps.blocks_key(other, (best, None))
        found = sweeps.kept(key)
        if found is None:
            found = sweeps.sweep_blocks(other, key, done=lambda _n, _of: None)
        row: dict[str, Any] = {"picture": pin.name, "class": inspection.label(best)}
        rows.append(
            row | {e.how: 100 * e.probability_change for e in found if e.block.name == block}
        )
    columns: dict[str, Any] = {
        "picture": tr("Picture"),
        "class": tr("Likeliest class"),
        **{
            str(how): number(
                words[:1].upper() + words[1:],
                format="%+.1f",
                help=tr("Change of that class's probability, in percentage points."),
            )
            for how, words in WORDS.items()
        },
    }
    st.dataframe(rows, column_config=columns, hide_index=True, key="beside_effects")
