"""What if gates had other values: edits of any blocks, and the prediction before and after."""

from collections.abc import Callable
from operator import itemgetter

import numpy as np
import streamlit as st

from dashboard.components import class_choice, copy_as_code, page_header, script_records
from dashboard.components.png_download import offer_png
from dashboard.components.tables import Column, rows_of, table
from dashboard.components.widgets import dark, plain, reading, show
from dashboard.services import controls, edited_captures, inspections
from dashboard.services.edited_captures import Gates
from dashboard.services.inspections import Inspection
from dashboard.session import edit_links, gate_edits, selection, view_keys
from dashboard.session.gate_edits import Steps
from dashboard.shell.fragments import part
from dashboard.views.whatif import edit_file, pinned
from dashboard.views.whatif import script as code
from dashboard.views.whatif.edit_form import choose
from dashboard.views.whatif.edit_list import edit_list
from dashboard.views.whatif.script import WhatIf
from senet_viz.core.arrays import Array
from senet_viz.core.records import Activation, Capture
from senet_viz.core.scenes import Detection, Scene
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import percent, signed
from senet_viz.figures.block.scenes import scene_picture
from senet_viz.figures.interventions.gate_movement import gates_before_after, gates_moved_by_depth
from senet_viz.figures.interventions.prediction_charts import prediction_change

CONTROL = view_keys.WHATIF_CONTROL


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    page_header.inspect(controls.chosen(CONTROL))
    # With the pinned pictures beside it takes long, and a click inside a part could not end it.
    together = bool(st.session_state.get(selection.BESIDE))
    draw = block_and_edits if together else part(block_and_edits)
    draw(together=together)


def block_and_edits(*, together: bool) -> None:
    """The picked block; and below it, as a part of its own unless ``together``, the edits."""
    inspection = inspections.inspect(controls.chosen(CONTROL))
    block = page_header.of_picture(
        inspection,
        tr(
            "What {network} answers when its gates are changed",
            network="{network}",
        ),
        control_key=CONTROL,
    )
    draw = operate if together else part(operate)
    draw(block)


def operate(block: str) -> None:
    """The edits, and what the network says under them."""
    inspection = inspections.inspect(controls.chosen(CONTROL))
    network, names = edited_captures.network_name(), inspection.capture.names
    with st.container(key="result_first"):
        left, right = st.columns([1, 1.25], gap="large")
    channels = {a.block.name: a.excitation.shape[1] for a in inspection.capture}
    edit_links.arrive(network, channels)
    with left:
        choose(inspection, network)
        edit_list(network, names)
        edit_file.offer(network, inspection.network.title, channels)
    steps = gate_edits.steps(network)
    edits = edited_captures.possible(edit for step in steps for edit in step)
    gates = edited_captures.gates(inspection, edits)
    after = edited_captures.after(inspection, gates) if gates else inspection.capture
    with right:
        prediction(inspection, after)
    followed(inspection, after, gates, block)
    pinned.answers(inspection, edits)
    copy_as_code.offer(lambda: code.script(describe(inspection, steps)))


def describe(inspection: Inspection, steps: Steps) -> WhatIf:
    """What *Copy as code* is told of the page."""
    before = inspection.capture
    return WhatIf(
        look=script_records.look(inspection),
        blocks=before.names,
        steps=tuple(edited_captures.possible(step) for step in steps),
        pictures=selection.pictures(),
        followed=None if before.logits is None else class_choice.of_now(before.logits[0]),
        scene=before.scene is not None,
        reference=inspection.network.reference is not None,
    )


def prediction(inspection: Inspection, after: Capture) -> None:
    """Before and after side by side, and the logit of one class."""
    before, net = inspection.capture, inspection.network
    if before.logits is not None and after.logits is not None:
        chart = prediction_change(
            before.logits[0],
            after.logits[0],
            labels=net.labels or None,
            activation=before.activation,
            dark=dark(),
        )
        show(chart, "change")
        logit(inspection, before.logits[0], after.logits[0], before.activation)
        classes(chart)
    elif before.scene is not None and after.scene is not None:
        scenes(inspection, before.scene, after.scene)
    else:
        st.info(
            tr(
                "This network does not end in one score a class, so there is no prediction to "
                "compare. Its gates are compared below."
            )
        )


def classes(chart: Chart) -> None:
    """The classes of the chart in numbers."""
    columns = {
        "name": Column(tr("Class"), itemgetter("name")),
        "before": Column(tr("Before"), itemgetter("before"), "percent"),
        "after": Column(tr("After"), itemgetter("after"), "percent"),
        "logit_before": Column(tr("Logit before"), itemgetter("logit_before"), "%.3f"),
        "logit_after": Column(tr("Logit after"), itemgetter("logit_after"), "%.3f"),
        "logit_change": Column(
            tr("Change"),
            lambda row: np.round(row["logit_change"], 3) + 0.0,  # never -0.000
            "%+.3f",
        ),
    }
    table(rows_of(chart.table), columns, "change_table")


def logit(inspection: Inspection, before: Array, after: Array, activation: Activation) -> None:
    """One class in numbers: the likeliest before, or the one picked, against another or alone."""
    with st.container(horizontal=True):
        chosen = class_choice.choose(inspection, before)
    at = chosen.number
    chances, ranks = (
        [shares(s, activation)[at] for s in (before, after)],
        [rank(s, at) for s in (before, after)],
    )
    points = 100 * float(chances[1] - chances[0])
    facts = {
        tr("logit"): (f"{after[at]:.3f}", _delta(after[at] - before[at], decimals=3)),
        tr("probability"): (percent(chances[1]), _delta(points, decimals=1, unit=_points)),
        tr("rank"): (f"{ranks[1]}", _delta(ranks[1] - ranks[0], decimals=0)),
    }
    then = [f"{before[at]:.3f}", percent(chances[0]), f"{ranks[0]}"]
    if chosen.against is not None:
        ends = chosen.score(before), chosen.score(after)
        change = _delta(ends[1] - ends[0], decimals=3)
        facts[tr("logit difference")] = f"{ends[1]:.3f}", change
        then.append(f"{ends[0]:.3f}")
    edited = bool((before != after).any())
    grid = st.grid(len(facts), min_column_width=110)
    for (name, (now, change)), was in zip(facts.items(), then, strict=True):
        label = tr("{name}, before {was}", name=name, was=plain(was)) if edited else name
        grid.metric(label, now, change if edited else None, delta_color="off")


def _delta(change: float, *, decimals: int, unit: Callable[[str], str] = str) -> str:
    """With a hyphen for minus, which sets the direction of a metric's arrow; "" for no change."""
    if round(change, decimals) == 0:
        return ""
    return unit(signed(change, decimals=decimals).replace("−", "-"))


def _points(change: str) -> str:
    return tr("{points} points", points=change)


def rank(scores: Array, at: int) -> int:
    """1 for the likeliest class."""
    return int((scores > scores[at]).sum()) + 1


def scenes(inspection: Inspection, before: Scene, after: Scene) -> None:
    """What a detection or segmentation network found, before and after."""
    st.caption(
        tr(
            "This network finds boxes, not one class for the picture: what it found is shown "
            "before and after, and no logit is followed."
        )
        if isinstance(before, Detection)
        else tr(
            "This network gives every pixel a class, not one class for the picture: what it found "
            "is shown before and after, and no logit is followed."
        )
    )
    threshold = float(st.session_state.get(selection.SCORE, 0.5))
    for column, moment, scene in zip(
        st.columns(2), ("before", "after"), (before, after), strict=True
    ):
        drawn = scene_picture(
            inspection.pixels, scene, labels=inspection.network.labels, threshold=threshold
        )
        title, earlier = plain(drawn.title), moment == "before"
        with column:
            st.markdown(
                tr("**Before: {title}**", title=title)
                if earlier
                else tr("**After: {title}**", title=title),
                help=reading(drawn.reads, drawn.caution),
            )
            st.image(
                drawn.png,
                width="stretch",
                alt=tr("before: {alt}", alt=drawn.alt)
                if earlier
                else tr("after: {alt}", alt=drawn.alt),
            )
            offer_png(drawn.png, f"{moment} {drawn.title}")
            if drawn.note:
                st.caption(plain(drawn.note))


def followed(inspection: Inspection, after: Capture, gates: Gates, block: str) -> None:
    """The picked block's gates, and those of the blocks that follow."""
    before = inspection.capture
    st.subheader(tr("What the gates do"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        show(
            gates_before_after(before[block], after[block], dark=dark()),
            "gates_change",
            on_click=take_click,
        )
    with right:
        if not gates:
            st.caption(tr("With an edit in force, this shows how far the blocks after it follow."))
            return
        show(
            gates_moved_by_depth(before, after, edited=gates, dark=dark()),
            "movement",
            on_click=selection.take_block_click_below,
        )


def take_click(key: str) -> None:
    """Callback: the channel is picked, and offered to the form of edits."""
    selection.take_channel_click(key)
    gate_edits.offer_channel()


main()
