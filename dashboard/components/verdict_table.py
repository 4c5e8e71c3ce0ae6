"""The columns of a table of SE blocks: the verdict, and the change without each block."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.components.tables import Column
from senet_viz.analysis.removal_plan import BlockPlan, Change, RemovalPlan, SceneScore, unit
from senet_viz.analysis.variance import NAMES, VarianceSplit, Verdict
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.base.formats import signed


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one block: its gates over a survey, and a plan's results for it."""

    block: str
    paper: str | None = None
    split: VarianceSplit | None = None
    plan: BlockPlan | None = None

    @property
    def verdict(self) -> Verdict | None:
        each = self.plan if self.split is None else self.split
        return None if each is None else each.verdict

    @property
    def off_mean(self) -> float | None:
        if self.split is not None:
            return self.split.relative
        return None if self.plan is None else self.plan.off_mean

    def of_split(self, value: Callable[[VarianceSplit], float]) -> float | None:
        """None where there is no survey, or the number is not finite."""
        number = math.nan if self.split is None else float(value(self.split))
        return number if math.isfinite(number) else None

    def share(self, value: Callable[[VarianceSplit], float]) -> float | None:
        """A share between classes, where classes can be told apart."""
        return self.of_split(value) if self.split is not None and self.split.separable else None

    def of_plan(self, value: Callable[[BlockPlan], Any]) -> Any:
        return None if self.plan is None else value(self.plan)


def columns(score: SceneScore | None = None) -> dict[str, Column]:
    """The columns of ``Row``; ``score`` says which measure the changes refer to."""
    return {
        "Block": Column(tr("Block"), lambda row: row.block),
        "Paper": Column(tr("Paper"), lambda row: row.paper),
        "Verdict": Column(
            tr("Verdict"), lambda row: None if row.verdict is None else NAMES[row.verdict]
        ),
        "Off its mean": Column(
            tr("Off its mean"),
            lambda row: row.off_mean,
            "percent",
            tr("deviation over the size of the gate, both root mean square"),
        ),
        **_of_plan(of_changes(score)),
        **_of_gates(),
    }


def of_changes(score: SceneScore | None) -> str:
    """The measure that the changes refer to."""
    return tr("{unit} ± its standard error, picture by picture", unit=unit(score))


def legend(score: SceneScore | None) -> str:
    """The same in a sentence, shown under the table."""
    return tr("Folded, gates at 1, gates at their mean: {changes}.", changes=of_changes(score))


def _of_gates() -> dict[str, Column]:
    return {
        "Channels": Column(
            tr("Channels"), lambda row: None if row.split is None else row.split.mean.size
        ),
        "Mean gate": Column(
            tr("Mean gate"), lambda row: row.of_split(lambda split: split.mean.mean()), "%.3f"
        ),
        "Deviation": Column(
            tr("Deviation"),
            lambda row: row.of_split(lambda split: split.block_deviation),
            "%.4f",
            tr("standard deviation over pictures, root mean square over channels"),
        ),
        "Between classes": Column(
            tr("Between classes"),
            lambda row: row.share(lambda split: split.block_share),
            "percent",
            tr("share of the variance of all gates of the block"),
        ),
        "without chance": Column(
            tr("without chance"),
            lambda row: row.share(lambda split: split.corrected_share),
            "percent",
            tr("corrected for what classes that mean nothing would give"),
        ),
    }


def _of_plan(change: str) -> dict[str, Column]:
    return {
        "Saturated": Column(
            tr("Saturated"),
            lambda row: row.of_plan(lambda plan: plan.saturated),
            "percent",
            tr("gates within 0.05 of 0 or 1"),
        ),
        "Parameters": Column(
            tr("Parameters"), lambda row: row.of_plan(lambda plan: plan.parameters), "localized"
        ),
        "Time inside, ms": Column(
            tr("Time inside, ms"),
            lambda row: row.of_plan(lambda plan: plan.milliseconds),
            "%.3f",
            tr("batch 1, where the blocks were timed before the plan was made"),
        ),
        "Folded": Column(
            tr("Folded"), lambda row: row.of_plan(lambda plan: points(plan.folded)), help=change
        ),
        "Opened": Column(
            tr("Gates at 1"), lambda row: row.of_plan(lambda plan: points(plan.opened)), help=change
        ),
        "At its mean": Column(
            tr("Gates at their mean"),
            lambda row: row.of_plan(lambda plan: points(plan.at_mean)),
            help=change,
        ),
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
    """The result of the unchanged network, and over which pictures."""
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
            "Over {pictures} ({source}), what the network finds without a block is compared with "
            "what the whole network finds.",
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
        "the share of pictures whose answer changes.",
        source=source,
        pictures=pictures,
    )
