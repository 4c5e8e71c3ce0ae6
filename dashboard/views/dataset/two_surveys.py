"""Two surveys side by side: two networks, two data sets, before and after fine-tuning."""

from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime import language_choice
from dashboard.services import surveys
from dashboard.session import selection
from dashboard.views.dataset import agreement, compute
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script import Two
from senet_viz.analysis.survey_agreement import same_pictures
from senet_viz.analysis.variance import NAMES, VarianceSplit
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.figures.base.series import Series
from senet_viz.figures.surveys.two_surveys import mean_against_mean, surveys_by_depth


def draw(study: Study) -> None:
    """Choose the second; both by depth, and the picked block's mean gates."""
    others = {k: s for k, s in surveys.surveys().items() if k != study.shelved.key}
    if not others:
        st.info(tr("There is one survey only. Start or open a second one above to compare them."))
        return
    if st.session_state.get(surveys.SECOND) not in others:
        st.session_state[surveys.SECOND] = next(iter(others))
    language_choice.renew(surveys.SECOND)
    key = st.selectbox(
        tr("Compared with"),
        list(others),
        format_func=lambda k: others[k].title,
        key=surveys.SECOND,
        persist_state="session",
        width=720,
    )
    try:
        other = compute.split_variance(others[str(key)])
    except CaptureError as error:
        st.info(str(error))
        return
    compute.say_both(study, other)
    series = (Series(tr("survey 1"), 0), Series(tr("survey 2"), 5))
    st.caption(
        plain(
            tr(
                "Survey 1: {first}. Survey 2: {second}.",
                first=study.shelved.title,
                second=other.shelved.title,
            )
        )
    )
    block = str(st.session_state[selection.BLOCK])
    left, right = st.columns([1.3, 1], gap="medium")
    with left:
        show(
            surveys_by_depth((study.splits, other.splits), series, selected=block, dark=dark()),
            "dataset_two",
            on_click=selection.take_block_click,
        )
    with right:
        one_block(study, other, block, series)
    verdicts(study, other)
    agreement.of_two(study, other)


def describe(study: Study) -> Two:
    """What *Copy as code* is told of this part."""
    first, block = script_records.survey(study.shelved), str(st.session_state[selection.BLOCK])
    other = surveys.surveys().get(str(st.session_state.get(surveys.SECOND)))
    if other is None or other.key == study.shelved.key:
        return Two(first, None, block, same=False)
    both = study.survey, other.survey
    agree = all(each.has_gates for each in both) and same_pictures(*both)
    width = study.splits[block].mean.size
    same = block in other.survey.blocks and other.survey[block].mean.shape[1] == width
    return Two(first, script_records.survey(other), block, same, agree)


def one_block(study: Study, other: Study, block: str, series: tuple[Series, Series]) -> None:
    """Mean gate against mean gate, where both surveys have the block."""
    twin = other.splits.get(block)
    own = study.splits[block]
    if twin is None or twin.mean.size != own.mean.size:
        st.info(
            tr(
                "The second survey has no block {block} of the same width: channels can be "
                "compared only within one architecture.",
                block=plain(block),
            )
        )
        return
    show(
        mean_against_mean(block, (own.mean, twin.mean), series, dark=dark()),
        "dataset_means",
        on_click=selection.take_channel_click,
    )


def verdicts(study: Study, other: Study) -> None:
    """Both verdicts: beside one another where the blocks are the same, else one after the other."""
    if tuple(study.splits) == tuple(other.splits):
        columns = {"Block": Column(tr("Block"), lambda block: block)}
        for number, each in ((1, study), (2, other)):
            for what, column in _columns(each.splits.__getitem__).items():
                heading = tr("{survey}: {what}", survey=number, what=column.heading)
                columns[f"{number}: {what}"] = replace(column, heading=heading)
        table(study.splits, columns, "dataset_two_table")
        return
    rows = [(1, block, split) for block, split in study.splits.items()]
    rows += [(2, block, split) for block, split in other.splits.items()]
    columns = {
        "Survey": Column(tr("Survey"), itemgetter(0)),
        "Block": Column(tr("Block"), itemgetter(1)),
    }
    table(rows, columns | _columns(itemgetter(2)), "dataset_two_table")


def _columns(split_of: Callable[[Any], VarianceSplit]) -> dict[str, Column]:
    """The sentence about one survey's block; ``split_of`` a table row is its variance."""

    def between(row: object) -> float | None:
        share = split_of(row).block_share
        return 100 * share if np.isfinite(share) else None

    percent = "%.1f%%"
    return {
        "off its mean": Column(
            tr("off its mean"), lambda row: 100 * split_of(row).relative, percent
        ),
        "between classes": Column(tr("between classes"), between, percent),
        "verdict": Column(tr("verdict"), lambda row: NAMES[split_of(row).verdict]),
    }
