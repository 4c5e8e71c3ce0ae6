"""Gates that might as well be numbers, with their price; and channels that move as one."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.components.widgets import dark, plain, show
from dashboard.runtime.views import view
from dashboard.services import costs as cost_service
from dashboard.services import networks
from dashboard.session import measurement_requests, selection
from dashboard.views.dataset import agreement, compute
from dashboard.views.dataset.channel import kept_none
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script import Idle, Twins
from senet_viz.analysis.cost_records import Price, price_of_removal
from senet_viz.analysis.redundancy import MOST_PAIRS, SAME, TOGETHER, Redundancy
from senet_viz.analysis.variance import NAMES
from senet_viz.core.errors import BlockError, CaptureError, WeightsError
from senet_viz.core.translation import count, tr
from senet_viz.figures.surveys.idle_channels import idle_by_depth
from senet_viz.figures.surveys.redundancy import directions


def columns() -> dict[str, Any]:
    """What the price list's columns are called and how their numbers are written."""
    number = st.column_config.NumberColumn
    return {
        "Block": tr("Block"),
        "Channels": tr("Channels"),
        "Gates near 0": number(
            tr("Gates near 0"),
            format="%.2f%%",
            help=tr("of all gates of the block, over all pictures: below 0.05"),
        ),
        "Gates near 1": number(
            tr("Gates near 1"), format="%.2f%%", help=tr("the same, above 0.95")
        ),
        "Never moves": number(tr("Never moves"), help=tr("channels with a deviation below 0.01")),
        "Always shut": tr("Always shut"),
        "Always open": tr("Always open"),
        "Verdict": tr("Verdict"),
        "Parameters": number(
            tr("Parameters"),
            format="localized",
            help=tr("of the whole SE block: saved where all its gates are fixed"),
        ),
        "Accuracy change": number(
            tr("Accuracy change without it"),
            format="%+.2f",
            help=tr(
                "of top-1, in percentage points, with the block's gates at their mean, over the "
                "labelled pictures of What matters"
            ),
        ),
        "± standard error": number(tr("± standard error"), format="%.2f"),
    }


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
    """What each block costs beside how much of it stands still."""
    known, idle = _prices(study), compute.idle(study)
    rows = []
    for block, split in study.splits.items():
        moments, still = study.survey[block], idle[block]
        gates = split.pictures * split.mean.size
        price = known.get(block)
        effect = price.accuracy if price else None
        rows.append(
            {
                "Block": block,
                "Channels": split.mean.size,
                "Never moves": still.counts[0],
                "Always shut": still.counts[1],
                "Always open": still.counts[2],
                "Gates near 0": 100 * float(moments.near_zero.sum()) / gates,
                "Gates near 1": 100 * float(moments.near_one.sum()) / gates,
                "Verdict": NAMES[split.verdict],
                **({"Parameters": price.parameters} if price else {}),
                **(
                    {
                        "Accuracy change": 100 * effect.change,
                        "± standard error": 100 * effect.standard_error,
                    }
                    if effect
                    else {}
                ),
            }
        )
    st.dataframe(rows, column_config=columns(), hide_index=True, key="dataset_prices")
    _price_words(study, known)


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
    found = price_of_removal(costs, accuracy=None if sweep is None else sweep.found)
    return {price.block.name: price for price in found if price.block.name in study.splits}


def twins(study: Study, block: str) -> None:
    """Pairs of channels of the block, and in how many directions its gates move."""
    if not study.survey.has_gates:
        st.info(kept_none(tr("which channels have the same gate or move as one")))
        return
    try:
        found = compute.redundancy(study, block)
    except CaptureError as error:
        st.info(str(error))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        show(directions(block, found, dark=dark()), "dataset_directions")
    with right:
        st.markdown(
            tr(
                "**{pairs} with the same gate, {together} moving as one; "
                "{alone} of {channels} channels in no such pair**",
                pairs=count(found.same, "pair"),
                together=found.together,
                alone=found.alone,
                channels=found.channels,
            ),
            help=tr(
                "Two channels have the same gate where they differ by less than {same} (root "
                "mean square over the pictures), and move as one at a correlation of {together} or "
                "more; one that never moves is left out of that. Their features may still differ.",
                same=SAME,
                together=TOGETHER,
            ),
        )
        _pairs(found)
        if found.same + found.together > MOST_PAIRS:
            st.caption(tr("The {pairs} most correlated pairs are listed.", pairs=MOST_PAIRS))


def _pairs(found: Redundancy) -> None:
    """The pairs in a table, the most correlated first."""
    st.dataframe(
        {
            "Channel": [pair.first for pair in found.pairs],
            "and": [pair.second for pair in found.pairs],
            "Correlation": [
                pair.correlation if np.isfinite(pair.correlation) else None for pair in found.pairs
            ],
            "Difference": [pair.difference for pair in found.pairs],
            "Same gate": [pair.same for pair in found.pairs],
        },
        column_config={
            "Channel": tr("Channel"),
            "and": tr("and"),
            "Same gate": tr("Same gate"),
            "Correlation": st.column_config.NumberColumn(tr("Correlation"), format="%.3f"),
            "Difference": st.column_config.NumberColumn(
                tr("Difference"),
                format="%.4f",
                help=tr("root mean square difference of the two gates"),
            ),
        },
        hide_index=True,
        key="dataset_twins",
        height=247,
    )
