"""Which blocks can go: a row for each, a tick, and what the ticked ones save and cost together."""

import streamlit as st

from dashboard.components import (
    data_set_words,
    long_job,
    saved_network,
    script_records,
    smaller_words,
    verdict_table,
)
from dashboard.components.tables import Column, table
from dashboard.components.widgets import plain
from dashboard.services import networks, plans
from dashboard.services.plan_records import Joined, Planned
from dashboard.session import selection
from dashboard.views.costs import channels, plan_form
from dashboard.views.costs.script import Plan
from senet_viz.analysis.removal_plan import RemovalPlan
from senet_viz.analysis.variance import rule
from senet_viz.core.translation import again, count, tr

TICK = "Fold"


def draw(name: str) -> None:
    """Choose the pictures, look at the plan, tick blocks, measure them together, save."""
    st.markdown(tr("**Which blocks can go?**"))
    if name in networks.entries() and not _trained(name):
        st.caption(tr("With random weights there is nothing to learn from that."))
        return
    st.caption(
        tr(
            "A gate that is the same for every picture is a fixed factor per channel, and a factor "
            "can be folded exactly into the BatchNorm or convolution next to the block. The plan "
            "shows, over your own pictures, which blocks have such gates, and what folding any "
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
    st.markdown(plain(verdict_table.headline(plan)))
    st.caption(plain(again(planned.pictures.told)))
    if planned.pictures.scenes is None:
        data_set_words.say({}, planned.pictures.counted)
    long_job.say_unreadable(planned.unreadable)
    rows = [verdict_table.Row(each.block.name, plan=each) for each in plan.blocks]
    table(rows, _columns(plan), _key(name), without_empty=True)
    st.caption(plain(f"{verdict_table.legend(plan.score)} {rule()}"))
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


def _columns(plan: RemovalPlan) -> dict[str, Column]:
    tick = Column(
        tr("Fold"),
        lambda row: row.block in plan.fixed,
        help=tr("Ticked blocks are folded away together, at their mean gates."),
        kind="tick",
    )
    return {TICK: tick, **verdict_table.columns(plan.score)}


def _joined(name: str, done: Joined) -> None:
    joint = done.joint
    saves = tr(
        "{blocks} folded away together: {parameters:,} parameters and {multiply_adds:,} "
        "multiply-adds fewer.",
        blocks=count(len(joint.blocks), "SE block"),
        parameters=joint.parameters,
        multiply_adds=joint.multiply_adds,
    )
    after = smaller_words.answers(joint.change, joint.score)
    st.success(plain(f"{saves} {after} {smaller_words.time(joint.latency)}"))
    for block, why in done.refused:
        st.caption(plain(tr("{block} stays: {why}.", block=block, why=again(why))))
    files = done.planned.pictures.files if joint.score is None else ()
    saved_network.offer(done.content, name, files, key="plan")
    with st.expander(tr("Block by block")):
        for line in done.folded:
            st.caption(plain(tr("Folded: {line}", line=again(line))))


def _key(name: str) -> str:
    return f"{plans.BLOCKS}_{name}"


def _trained(name: str) -> bool:
    return networks.has_weights(name) and bool(st.session_state.get(selection.TRAINED, True))
