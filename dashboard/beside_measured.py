"""The pinned pictures where something is measured: each under the same perturbation or edit."""

from typing import Any

import streamlit as st

from dashboard import beside, measured, measuring, perturbed, services
from dashboard.perturbed import Strengths
from dashboard.pinned import Pin
from dashboard.pinned_gates import one_by_one
from dashboard.subject import Subject, label
from senet_viz.effects import WORDS
from senet_viz.language import tr
from senet_viz.records import PerturbationKind
from senet_viz.stability import relative_movement

number = st.column_config.NumberColumn


def steadiness(looked: Subject, kind: PerturbationKind, fixed: Strengths, block: str) -> None:
    """How far the picked block's gates move for every pinned picture, and what becomes of it."""
    pins = beside.offered()
    if not pins or not _wanted(looked, pins, "sweeps"):
        return
    trained, rows = looked.net.trained, []
    spread = perturbed.spread(looked.name, trained=trained)
    for pin in one_by_one(pins):
        picture = pin.chosen
        moved = perturbed.swept(
            looked.name, picture.sha256, picture.data, kind, fixed, trained=trained
        )
        at = moved.names.index(block)
        row: dict[str, Any] = {
            "picture": pin.name,
            "moved": float(moved.movement[at]),
            "ratio": float(relative_movement(moved, spread)[at]),
        }
        if moved.likeliest is not None and moved.followed is not None:
            row["class"] = label(looked, moved.followed)
            row["kept"] = float((moved.likeliest == moved.followed).mean())
        rows.append(row)
    columns: dict[str, Any] = {
        "picture": tr("Picture"),
        "moved": number(
            tr("Gates move by"),
            format="%.4f",
            help=tr("Standard deviation over the strengths, mean over the channels of the block."),
        ),
        "ratio": number(
            tr("Against other pictures"),
            format="%.2f",
            help=tr("1: as much as these gates differ from picture to picture."),
        ),
        "class": tr("Likeliest class"),
        "kept": number(
            tr("Strengths that keep it"),
            format="percent",
            help=tr("Share of the strengths swept at which the same class stays in front."),
        ),
    }
    st.dataframe(rows, column_config=columns, hide_index=True, key="beside_steadiness")


def effects(looked: Subject, block: str) -> None:
    """What replacing the picked block's gates does to every pinned picture's likeliest class."""
    pins = beside.offered()
    if not pins or not _wanted(looked, pins, "effects"):
        return
    rows = []
    for pin in one_by_one(pins):
        data = pin.chosen.data
        seen = services.seen(looked.name, pin.chosen.sha256, data, trained=looked.net.trained)
        logits = seen.capture.logits
        if logits is None:
            return
        other, best = looked._replace(picture=pin.chosen, seen=seen), int(logits[0].argmax())
        key = measured.blocks_key(other, best)
        found = measured.kept_blocks(key)
        if found is None:
            found = measured.sweep_blocks(other, key, done=lambda _n, _of: None)
        row: dict[str, Any] = {"picture": pin.name, "class": label(looked, best)}
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


def _wanted(looked: Subject, pins: tuple[Pin, ...], what: str) -> bool:
    """At once on a small network; on a large one only when asked for."""
    key = ("pins", what, looked.name, looked.net.trained)
    if looked.net.library == "senet_viz" or measuring.wanted(key):
        return True
    st.button(
        tr("Measure the {pictures} pinned pictures", pictures=len(pins)),
        key="measure_pins",
        on_click=measuring.want,
        args=(key,),
    )
    return False
