"""Every pinned picture under the same perturbation."""

from typing import Any

import streamlit as st

from dashboard.components import pinned_beside
from dashboard.services.inspections import Inspection
from dashboard.services.pinned_captures import one_by_one
from dashboard.views.stability import compute
from dashboard.views.stability.compute import Strengths
from senet_viz.analysis.stability import relative_movement
from senet_viz.core.records import PerturbationKind
from senet_viz.core.translation import tr

number = st.column_config.NumberColumn


def steadiness(
    inspection: Inspection, kind: PerturbationKind, fixed: Strengths, block: str
) -> None:
    """How far the picked block's gates move for every pinned picture, and what becomes of it."""
    pins = pinned_beside.offered()
    if not pins or not pinned_beside.measured_wanted(inspection, pins, "sweeps"):
        return
    trained, rows = inspection.network.trained, []
    spread = compute.spread(inspection.key, inspection.network)
    for pin in one_by_one(pins):
        picture = pin.chosen
        moved = compute.swept(
            inspection.key, picture.sha256, picture.data, kind, fixed, trained=trained
        )
        at = moved.names.index(block)
        row: dict[str, Any] = {
            "picture": pin.name,
            "moved": float(moved.movement[at]),
            "ratio": float(relative_movement(moved, spread)[at]),
        }
        if moved.likeliest is not None and moved.followed is not None:
            row["class"] = inspection.label(moved.followed)
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
