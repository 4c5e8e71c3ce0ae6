"""The four versions trained in the block's place: over seeds, epoch by epoch, and as stored."""

from typing import Literal

import streamlit as st

from dashboard.components.choice import choice
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from dashboard.session import chart_sources, selection, view_keys
from dashboard.views.pointwise import curves, gain_pictures, seeds, stored, trained_script
from dashboard.views.pointwise.compute import stored_networks
from senet_viz.core.translation import Words, tr

Part = Literal["seeds", "curves", "stored"]
PARTS = Words[Part](
    {
        "seeds": lambda: tr("Accuracy over seeds"),
        "curves": lambda: tr("Training curves"),
        "stored": lambda: tr("The stored networks on this picture"),
    }
)
PART = view_keys.TRAINED_PART


def draw() -> None:
    """Say what is shown, choose a part, draw it."""
    chart_sources.say(tr("SE-ResNet-18 and its three baselines, Imagenette"), picked=False)
    st.caption(
        tr(
            "**Trained in its place**: four networks trained separately by one recipe, which "
            "differ only in what stands at the end of each residual branch. Nothing here is fitted "
            "or changed after training."
        )
    )
    part: Part = choice(tr("Show"), PARTS, PART, first="seeds", titled=False)
    if part == "seeds":
        seeds.draw(stored_networks.words())
    elif part == "curves":
        curves.draw(stored_networks.words())
    else:
        stored.draw()


def describe() -> trained_script.Part:
    """What *Copy as code* is told of the part shown."""
    chosen = st.session_state
    part = chosen.get(PART) or "seeds"
    if part == "seeds":
        return trained_script.Seeds()
    if part == "curves":
        short = (chosen.get(curves.CURVES) or "short") == "short"
        return trained_script.Curves(
            () if short else tuple((n, networks.version(n)) for n in EMBEDDED)
        )
    place = str(chosen.get(selection.PLACE, "layer3.1"))
    return trained_script.Stored(
        selection.picture(), EMBEDDED, tuple(gain_pictures.chosen()), place
    )
