"""Which hidden units never switch on, and which always are: over a set of pictures, not one."""

import numpy as np
import streamlit as st

from dashboard.components.widgets import plain
from dashboard.services import unit_activity
from dashboard.services.inspections import Inspection
from dashboard.session import hidden_unit, measurement_requests, selection
from senet_viz.analysis.gate_account import GateAccount, UnitAccount
from senet_viz.core.arrays import Array
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.formats import percent

RELUS = ("relu", "relu6")
MOST_NAMED = 8


def pick(account: GateAccount, *, words: str | None = None) -> UnitAccount:
    """The hidden unit picked by number; the one of most weight to begin with.

    ``words`` say how else to pick one.
    """
    number = hidden_unit.keep(len(account.units), account.order[0])
    st.number_input(
        tr("Hidden unit (0 to {last})", last=len(account.units) - 1),
        0,
        len(account.units) - 1,
        key=hidden_unit.UNIT,
        persist_state="session",
        width=180,
        help=words,
    )
    return account.units[number]


def draw(inspection: Inspection, activation: BlockActivation, unit: int) -> None:
    """Dead and always-on units of the block, and how often the picked one is on."""
    layers = activation.layers
    if layers is None or layers.reduce is None or layers.non_linearity not in RELUS:
        return  # only a ReLU switches a unit off
    net, block = inspection.network, activation.block.name
    if net.reference is not None and (share := net.reference.activity(block)) is not None:
        st.caption(plain(in_words(share, unit, over=tested_on(net.reference.source))))
        return
    pictures = selection.pictures()
    key = ("units", inspection.key, net.trained)
    if not measurement_requests.wanted(key):
        st.button(
            tr(
                "Check which units are ever on, over the {pictures} pictures on offer",
                pictures=len(pictures),
            ),
            key="units_check",
            on_click=measurement_requests.want,
            args=(key,),
            type="tertiary",
        )
        return
    on = [
        unit_activity.units_on(inspection.key, p.sha256, p.data, trained=net.trained)[block]
        for p in pictures
    ]
    share = np.mean(on, axis=0, dtype=np.float32)
    st.caption(
        plain(
            in_words(
                share, unit, over=tr("the {pictures} pictures on offer", pictures=len(pictures))
            )
        )
    )


def in_words(share: Array, unit: int, *, over: str) -> str:
    """From the share of pictures for which each unit is on (m,)."""
    dead, always = np.flatnonzero(share == 0), np.flatnonzero(share == 1)
    of = count(share.size, "hidden unit")
    never = (
        tr("{some} never switched on", some=_some(dead, of))
        if dead.size
        else tr("each of {of} is on at times", of=of)
    )
    ever = (
        tr("{some} always on", some=_some(always, of)) if always.size else tr("none is always on")
    )
    return tr(
        "Over {over}: {never}; {ever}. Unit {unit} is on for {share} of them.",
        over=over,
        never=never,
        ever=ever,
        unit=unit,
        share=percent(float(share[unit])),
    )


def _some(units: np.ndarray, of: str) -> str:
    named = ", ".join(str(u) for u in units[:MOST_NAMED])
    named += ", …" if units.size > MOST_NAMED else ""
    return tr("{size} of {of} ({named})", size=units.size, of=of, named=named)
