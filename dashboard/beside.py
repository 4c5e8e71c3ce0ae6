"""The pinned pictures beside the one looked at: switched on once, compared in every such view."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from dashboard import edited, pinned, pinned_gates, services, state
from dashboard.pinned import Pin
from dashboard.subject import Subject, label
from dashboard.widgets import dark, show
from senet_viz.arrays import Array
from senet_viz.edits import GateEdit
from senet_viz.figures.channels import channel_by_picture
from senet_viz.language import count, tr
from senet_viz.numerics import softmax


def offered() -> tuple[Pin, ...]:
    """The pinned pictures where the person wants them here; a forward pass for each."""
    pinned.keep()
    pins = pinned.pins()
    st.toggle(
        tr("Beside the pinned pictures"),
        key=state.BESIDE,
        on_change=state.ask_for_all,
        persist_state="session",
        help=tr(
            "{pictures} pinned, one forward pass for each. Others are pinned in the gallery on the "
            "left, or under Pictures.",
            pictures=count(len(pins), "picture"),
        ),
    )
    return pins if st.session_state[state.BESIDE] else ()


def ready(looked: Subject) -> None:
    """Outside any part, where a click ends it: the forward passes that are wanted beside."""
    if st.session_state.get(state.BESIDE):
        pinned.keep()
        pinned_gates.captured(looked.name, pinned.pins(), trained=looked.net.trained)


def channel(looked: Subject, block: str, number: int) -> None:
    """One channel's gate for every pinned picture."""
    pins = offered()
    if not pins:
        return
    captures = pinned_gates.captured(looked.name, pins, trained=looked.net.trained)
    gates = np.array([seen[block].excitation[0, number] for seen in captures])
    usual = None
    if looked.net.reference is not None:
        mean, deviation = looked.net.reference.usual(block)
        usual = float(mean[number]), float(deviation[number])
    chart = channel_by_picture(
        block, number, gates, [pin.series for pin in pins], usual=usual, dark=dark()
    )
    show(chart, "beside_channel")


def blocks(looked: Subject) -> None:
    """Every block's mean gate for every pinned picture."""
    pins = offered()
    if not pins:
        return
    captures = pinned_gates.captured(looked.name, pins, trained=looked.net.trained)
    names = looked.seen.capture.names
    columns: dict[str, Any] = {"block": tr("Block")}
    table: dict[str, Any] = {"block": list(names)}
    for number, (pin, seen) in enumerate(zip(pins, captures, strict=True)):
        table[str(number)] = [float(seen[name].excitation.mean()) for name in names]
        columns[str(number)] = st.column_config.NumberColumn(
            pin.name, format="%.3f", help=tr("mean gate of this picture")
        )
    st.dataframe(table, column_config=columns, hide_index=True, key="beside_blocks")


def answers(looked: Subject, edits: Sequence[GateEdit]) -> None:
    """What the edits in force do to the prediction for every pinned picture."""
    if not edits or looked.seen.capture.logits is None:
        return
    pins = offered()
    if not pins:
        return
    rows = []
    for pin in pins:
        data = pin.chosen.data
        seen = services.seen(looked.name, pin.chosen.sha256, data, trained=looked.net.trained)
        other = looked._replace(picture=pin.chosen, seen=seen)
        after = edited.after(other, edited.gates(other, edits))
        then, now = _answer(other, seen.capture.logits), _answer(other, after.logits)
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


def _answer(looked: Subject, logits: Array | None) -> tuple[str, float]:
    """The likeliest class and its probability."""
    if logits is None:
        return "", float("nan")
    share = softmax(logits[0])
    best = int(share.argmax())
    return label(looked, best), float(share[best])
