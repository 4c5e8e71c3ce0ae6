"""What matters: effect against gate, blocks against blocks, and accuracy over labelled pictures."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import class_choice, copy_as_code, costly, page_header, script_records
from dashboard.components.class_choice import Followed
from dashboard.components.pickers import channel_picker
from dashboard.components.script_labelled import Folder
from dashboard.components.widgets import dark, plain, show
from dashboard.services import controls, sweeps
from dashboard.services.inspections import Inspection
from dashboard.services.sweeps import Key
from dashboard.session import measurement_requests, selection, view_keys
from dashboard.views.effects import accuracy, pinned, replacement, scene_script, scenes, swept
from dashboard.views.effects import script as code
from dashboard.views.effects.scene_script import SceneEffects
from dashboard.views.effects.script import Effects
from senet_viz.analysis.channel_deletion import ChannelDeletion
from senet_viz.analysis.effects import ChannelEffects
from senet_viz.core.scenes import Detection
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import signed
from senet_viz.figures.interventions.block_effects import blocks_by_depth
from senet_viz.figures.interventions.channel_deletion import channels_deleted, channels_inserted
from senet_viz.figures.interventions.channel_effects import (
    effect_against_gate,
    estimate_against_measured,
)

CONTROL = view_keys.EFFECTS_CONTROL


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    inspection = page_header.inspect(controls.chosen(CONTROL))
    block = page_header.of_picture(
        inspection,
        tr(
            "What changes when gates of {network} are replaced",
            network="{network}",
        ),
        control_key=CONTROL,
    )
    logits = inspection.capture.logits
    if inspection.capture.scene is not None:
        lowest = scenes.draw(inspection, block)
        copy_as_code.offer(lambda: scene_script.script(describe_scene(inspection, block, lowest)))
        return
    if logits is None:
        st.info(
            tr(
                "This network gives no class scores, boxes or class map, so there is no change to "
                "measure. Choose another network."
            )
        )
        return
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        followed = class_choice.choose(inspection, logits[0])
        put = replacement.choose(inspection)
        costly.switch(inspection)
    channels(inspection, block, followed, put, row)
    st.subheader(tr("Which blocks matter for this picture?"), anchor=False)
    blocks(inspection, block, followed)
    pinned.effects(inspection, block)
    st.subheader(tr("Which blocks matter for accuracy?"), anchor=False)
    accuracy.draw(inspection, block)
    copy_as_code.offer(lambda: code.script(describe(inspection, block, followed)))


def describe(inspection: Inspection, block: str, followed: Followed) -> Effects:
    """What *Copy as code* is told of the page."""
    sweep = measurement_requests.kept_sweep(inspection.key)
    return Effects(
        look=script_records.look(inspection),
        block=block,
        followed=followed.number,
        against=followed.against,
        put=str(st.session_state[measurement_requests.PUT]),
        reference=inspection.network.reference is not None,
        faithful=bool(st.session_state.get(view_keys.FAITHFUL)),
        sweep=None if sweep is None else Folder(sweep.folder, sweep.wanted),
    )


def describe_scene(inspection: Inspection, block: str, lowest: float) -> SceneEffects:
    """The same for a network that finds boxes or a class map."""
    sweep = measurement_requests.kept_scenes(inspection.key)
    return SceneEffects(
        look=script_records.look(inspection),
        block=block,
        put=str(st.session_state[measurement_requests.PUT]),
        lowest=lowest,
        boxes=isinstance(inspection.capture.scene, Detection),
        sweep=None if sweep is None else Folder(sweep.folder, sweep.wanted),
    )


def channels(
    inspection: Inspection, block: str, followed: Followed, put: str, row: DeltaGenerator
) -> None:
    """Each channel of the picked block in turn; which one is picked stands in ``row``."""
    effects = swept.channels(inspection, block, followed, put, sweeps.sweep_channels)
    if effects is None:
        return
    label = class_choice.named(inspection, followed)
    with row:
        picked = channel_picker(len(effects.gate), effects.most_effective(1)[0])
    left, right = st.columns([1.4, 1], gap="medium")
    with left:
        show(
            effect_against_gate(
                effects, label=label, put=replacement.words(put), picked=picked, dark=dark()
            ),
            "effect_gate",
            on_click=selection.take_channel_click,
        )
    with right:
        show(estimate_against_measured(effects, picked=picked, dark=dark()), "effect_estimate")
    st.caption(plain(in_words(effects, picked, put)))
    faithful(inspection, sweeps.channels_key(inspection, block, followed, put), label)


def faithful(inspection: Inspection, channels_key: Key, label: str) -> None:
    """Do gate, effect and estimate name the channels that the answer rests on? When asked."""
    section = st.expander(
        tr("Which ranking names the channels that the answer rests on?"),
        key=view_keys.FAITHFUL,
        on_change="rerun",
    )
    if not section.open:
        return
    with section:
        deletions: tuple[ChannelDeletion, ...] | None = costly.obtained(
            inspection,
            sweeps.deletion_key(channels_key),
            sweeps.sweep_deletion,
            button=tr("Replace channels by each ranking"),
            doing=tr("Replacing and giving back channels"),
        )
        if deletions is None:
            return
        left, right = st.columns(2, gap="medium")
        with left:
            show(channels_deleted(deletions, label=label, dark=dark()), "effect_deleted")
        with right:
            show(channels_inserted(deletions, label=label, dark=dark()), "effect_inserted")


def in_words(effects: ChannelEffects, picked: int, put: str) -> str:
    """The picked channel in numbers, and the channels of most effect."""
    order = list(effects.most_effective(len(effects.gate)))
    most = ", ".join(f"{c} ({signed(effects.change[c], decimals=3)})" for c in order[:8])
    return tr(
        "Channel {channel}: gate {gate:.3f}; set to {put} {what} changes by {change} (estimated "
        "{estimate}) and the probability by {points} points; rank {rank} of {channels} by effect. "
        "Channels of most effect: {most}.",
        channel=picked,
        gate=effects.gate[picked],
        put=replacement.words(put),
        what=tr("the logit") if effects.against is None else tr("the logit difference"),
        change=signed(effects.change[picked], decimals=3),
        estimate=signed(effects.estimate[picked], decimals=3),
        points=signed(100 * effects.probability_change[picked], decimals=1),
        rank=order.index(picked) + 1,
        channels=len(order),
        most=most,
    )


def blocks(inspection: Inspection, block: str, followed: Followed) -> None:
    """All gates of each block in turn."""
    effects = swept.blocks(inspection, followed, sweeps.sweep_blocks)
    if effects is None:
        return
    show(
        blocks_by_depth(
            effects,
            label=class_choice.named(inspection, followed),
            picked=block,
            by="probability" if followed.against is None else "logit",
            dark=dark(),
        ),
        "effect_blocks",
        on_click=selection.take_block_click,
    )
    if inspection.network.reference is None:
        st.caption(
            tr(
                "This network has no reference statistics, so its gates are not set to their mean "
                "here; over labelled pictures, below, the mean is taken over those."
            )
        )


main()
