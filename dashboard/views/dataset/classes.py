"""Gates by class at several depths: the paper's figure, for any survey."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.components.choice import choice
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.offers import AXES
from dashboard.services import surveys
from dashboard.session import selection
from dashboard.views.dataset import class_pairs, compute
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script import Classes
from senet_viz.analysis.class_profiles import (
    CLASSES,
    FIFTY,
    last_of_stages,
    mean_of_classes,
    paper_blocks,
    sampled_channels,
)
from senet_viz.analysis.survey_records import Moments
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.axes import WHOLE
from senet_viz.figures.base.depth_axes import stages
from senet_viz.figures.base.series import Series
from senet_viz.figures.surveys.class_profiles import block_title, class_profile

MOST_CLASSES, MOST_BLOCKS, FIRST = 8, 8, 4
_GIVEN = "dataset_blocks_given"
Shown = Literal["sampled", "all"]
Order = Literal["number", "open"]
SHOWNS = Words[Shown](
    {
        "sampled": lambda: tr("{channels} spaced", channels=FIFTY),
        "all": lambda: tr("all"),
    }
)
ORDERS = Words[Order](
    {
        "number": lambda: tr("by number"),
        "open": lambda: tr("most open first"),
    }
)


class Wanted(NamedTuple):
    """How profiles are drawn."""

    shown: Shown
    order: Order
    bands: bool
    fitted: bool


def draw(study: Study) -> None:
    """Choose classes and blocks; a profile for each block, by depth."""
    classes = choose_classes(study)
    other = class_pairs.choose(study)
    wanted = _choose()
    blocks = _choose_blocks(study, beside=other is not None)
    if study.paper:
        st.caption(
            plain(
                tr(
                    "This is an SE-ResNet-50: its blocks carry the paper's names, SE_stage_block."
                    " The paper drew goldfish, pug, plane and cliff, fifty pictures each, against"
                    " the mean of all 1,000 classes; its text does not say which plane is meant."
                )
            )
        )
    if not classes:
        st.info(tr("Choose a class to see its profile."))
    if other is not None:
        _beside(study, other, blocks, classes, wanted)
        return
    for at in range(0, len(blocks), 2):
        columns = st.columns(2, gap="medium")
        for column, block in zip(columns, blocks[at : at + 2], strict=False):
            with column:
                _profile(study, block, classes, wanted)
    compute.say(study)


def _beside(
    study: Study,
    other: Study,
    blocks: Sequence[str],
    classes: Sequence[tuple[int, Series]],
    wanted: Wanted,
) -> None:
    """A row for each block: the first survey's at the left, the second's nearest at the right."""
    there = class_pairs.same_classes(study, other, classes)
    left, right = st.columns(2, gap="medium")
    for number, (column, each) in enumerate(((left, study), (right, other)), start=1):
        with column:
            class_pairs.title(number, each)
    for block in blocks:
        left, right = st.columns(2, gap="medium")
        with left:
            _profile(study, block, classes, wanted)
        with right:
            twin = class_pairs.nearest(study, other, block)
            _profile(other, twin, there, wanted, key=f"beside_{block}", clicks=False)
    compute.say(study)


def describe(study: Study) -> Classes:
    """What *Copy as code* is told of this part."""
    chosen = st.session_state
    other = class_pairs.beside()
    return Classes(
        script_records.survey(study.shelved),
        tuple(sorted(chosen[surveys.BLOCKS], key=study.survey.blocks.index)),
        tuple(int(number) for number in chosen[surveys.CLASSES]),
        every_channel=chosen.get(surveys.SHOWN) == "all",
        open_first=chosen.get(surveys.ORDER) == "open",
        beside=None if other is None else script_records.survey(other),
    )


def choose_classes(study: Study) -> tuple[tuple[int, Series], ...]:
    """The classes drawn, each with its look."""
    names, count = study.survey.classes, study.survey.count
    there = [k for k in range(len(names)) if count[k]]
    chosen = [k for k in st.session_state.get(surveys.CLASSES, ()) if k in there]
    st.session_state[surveys.CLASSES] = chosen or first_classes(names, there)
    chosen = st.multiselect(
        tr("Classes"),
        there,
        format_func=lambda k: f"{names[k]} ({count[k]})",
        key=surveys.CLASSES,
        persist_state="session",
        max_selections=MOST_CLASSES,
        help=tr("In brackets: how many pictures of the class the survey read."),
    )
    return tuple((k, study.series(k, place)) for place, k in enumerate(chosen))


def first_classes(names: Sequence[str], there: Sequence[int]) -> list[int]:
    """The paper's classes where the survey has them by name, else the first four."""
    papers = [
        k for k in there if any(word in CLASSES for word in names[k].replace("_", " ").split())
    ]
    return (papers if len(papers) > 1 else list(there))[:FIRST]


def _choose() -> Wanted:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown: Shown = choice(
            tr("Channels"),
            SHOWNS,
            surveys.SHOWN,
            first="sampled",
            help=tr(
                "{channels} evenly spaced by number, as in the paper's figure, or all.",
                channels=FIFTY,
            ),
        )
        order: Order = choice(
            tr("Order"),
            ORDERS,
            surveys.ORDER,
            first="number",
            help=tr("Most open first: by the mean of all classes."),
        )
        axis = choice(
            tr("Gate axis"),
            AXES,
            surveys.SPAN,
            first="fitted",
            help=tr("Fitted: to each block's own gates, to tell close lines apart."),
        )
        bands = st.toggle(
            tr("Spread in each class"), value=True, key=surveys.BANDS, persist_state="session"
        )
    return Wanted(shown, order, bool(bands), axis == "fitted")


def _choose_blocks(study: Study, *, beside: bool) -> list[str]:
    blocks = study.survey.blocks
    chosen = [b for b in st.session_state.get(surveys.BLOCKS, ()) if b in blocks]
    if beside:
        usual = class_pairs.depths(blocks)
    else:
        usual = paper_blocks(blocks) or last_of_stages(blocks, stages(blocks))
    if not chosen or chosen == st.session_state.get(_GIVEN):  # nobody chose others
        chosen = st.session_state[_GIVEN] = list(usual)[-MOST_BLOCKS:]
    st.session_state[surveys.BLOCKS] = chosen
    chosen = st.multiselect(
        tr("Blocks"),
        blocks,
        format_func=lambda b: block_title(b, study.paper.get(b, "")),
        key=surveys.BLOCKS,
        persist_state="session",
        max_selections=MOST_BLOCKS,
        help=tr(
            "By default each stage's last block and all blocks of the last stage, as in the paper; "
            "with a second survey, the first, the middle and the last block."
        ),
    )
    return sorted(chosen, key=blocks.index)


def _profile(
    study: Study,
    block: str,
    classes: Sequence[tuple[int, Series]],
    wanted: Wanted,
    *,
    key: str = "",
    clicks: bool = True,
) -> None:
    """A click picks channel and block, where the page's survey has them."""
    compute.say(study, block)
    moments = study.survey[block]
    channels = _channels(moments, wanted)
    size = moments.mean.shape[1]
    order = ORDERS[wanted.order]
    if channels.size < size:
        order = tr(
            "{order} ({shown} of {channels})", order=order, shown=channels.size, channels=size
        )
    chart = class_profile(
        moments,
        classes,
        channels=channels.tolist(),
        ordered=order,
        name=block_title(block, study.paper.get(block, "")),
        bands=wanted.bands,
        span=_span(moments, classes) if wanted.fitted else WHOLE,
        dark=dark(),
    )
    show(
        chart,
        f"dataset_profile_{key or block}",
        on_click=(lambda clicked: _take_click(clicked, block)) if clicks else None,
    )


def _take_click(key: str, block: str) -> None:
    """Callback: the channel of this block is picked."""
    selection.take_channel_click(key)
    selection.choose_block(block)


def _channels(moments: Moments, wanted: Wanted) -> np.ndarray:
    """Channel numbers in the order drawn; the same for every line."""
    size = moments.mean.shape[1]
    chosen = sampled_channels(size) if wanted.shown == "sampled" else np.arange(size)
    if wanted.order == "open":
        chosen = chosen[np.argsort(-mean_of_classes(moments)[chosen], kind="stable")]
    return chosen


def _span(moments: Moments, classes: Sequence[tuple[int, Series]]) -> tuple[float, float]:
    """All that is drawn, bands too."""
    numbers = [k for k, _ in classes]
    mean, spread = moments.mean[numbers], np.sqrt(moments.variance[numbers])
    reference = mean_of_classes(moments)
    low = min(float(reference.min()), float((mean - spread).min(initial=1.0)))
    high = max(float(reference.max()), float((mean + spread).max(initial=0.0)))
    return max(low, 0.0), min(high, 1.0)
