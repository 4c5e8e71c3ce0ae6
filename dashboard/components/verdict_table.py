"""The columns of a table of SE blocks: the verdict, and what goes without a block."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from senet_viz.analysis.removal_plan import BlockPlan, Change, RemovalPlan, SceneScore, unit
from senet_viz.analysis.variance import NAMES, VarianceSplit
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.base.formats import signed

Cells = Mapping[str, object]


def columns(score: SceneScore | None = None) -> dict[str, Any]:
    """What every column is called and how it is written; ``score`` says what changes are of."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    points = of_changes(score)
    return {
        "Block": text(tr("Block")),
        "Paper": text(tr("Paper")),
        "Verdict": text(tr("Verdict")),
        "Off its mean": number(
            tr("Off its mean"),
            format="percent",
            help=tr("deviation over the size of the gate, both root mean square"),
        ),
        "Saturated": number(
            tr("Saturated"), format="percent", help=tr("gates within 0.05 of 0 or 1")
        ),
        "Parameters": number(tr("Parameters"), format="localized"),
        "Time inside, ms": number(
            tr("Time inside, ms"),
            format="%.3f",
            help=tr("batch 1, where the blocks were timed before the plan was made"),
        ),
        "Folded": text(tr("Folded"), help=points),
        "Opened": text(tr("Gates at 1"), help=points),
        "At its mean": text(tr("Gates at their mean"), help=points),
        "Between classes": number(
            tr("Between classes"),
            format="percent",
            help=tr("share of the variance of all gates of the block"),
        ),
        "without chance": number(
            tr("without chance"),
            format="percent",
            help=tr("corrected for what classes that mean nothing would give"),
        ),
        "Channels": number(tr("Channels")),
        "Mean gate": number(tr("Mean gate"), format="%.3f"),
        "Deviation": number(
            tr("Deviation"),
            format="%.4f",
            help=tr("standard deviation over pictures, root mean square over channels"),
        ),
    }


def of_changes(score: SceneScore | None) -> str:
    """What the changes are of."""
    return tr("{unit} ± its standard error, picture by picture", unit=unit(score))


def legend(score: SceneScore | None) -> str:
    """The same in a sentence, to stand under the table."""
    return tr("Folded, gates at 1, gates at their mean: {changes}.", changes=of_changes(score))


def of_gates(split: VarianceSplit) -> Cells:
    """What a survey says of a block."""
    shares: dict[str, object] = {}
    if split.separable:
        shares = {
            "Between classes": _known(split.block_share),
            "without chance": _known(split.corrected_share),
        }
    return {
        "Channels": split.mean.size,
        "Mean gate": float(split.mean.mean()),
        "Deviation": split.block_deviation,
        "Off its mean": split.relative,
        **shares,
        "Verdict": NAMES[split.verdict],
    }


def of_plan(each: BlockPlan) -> Cells:
    """What a plan says of it."""
    return {
        "Verdict": NAMES[each.verdict],
        "Off its mean": each.off_mean,
        "Saturated": each.saturated,
        "Parameters": each.parameters,
        "Time inside, ms": each.milliseconds,
        **changes(each),
    }


def changes(each: BlockPlan) -> Cells:
    """What goes without the block, in points."""
    return {
        "Folded": points(each.folded),
        "Opened": points(each.opened),
        "At its mean": points(each.at_mean),
    }


def points(change: Change | None) -> str:
    """A change with its standard error where that is known, in hundredths."""
    if change is None:
        return tr("cannot")
    if math.isnan(change.change):
        return tr("no sure box")
    shown = signed(100 * change.change, decimals=2)
    error = change.standard_error
    return shown if math.isnan(error) else f"{shown} ± {100 * error:.2f}"


def headline(plan: RemovalPlan) -> str:
    """What the network does as it is, and over which pictures."""
    source, pictures = again(plan.source), count(plan.pictures, "picture")
    score = plan.score
    if score is not None and score.measure is not None and score.value is not None:
        return tr(
            "{measure} of the network as it is: {value:.1%}, over {pictures} ({source}).",
            measure=score.measure,
            value=score.value,
            pictures=pictures,
            source=source,
        )
    if score is not None:
        return tr(
            "Over {pictures} ({source}) what the network finds as it is is compared with what it "
            "finds without a block.",
            source=source,
            pictures=pictures,
        )
    if plan.truth == "labels":
        return tr(
            "{right} of {pictures} ({source}) are answered correctly by the network as it is.",
            source=source,
            right=plan.right,
            pictures=pictures,
        )
    return tr(
        "Over {pictures} ({source}) the network's own answers count as the right ones: a change is "
        "the share that it answers otherwise.",
        source=source,
        pictures=pictures,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
