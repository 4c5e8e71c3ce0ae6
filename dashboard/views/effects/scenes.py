"""What matters to a network that finds boxes or a class map: the change of what it finds."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import costly, lowest_score
from dashboard.components.pickers import channel_picker
from dashboard.components.widgets import dark, show
from dashboard.services import scene_sweeps
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from dashboard.views.effects import replacement, scene_accuracy, swept
from senet_viz.core.scenes import Detection
from senet_viz.core.translation import tr
from senet_viz.figures.interventions.scene_effects import (
    scene_blocks_by_depth,
    scene_effect_against_gate,
)


def draw(inspection: Inspection, block: str) -> float:
    """Channels, blocks and a folder of pictures; the lowest score of the boxes that count."""
    lowest = 0.0
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        if isinstance(inspection.capture.scene, Detection):
            lowest = lowest_score.choose()
        put = replacement.choose(inspection)
        costly.switch(inspection)
    channels(inspection, block, put, lowest, row)
    st.subheader(tr("Which blocks matter for this picture?"), anchor=False)
    blocks(inspection, block, lowest)
    st.subheader(tr("Which blocks matter for many pictures?"), anchor=False)
    scene_accuracy.draw(inspection, block)
    return lowest


def channels(
    inspection: Inspection, block: str, put: str, lowest: float, row: DeltaGenerator
) -> None:
    """Each channel of the picked block in turn; which one is picked stands in ``row``."""
    effects = swept.channels(inspection, block, None, put, scene_sweeps.sweep_channels)
    if effects is None:
        return
    with row:
        picked = channel_picker(len(effects.gate), effects.most_effective(1, lowest)[0])
    show(
        scene_effect_against_gate(
            effects, put=replacement.words(put), picked=picked, dark=dark(), lowest=lowest
        ),
        "scene_gate",
        on_click=selection.take_channel_click,
    )


def blocks(inspection: Inspection, block: str, lowest: float) -> None:
    """All gates of each block in turn."""
    effects = swept.blocks(inspection, None, scene_sweeps.sweep_blocks)
    if effects is not None:
        show(
            scene_blocks_by_depth(effects, picked=block, dark=dark(), lowest=lowest),
            "scene_blocks",
            on_click=selection.take_block_click,
        )
