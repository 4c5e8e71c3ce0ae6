"""Which blocks can go: a row for each, a tick, and what the ticked ones save and cost together."""

import streamlit as st

from dashboard.components import (
    data_set_words,
    long_job,
    saved_network,
    script_records,
    smaller_words,
)
from dashboard.components.tables import Column, table
from dashboard.components.widgets import plain
from dashboard.services import networks, plans
from dashboard.services.plan_records import Joined, Planned
from dashboard.session import selection
from dashboard.views.costs import channels, plan_form
from dashboard.views.costs.script import Plan
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.removal_plan import RemovalPlan
from senet_viz.analysis.variance import NAMES, rule
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.base.formats import signed

TICK = "Fold"


def draw(name: str) -> None:
    """Choose the pictures, look at the plan, tick blocks, measure them together, save."""
    st.markdown(tr("**Which blocks can go?**"))
    if name in networks.entries() and not _trained(name):
        st.caption(tr("With random weights there is nothing to learn from that."))
        return
    st.caption(
        tr(
            "A gate that is the same for every picture is a fixed factor per channel, and a "
            "factor can be folded exactly into the BatchNorm or convolution beside the block. "
            "Over your own pictures, the plan says which blocks those are, and what folding any "
            "block away costs."
        )
    )
    plan_form.ask(name)
    plan_form.watch()
    planned = plans.planned(name)
    if planned is not None and planned.plan is not None:
        _result(name, planned, planned.plan)
        channels.draw(name, planned)


def describe(name: str) -> Plan | None:
    """What *Copy as code* is told of the plan; None where none was made."""
    planned = plans.planned(name)
    if planned is None or planned.plan is None:
        return None
    return Plan(
        network=script_records.network(name, trained=networks.has_weights(name)),
        folder=str(planned.pictures.folder),
        most=planned.total,
        blocks=ticked(name, planned.plan),
        channels=channels.describe(planned),
    )


def ticked(name: str, plan: RemovalPlan) -> tuple[str, ...]:
    """The blocks ticked in the table: those that act as a fixed scale until one is changed."""
    changed = st.session_state.get(_key(name), {}).get("edited_rows", {})
    return tuple(
        each.block.name
        for place, each in enumerate(plan.blocks)
        if each.can_go and changed.get(place, {}).get(TICK, each.block.name in plan.fixed)
    )


def _result(name: str, planned: Planned, plan: RemovalPlan) -> None:
    st.markdown(plain(_headline(plan)))
    st.caption(plain(again(planned.pictures.told)))
    data_set_words.say({}, planned.pictures.counted)
    long_job.say_unreadable(planned.unreadable)
    table(plan.blocks, _columns(plan), _key(name), without_empty=True)
    st.caption(plain(rule()))
    with st.expander(tr("Blocks that cannot be folded away")):
        stay = [each for each in plan.blocks if not each.can_go]
        for each in stay:
            st.caption(plain(tr("{block}: {why}.", block=each.block.name, why=again(each.why_not))))
        if not stay:
            st.caption(tr("There is none."))
    blocks = ticked(name, plan)
    st.button(
        tr("Measure the {blocks} ticked together", blocks=count(len(blocks), "SE block")),
        key="plan_join",
        disabled=not blocks or plans.job() is not None,
        on_click=_join,
        args=(planned, blocks),
    )
    done = plans.joined(name, blocks)
    if done is not None:
        _joined(name, done)


def _join(planned: Planned, blocks: tuple[str, ...]) -> None:
    plans.start(plans.joining(planned, blocks))


def _headline(plan: RemovalPlan) -> str:
    if plan.truth == "labels":
        return tr(
            "{right} of {pictures} ({source}) are answered correctly by the network as it is.",
            source=again(plan.source),
            right=plan.right,
            pictures=count(plan.pictures, "picture"),
        )
    return tr(
        "Over {pictures} ({source}) the network's own answers count as the right ones: a change is "
        "the share that it answers otherwise.",
        source=again(plan.source),
        pictures=count(plan.pictures, "picture"),
    )


def _points(change: AccuracyChange | None) -> str:
    if change is None:
        return tr("cannot")
    return f"{signed(100 * change.change, decimals=2)} ± {100 * change.standard_error:.2f}"


def _columns(plan: RemovalPlan) -> dict[str, Column]:
    points = tr("change of accuracy in points ± its standard error, picture by picture")
    return {
        TICK: Column(
            tr("Fold"),
            lambda each: each.block.name in plan.fixed,
            help=tr("Ticked blocks are folded away together, at their mean gates."),
            kind="tick",
        ),
        "Block": Column(tr("Block"), lambda each: each.block.name),
        "Verdict": Column(tr("Verdict"), lambda each: NAMES[each.verdict]),
        "Off its mean": Column(tr("Off its mean"), lambda each: each.off_mean, "percent"),
        "Saturated": Column(
            tr("Saturated"),
            lambda each: each.saturated,
            "percent",
            tr("gates within 0.05 of 0 or 1"),
        ),
        "Parameters": Column(tr("Parameters"), lambda each: each.parameters, "localized"),
        "Time inside, ms": Column(
            tr("Time inside, ms"),
            lambda each: each.milliseconds,
            "%.3f",
            tr("batch 1, where the blocks were timed before the plan was made"),
        ),
        "Folded": Column(tr("Folded"), lambda each: _points(each.folded), help=points),
        "Opened": Column(tr("Gates at 1"), lambda each: _points(each.opened), help=points),
        "At its mean": Column(
            tr("Gates at their mean"), lambda each: _points(each.at_mean), help=points
        ),
    }


def _joined(name: str, done: Joined) -> None:
    joint, change = done.joint, done.joint.change
    saves = tr(
        "{blocks} folded away together: {parameters:,} parameters and {multiply_adds:,} "
        "multiply-adds fewer.",
        blocks=count(len(joint.blocks), "SE block"),
        parameters=joint.parameters,
        multiply_adds=joint.multiply_adds,
    )
    st.success(
        plain(f"{saves} {smaller_words.answers(change)} {smaller_words.time(joint.latency)}")
    )
    for block, why in done.refused:
        st.caption(plain(tr("{block} stays: {why}.", block=block, why=again(why))))
    saved_network.offer(done.content, name, done.planned.pictures.files, key="plan")
    with st.expander(tr("Block by block")):
        for line in done.folded:
            st.caption(plain(tr("Folded: {line}", line=again(line))))


def _key(name: str) -> str:
    return f"{plans.BLOCKS}_{name}"


def _trained(name: str) -> bool:
    return networks.has_weights(name) and bool(st.session_state.get(selection.TRAINED, True))
