"""Gates that could be constants, with their cost; and channels whose gates move together."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.views import view
from dashboard.services import costs as cost_service
from dashboard.services import networks
from dashboard.session import measurement_requests, selection
from dashboard.views.dataset import agreement, compute
from dashboard.views.dataset.channel import kept_none
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script import Idle, Twins
from senet_viz.analysis import redundancy as channel_redundancy
from senet_viz.analysis.cost_records import Price, price_of_removal
from senet_viz.analysis.redundancy import MOST_PAIRS, SAME, TOGETHER
from senet_viz.analysis.variance import NAMES
from senet_viz.core.errors import BlockError, CaptureError, WeightsError
from senet_viz.core.translation import count, tr
from senet_viz.figures.surveys.idle_channels import idle_by_depth
from senet_viz.figures.surveys.redundancy import directions


def draw(study: Study) -> None:
    """Idle channels by depth, the price list, and one block's pairs of channels."""
    block = str(st.session_state[selection.BLOCK])
    show(
        idle_by_depth(compute.idle(study), selected=block, dark=dark()),
        "dataset_idle",
        on_click=selection.take_block_click,
    )
    prices(study)
    st.subheader(tr("Channels that move as one"), anchor=False)
    twins(study, block)
    agreement.of_blocks(study)


def describe(study: Study) -> Idle:
    """What *Copy as code* is told of this part."""
    block, name = str(st.session_state[selection.BLOCK]), study.survey.model
    split = study.splits[block]
    channel = selection.picked_channel(split.mean.size, int(split.deviation.argmax()))
    twins = Twins(block, channel, compute.MOST_PICTURES)
    return Idle(
        script_records.survey(study.shelved),
        name in networks.EMBEDDED if name in networks.entries() else None,
        twins if study.survey.has_gates else None,
    )


def prices(study: Study) -> None:
    """The cost of each block, and how many of its channels are idle."""
    known = _prices(study)
    columns = _idle_columns(study) | {
        "Parameters": Column(
            tr("Parameters"),
            lambda block: known[block].parameters if block in known else None,
            "localized",
            tr("of the whole SE block: saved where all its gates are fixed"),
        ),
        "Accuracy change": Column(
            tr("Accuracy change without it"),
            lambda block: _points(known.get(block), "change"),
            "%+.2f",
            tr(
                "of top-1, in percentage points, with the block's gates at their mean, over the "
                "labelled pictures of What matters"
            ),
        ),
        "± standard error": Column(
            tr("± standard error"),
            lambda block: _points(known.get(block), "standard_error"),
            "%.2f",
        ),
    }
    table(study.splits, columns, "dataset_prices", without_empty=True)
    _price_words(study, known)


def _idle_columns(study: Study) -> dict[str, Column]:
    idle = compute.idle(study)

    def near(end: Literal["near_zero", "near_one"], block: str) -> float:
        split = study.splits[block]
        gates = split.pictures * split.mean.size
        return 100 * float(getattr(study.survey[block], end).sum()) / gates

    return {
        "Block": Column(tr("Block"), lambda block: block),
        "Channels": Column(tr("Channels"), lambda block: study.splits[block].mean.size),
        "Never moves": Column(
            tr("Never moves"),
            lambda block: idle[block].counts[0],
            help=tr("channels with a deviation below 0.01"),
        ),
        "Always shut": Column(tr("Always shut"), lambda block: idle[block].counts[1]),
        "Always open": Column(tr("Always open"), lambda block: idle[block].counts[2]),
        "Gates near 0": Column(
            tr("Gates near 0"),
            partial(near, "near_zero"),
            "%.2f%%",
            tr("of all gates of the block, over all pictures: below 0.05"),
        ),
        "Gates near 1": Column(
            tr("Gates near 1"), partial(near, "near_one"), "%.2f%%", tr("the same, above 0.95")
        ),
        "Verdict": Column(tr("Verdict"), lambda block: NAMES[study.splits[block].verdict]),
    }


def _points(price: Price | None, what: Literal["change", "standard_error"]) -> float | None:
    """The change of accuracy without the block, in percentage points."""
    effect = None if price is None else price.accuracy
    return None if effect is None else 100 * float(getattr(effect, what))


def _price_words(study: Study, known: dict[str, Price]) -> None:
    fixed = [b for b, s in study.splits.items() if s.verdict == "fixed scale" and b in known]
    if fixed:
        saved = sum(known[b].parameters for b in fixed)
        st.caption(
            plain(
                tr(
                    "{blocks} of fixed scale, {parameters} in all: these could go with the gates "
                    "held at their mean. The page Costs is stricter: it folds away blocks where no "
                    "gate moves.",
                    blocks=count(len(fixed), "block"),
                    parameters=count(saved, "parameter"),
                )
            )
        )
    if known and not any(price.accuracy for price in known.values()):
        with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
            st.caption(
                tr(
                    "What fixing a block's gates does to accuracy was not measured in this "
                    "session; it is under"
                ),
                width="content",
            )
            st.page_link(view("effects").page, label=tr("What matters"), icon=view("effects").icon)
    if not known:
        st.caption(
            tr("The network of this survey is not in the list, so its blocks have no price.")
        )


def _prices(study: Study) -> dict[str, Price]:
    """Prices by block name; none where the network cannot be built here, or is another one."""
    name = study.survey.model
    if name not in networks.entries():
        return {}
    try:
        costs = cost_service.counts(name)
    except (WeightsError, BlockError, CaptureError):
        return {}
    sweep = measurement_requests.kept_sweep(name)
    every = price_of_removal(costs, accuracy=None if sweep is None else sweep.effects)
    return {price.block.name: price for price in every if price.block.name in study.splits}


def twins(study: Study, block: str) -> None:
    """Pairs of channels of the block, and in how many directions its gates move."""
    if not study.survey.has_gates:
        st.info(kept_none(tr("which channels have the same gate or move as one")))
        return
    try:
        redundancy = compute.redundancy(study, block)
    except CaptureError as error:
        st.info(str(error))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        show(directions(block, redundancy, dark=dark()), "dataset_directions")
    with right:
        st.markdown(
            tr(
                "**{pairs} with the same gate, {together} moving as one; "
                "{alone} of {channels} channels in no such pair**",
                pairs=count(redundancy.same, "pair"),
                together=redundancy.together,
                alone=redundancy.alone,
                channels=redundancy.channels,
            ),
            help=tr(
                "Two channels have the same gate where they differ by less than {same} (root "
                "mean square over the pictures), and move as one at a correlation of {together} or "
                "more; one that never moves is left out of that. Their features may still differ.",
                same=SAME,
                together=TOGETHER,
            ),
        )
        _pairs(redundancy.pairs)
        if redundancy.same + redundancy.together > MOST_PAIRS:
            st.caption(tr("The {pairs} most correlated pairs are listed.", pairs=MOST_PAIRS))


def _pairs(pairs: Sequence[channel_redundancy.Twins]) -> None:
    """The pairs in a table, the most correlated first."""
    columns = {
        "Channel": Column(tr("Channel"), lambda pair: pair.first),
        "and": Column(tr("and"), lambda pair: pair.second),
        "Correlation": Column(
            tr("Correlation"),
            lambda pair: pair.correlation if np.isfinite(pair.correlation) else None,
            "%.3f",
        ),
        "Difference": Column(
            tr("Difference"),
            lambda pair: pair.difference,
            "%.4f",
            tr("root mean square difference of the two gates"),
        ),
        "Same gate": Column(tr("Same gate"), lambda pair: pair.same),
    }
    table(pairs, columns, "dataset_twins", height=247)
