"""Dynamic or constant: how far gates move in each block and with what, and how class selective."""

import numpy as np
import streamlit as st

from dashboard.components import script_records, verdict_table
from dashboard.components.pickers import channel_picker
from dashboard.components.tables import table
from dashboard.components.widgets import dark, plain, show
from dashboard.services import plans, surveys
from dashboard.session import selection
from dashboard.views.dataset import answers, compute, measured_claims
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.literature import of_papers
from dashboard.views.dataset.script import Depth
from senet_viz.analysis.removal_plan import RemovalPlan
from senet_viz.analysis.variance import WORDS, rule
from senet_viz.core.translation import tr
from senet_viz.figures.surveys.selectivity import selectivity_by_depth
from senet_viz.figures.surveys.variance import channel_split, off_mean_by_depth, share_by_depth

FEW = 30
PLAN_ALONE = ("Saturated", "Parameters", "Time inside, ms")  # columns shown on Costs


def draw(study: Study) -> None:
    """The verdict by depth, then one block channel by channel."""
    block = str(st.session_state[selection.BLOCK])
    cautions(study)
    left, right = st.columns(2, gap="medium") if study.separable else (st.container(), None)
    with left:
        show(
            off_mean_by_depth(study.splits, selected=block, dark=dark()),
            "dataset_movement",
            on_click=selection.take_block_click,
        )
    if right is not None:
        with right:
            show(
                share_by_depth(study.splits, selected=block, dark=dark()),
                "dataset_share",
                on_click=selection.take_block_click,
            )
    verdicts(study)
    answers.say(compute.answers(study))
    st.caption(plain(rule()))
    st.markdown(plain(verdict_words(study, block)))
    left, right = st.columns(2, gap="medium")
    with right:
        if study.separable:
            show(
                selectivity_by_depth(compute.selectivity(study), selected=block, dark=dark()),
                "dataset_selectivity",
                on_click=selection.take_block_click,
            )
        else:
            st.info(tr("Class selectivity needs two classes, and several pictures of a class."))
    with left:
        split = study.splits[block]
        channel = channel_picker(split.mean.size, int(split.deviation.argmax()))
        show(
            channel_split(block, split, picked=channel, dark=dark()),
            "dataset_channels",
            on_click=selection.take_channel_click,
        )
    of_papers(study)


def describe(study: Study) -> Depth:
    """What *Copy as code* is told of this part."""
    papers = bool(st.session_state.get(surveys.PAPERS_OPEN))
    return Depth(
        script_records.survey(study.shelved),
        study.separable,
        str(st.session_state[selection.BLOCK]),
        int(st.session_state[selection.CHANNEL]),
        papers=papers,
        squeezes=papers and bool(compute.squeezes_of(study)),
        answered=compute.answers(study) is not None,
        measured=measured_claims.describe(study) if papers else None,
    )


def cautions(study: Study) -> None:
    """What the pictures cannot tell."""
    split = next(iter(study.splits.values()))
    if not split.separable:
        st.info(
            tr("Between and within classes cannot be told apart here: there is one class only.")
            if split.classes == 1
            else tr(
                "Between and within classes cannot be told apart here: no class has two pictures."
            )
        )
    elif split.pictures < FEW:
        st.info(
            tr(
                "Over {pictures} pictures these are rough estimates: deviations have a relative "
                "error of about {share:.0%}.",
                pictures=split.pictures,
                share=1 / np.sqrt(2 * (split.pictures - 1)),
            )
        )


def verdicts(study: Study) -> None:
    """One row per block with the verdict, and with the change without it if a plan was made."""
    plan = _plan(study)
    planned = {} if plan is None else {each.block.name: each for each in plan.blocks}
    paper = study.paper
    rows = [
        verdict_table.Row(block, paper.get(block), split, planned.get(block))
        for block, split in study.splits.items()
    ]
    columns = verdict_table.columns(None if plan is None else plan.score)
    shown = {name: columns[name] for name in columns if name not in PLAN_ALONE}
    table(rows, shown, "dataset_verdicts", without_empty=True)
    if plan is not None:
        st.caption(plain(f"{verdict_table.headline(plan)} {verdict_table.legend(plan.score)}"))


def verdict_words(study: Study, block: str) -> str:
    """One block's verdict with the numbers it rests on."""
    split = study.splits[block]
    known = split.separable and np.isfinite(split.block_share)
    numbers: dict[str, object] = {
        "block": block,
        "verdict": WORDS[split.verdict],
        "off": split.relative,
        "deviation": split.block_deviation,
    }
    if not known:
        return tr(
            "{block} {verdict}: its gates are off their mean by {off:.1%} of the gate (deviation "
            "{deviation:.4f}).",
            **numbers,
        )
    return tr(
        "{block} {verdict}: its gates are off their mean by {off:.1%} of the gate (deviation "
        "{deviation:.4f}); {share:.0%} of the variance lies between classes.",
        share=split.block_share,
        **numbers,
    )


def _plan(study: Study) -> RemovalPlan | None:
    """The plan made in this session of the network that was surveyed, if that is the one chosen."""
    name = str(st.session_state[selection.MODEL])
    planned = plans.planned(name)
    return planned.plan if planned is not None and surveys.is_of(study.survey, name) else None
