"""Beside where a gate comes from: what at the same block speaks for a class."""

import numpy as np
import streamlit as st

from dashboard.components.png_download import offer_png
from dashboard.components.widgets import plain, sentence
from dashboard.runtime import language_choice
from dashboard.services.inspections import Inspection
from dashboard.session import selection, view_keys
from dashboard.views.inspect import compute
from senet_viz.analysis.class_maps import ClassMap, GateRelevance
from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import signed
from senet_viz.figures.block.feature_maps import overlay

OPEN, CLASS = view_keys.CLASS_MAP_OPEN, view_keys.CLASS_MAP_CLASS
MOST_CLASSES = 5
OPACITY = 0.6


def beside(inspection: Inspection, block: str, channel: int) -> None:
    """A switch, and under it the class map and the channel's relevance; nothing without classes."""
    logits = inspection.capture.logits
    if logits is None:
        return
    picked = _choose(inspection, logits)
    if picked is None:
        return
    picture = inspection.picture
    class_map, relevance = compute.class_of(
        inspection.key,
        picture.sha256,
        picture.data,
        trained=inspection.network.trained,
        block=block,
        class_index=picked,
    )
    name = inspection.label(picked)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        _drawn(inspection, class_map, block, name)
    with right:
        st.markdown(f"**{plain(relevance_words(relevance, channel, name))}**")
        st.caption(plain(rule(relevance, name)))


def _choose(inspection: Inspection, logits: Array) -> int | None:
    """The class among the likeliest; None while the switch is off."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle(
            tr("Class map beside it"),
            key=OPEN,
            help=tr("What supports a class at this block. Takes two backward passes."),
        )
        if not st.session_state[OPEN]:
            return None
        classes = np.argsort(-logits[0], kind="stable")[:MOST_CLASSES].tolist()
        language_choice.renew(CLASS)
        picked = st.selectbox(
            tr("Class"),
            classes,
            format_func=inspection.label,
            key=selection.begin(CLASS, classes),
            persist_state="session",
            width=260,
        )
    return int(picked)


def _drawn(inspection: Inspection, class_map: ClassMap | str, block: str, name: str) -> None:
    """The map over the picture, or why there is none."""
    if isinstance(class_map, str):
        st.caption(tr("{problem}\\.", problem=sentence(class_map)))
        return
    high = float(class_map.map.max()) or 1.0
    drawn = overlay(inspection.pixels, class_map.map, opacity=OPACITY, low=0.0, high=high)
    st.image(
        drawn,
        width="stretch",
        alt=tr("Grad-CAM of {name} at {block}", name=name, block=block),
        caption=plain(
            tr(
                "Speaks for {name}: Grad-CAM at {block}, 0 (dark blue) to its highest value "
                "(yellow)",
                name=name,
                block=block,
            )
        ),
    )
    offer_png(drawn, f"{block} class map {name}")


def relevance_words(relevance: GateRelevance, channel: int, name: str) -> str:
    """What the channel adds to the class's score through its gate."""
    return tr(
        "Through its gate, channel {channel} adds {value} to the score of {name}: rank {rank} of "
        "{channels} by size",
        channel=channel,
        value=signed(float(relevance.relevance[channel]), decimals=3),
        name=name,
        rank=relevance.rank(channel),
        channels=relevance.relevance.size,
    )


def rule(relevance: GateRelevance, name: str) -> str:
    """Which rule this is, and that nothing is conserved."""
    return tr(
        "Rule: gate × activation × gradient of the score, summed over the places. It is a "
        "first-order reading and conserves nothing: all channels come to {sum}, the score of "
        "{name} is {score}. What opened the gate and what speaks for the class are two questions, "
        "so the two maps need not agree.",
        sum=signed(float(relevance.relevance.sum()), decimals=3),
        name=name,
        score=signed(relevance.score, decimals=3),
    )
