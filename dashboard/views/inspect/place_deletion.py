"""Is the account by place right? Its places covered, beside random ones; measured when asked."""

import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.widgets import dark, show
from dashboard.services.inspections import Inspection
from dashboard.session import view_keys
from dashboard.views.inspect import compute
from senet_viz.analysis.place_deletion import RANDOM_SETS, SHARES
from senet_viz.core.translation import tr
from senet_viz.figures.block.place_deletion import COVERS, deletion_curve

OPEN, COVER = view_keys.DELETION_OPEN, view_keys.DELETION_COVER
PASSES = (RANDOM_SETS + 1) * len(SHARES) + 1


def covered(inspection: Inspection, block: str, channel: int) -> None:
    """A switch, and under it both deletion curves."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle(
            tr("Test it: cover these places"),
            key=OPEN,
            help=tr(
                "Places of the highest account are covered, and {sets} random sets of the same "
                "size. {passes} forward passes.",
                sets=RANDOM_SETS,
                passes=PASSES,
            ),
        )
        if not st.session_state[OPEN]:
            return
        cover = choice(tr("Covered by"), COVERS, COVER)
    picture = inspection.picture
    curves = compute.deletions_of(
        inspection.key,
        picture.sha256,
        picture.data,
        trained=inspection.network.trained,
        block=block,
        channel=channel,
        cover=cover or "mean",
    )
    headings = tr("The block's input covered"), tr("The picture covered, all layers run again")
    for column, heading, curve in zip(st.columns(2, gap="medium"), headings, curves, strict=True):
        with column:
            st.markdown(f"**{heading}**")
            show(deletion_curve(curve, dark=dark()), f"deletion_{curve.edited}")
