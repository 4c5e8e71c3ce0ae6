"""What the edits do to the prediction for every pinned picture."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.components import pinned_beside
from dashboard.services import edited_captures
from dashboard.services.inspections import Inspection
from senet_viz.analysis.gate_edits import GateEdit
from senet_viz.core.records import Capture
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr


def answers(inspection: Inspection, edits: Sequence[GateEdit]) -> None:
    """What the edits in force do to the prediction for every pinned picture."""
    if not edits or inspection.capture.logits is None:
        return
    pins = pinned_beside.offered()
    if not pins:
        return
    rows = []
    for pin in pins:
        other = inspection.of(pin.chosen)
        after = edited_captures.after(other, edited_captures.gates(other, edits))
        then, now = _answer(other, other.capture), _answer(other, after)
        rows.append(
            {"picture": pin.name, "then": then[0], "was": then[1], "now": now[0], "is": now[1]}
        )
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "picture": tr("Picture"),
        "then": tr("As the network is"),
        "was": number(tr("Probability"), format="percent"),
        "now": tr("With the edits"),
        "is": number(tr("Probability "), format="percent"),
    }
    st.dataframe(rows, column_config=columns, hide_index=True, key="beside_answers")


def _answer(inspection: Inspection, capture: Capture) -> tuple[str, float]:
    """The likeliest class and its probability."""
    if capture.logits is None:
        return "", float("nan")
    share = shares(capture.logits[0], capture.activation)
    best = int(share.argmax())
    return inspection.label(best), float(share[best])
