"""Stability: perturb the picture, and see which gates move."""

import streamlit as st

from dashboard.components import copy_as_code, page_header, script_records
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, file_name, show
from dashboard.services import controls
from dashboard.services.captures import Passage
from dashboard.services.inspections import Inspection
from dashboard.services.networks import Network
from dashboard.session import selection, view_keys
from dashboard.views.stability import adversarial, compute, pinned, sliders
from dashboard.views.stability import script as code
from dashboard.views.stability.script import Stability
from senet_viz.analysis.stability import Trajectories, relative_movement
from senet_viz.core.translation import tr
from senet_viz.figures.interventions.perturbation_sweep import (
    MOST_CHANNELS,
    class_trajectory,
    gate_trajectories,
    prediction_when_perturbed,
)
from senet_viz.figures.interventions.stability_by_depth import block_stability

FOLLOWED = 5
CONTROL = view_keys.STABILITY_CONTROL


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    inspection = page_header.inspect(controls.chosen(CONTROL))
    key, net, picture = inspection.key, inspection.network, inspection.picture
    block = page_header.of_picture(
        inspection,
        tr("How far the gates of {network} move when the picture is changed", network="{network}"),
        control_key=CONTROL,
    )
    with st.container(key="result_first"):
        left, right = st.columns([1.2, 1], gap="medium")
    with left:
        strengths = sliders.sliders()
    changed = compute.perturbed(key, picture.sha256, picture.data, strengths, trained=net.trained)
    with right:
        after(inspection, changed)
    kind = sliders.choose_sweep()
    fixed = tuple((other, strength) for other, strength in strengths if other != kind)
    moved = compute.swept(key, picture.sha256, picture.data, kind, fixed, trained=net.trained)
    along(net, moved, changed, block, strength=dict(strengths)[kind])
    st.subheader(tr("How stable each block is"), anchor=False)
    ratio = relative_movement(moved, compute.spread(key, net))
    measured = compute.spread_words(net)
    show(
        block_stability(moved, ratio, selected=block, measured=measured, dark=dark()),
        "stability",
        on_click=selection.take_block_click,
    )
    st.caption(tr("Click a bar to see that block's gates above."))
    pinned.steadiness(inspection, kind, fixed, block)
    adversarial.section(inspection, block)
    copy_as_code.offer(
        lambda: code.script(
            Stability(
                look=script_records.look(inspection),
                strengths=strengths,
                kind=kind,
                block=block,
                channels=sliders.picked_channels(),
                classes=inspection.capture.logits is not None,
                reference=net.reference is not None,
                attack=adversarial.describe() if inspection.capture.logits is not None else None,
            )
        )
    )


def after(inspection: Inspection, changed: Passage) -> None:
    """What the network says of the perturbed picture, and that picture as the network sees it."""
    before, now = inspection.capture.logits, changed.capture.logits
    if before is None or now is None:
        st.info(tr("This network does not end in one score a class: only its gates are compared."))
    else:
        chart = prediction_when_perturbed(
            before[0],
            now[0],
            labels=inspection.network.labels or None,
            activation=inspection.capture.activation,
            dark=dark(),
        )
        show(chart, "prediction_change")
    height, width = inspection.capture.input_size
    words = tr(
        "{picture}, perturbed, {width} × {height} px",
        picture=file_name(inspection.name),
        width=width,
        height=height,
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.image(changed.pixels, width=112, alt=tr("The pixels the network saw, perturbed"))
        with st.container(gap="xxsmall"):
            st.caption(words)
            offer_png(changed.pixels, f"seen {inspection.name} {words}")


def along(
    net: Network, moved: Trajectories, changed: Passage, block: str, *, strength: float
) -> None:
    """The gates of the chosen channels, and the class that was in front."""
    gates = changed.capture[block].excitation[0]
    sliders.keep_channels(len(gates))
    channels = sliders.choose_channels(
        len(gates), moved.most_moving(block, FOLLOWED), most=MOST_CHANNELS
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chart = gate_trajectories(
            moved, block, channels, strength=strength, gates=gates, dark=dark()
        )
        show(chart, "gates_along", on_click=selection.take_channel_click)
    with right:
        if moved.probability is not None:
            chart = class_trajectory(
                moved, strength=strength, labels=net.labels or None, dark=dark()
            )
            show(chart, "class_along")


main()
