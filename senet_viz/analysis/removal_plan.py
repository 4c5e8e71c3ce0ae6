"""Which SE blocks can go: what each one costs and does, and what several together save and cost."""

from dataclasses import dataclass
from typing import Literal

from senet_viz.analysis.cost_records import Latency
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.variance import Verdict, acts_fixed
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked

Truth = Literal["labels", "the network before"]


@dataclass(frozen=True, slots=True, eq=False)
class BlockPlan(Tabular):
    """One SE block: what its gates do, what it costs, and what goes without it.

    ``verdict`` is that of ``VarianceSplit``; ``off_mean`` how far the gates are off their mean and
    ``saturated`` the share of gates within 0.05 of 0 or 1, both 0 to 1. ``milliseconds`` of one
    pass of one picture, None where not timed. ``folded``, ``opened`` and ``at_mean`` compare right
    answers: with the block folded away at its mean gates, with its gates at 1, and at their mean.
    ``folded`` is None where it cannot be folded, and ``why_not`` says why.
    """

    block: SEBlock
    verdict: Verdict
    off_mean: float
    saturated: float
    parameters: int
    multiply_adds: int
    milliseconds: float | None
    folded: AccuracyChange | None
    opened: AccuracyChange
    at_mean: AccuracyChange
    why_not: str = ""

    @property
    def fixed(self) -> bool:
        """Whether it acts as a fixed scale."""
        return acts_fixed(self.off_mean)

    @property
    def can_go(self) -> bool:
        return self.folded is not None

    def columns(self) -> Columns:
        """One row; NaN for what was not measured."""
        changes = {"folded": self.folded, "opened": self.opened, "at_mean": self.at_mean}
        measured: dict[str, float | None] = {}
        for name, change in changes.items():
            measured[f"{name}_change"] = None if change is None else change.change
            measured[f"{name}_standard_error"] = None if change is None else change.standard_error
        return long(
            {"block": [self.block.name]},
            verdict=self.verdict,
            off_mean=self.off_mean,
            saturated=self.saturated,
            parameters=self.parameters,
            multiply_adds=self.multiply_adds,
            milliseconds=self.milliseconds,
            **measured,
            why_not_folded=self.why_not,
        )


@dataclass(frozen=True, slots=True, eq=False)
class RemovalPlan(Tabular):
    """Every SE block of a network as a row; over ``pictures``, of which ``right`` are answered so.

    Right is by ``truth``: the pictures' labels, or where they have none, the answer of the network
    as it is, so that all are right before. ``source`` says which pictures, in words.
    """

    network: str
    source: str
    truth: Truth
    pictures: int
    right: int
    blocks: tuple[BlockPlan, ...]

    @property
    def fixed(self) -> tuple[str, ...]:
        """The blocks that act as a fixed scale and can be folded away."""
        return tuple(each.block.name for each in self.blocks if each.fixed and each.can_go)

    def columns(self) -> Columns:
        """A row for each block, by depth."""
        return stacked(each.columns() for each in self.blocks)


@dataclass(frozen=True, slots=True, eq=False)
class JointRemoval(Tabular):
    """Several blocks folded away together, measured together: what that saves and costs.

    ``latency`` is of the network before against the one after, None where not timed.
    """

    blocks: tuple[str, ...]
    parameters: int
    multiply_adds: int
    change: AccuracyChange
    truth: Truth
    source: str
    latency: Latency | None = None

    def columns(self) -> Columns:
        """One row; NaN for what was not measured."""
        return long(
            {"blocks": [", ".join(self.blocks)]},
            parameters_saved=self.parameters,
            multiply_adds_saved=self.multiply_adds,
            pictures=self.change.pictures,
            right_before=self.change.right,
            right_after=self.change.right_after,
            change=self.change.change,
            standard_error=self.change.standard_error,
            time_ratio=None if self.latency is None else self.latency.ratio,
        )
