"""Which SE blocks can go: what each one costs and does, and what several together save and cost."""

from dataclasses import dataclass
from typing import Literal

from senet_viz.analysis.cost_records import Latency
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.scene_effects import FindingsChange, Measure
from senet_viz.analysis.variance import Verdict, acts_fixed
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import tr

Truth = Literal["labels", "the network before"]
Change = AccuracyChange | FindingsChange


@dataclass(frozen=True, slots=True)
class SceneScore(Tabular):
    """The measure of a network that finds ``boxes``, or else a class map.

    ``value`` is the unchanged network's mAP or mIoU, 0 to 1, and ``measure`` says which; both None
    if the pictures have neither boxes nor masks.
    """

    boxes: bool
    measure: Measure | None = None
    value: float | None = None

    @property
    def words(self) -> Literal["mAP", "mIoU", "scores", "places"]:
        """The measure that a change refers to."""
        return self.measure or ("scores" if self.boxes else "places")


@dataclass(frozen=True, slots=True, eq=False)
class BlockPlan(Tabular):
    """One SE block: what its gates do, what it costs, and the change without it.

    ``verdict`` is that of ``VarianceSplit``; ``off_mean`` how far the gates are off their mean and
    ``saturated`` the share of gates within 0.05 of 0 or 1, both 0 to 1. ``milliseconds`` of one
    pass of one picture, None where not timed. ``folded``, ``opened`` and ``at_mean`` compare right
    answers, or what is found: with the block folded away at its mean gates, with its gates at 1,
    and at their mean.
    ``folded`` is None where it cannot be folded, and ``why_not`` says why.
    """

    block: SEBlock
    verdict: Verdict
    off_mean: float
    saturated: float
    parameters: int
    multiply_adds: int
    milliseconds: float | None
    folded: Change | None
    opened: Change
    at_mean: Change
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
    """Every SE block of a network as a row, over ``pictures``; ``right`` are answered correctly.

    ``truth`` says what is right: the pictures' labels, or without labels the answers of the
    unchanged network, which are then all right before a change. For a network that finds boxes or a
    class map ``score`` says what is measured, and ``right`` is 0. ``source`` says which pictures,
    in words.
    """

    network: str
    source: str
    truth: Truth
    pictures: int
    right: int
    blocks: tuple[BlockPlan, ...]
    score: SceneScore | None = None

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
    change: Change
    truth: Truth
    source: str
    latency: Latency | None = None
    score: SceneScore | None = None

    @property
    def pictures(self) -> int:
        return self.change.pictures

    def columns(self) -> Columns:
        """One row; NaN for what was not measured or does not apply to such a network."""
        answers = self.change if isinstance(self.change, AccuracyChange) else None
        return long(
            {"blocks": [", ".join(self.blocks)]},
            parameters_saved=self.parameters,
            multiply_adds_saved=self.multiply_adds,
            pictures=self.change.pictures,
            right_before=None if answers is None else answers.right,
            right_after=None if answers is None else answers.right_after,
            change=self.change.change,
            standard_error=self.change.standard_error,
            time_ratio=None if self.latency is None else self.latency.ratio,
        )


def unit(score: SceneScore | None) -> str:
    """The measure of a plan's changes, in words; ``score`` is None for a classifier."""
    if score is None:
        return tr("change of accuracy in points")
    if score.measure is not None:
        return tr("change of {measure} in points", measure=score.measure)
    if score.boxes:
        return tr("change of the scores of the boxes found, in points")
    return tr("change of the share of places with the same class, in points")


def channels_stay() -> str:
    """Why no channels are removed from a network that finds boxes or a class map, in words."""
    return tr(
        "Channels are ranked and judged by a classifier's answers, and this network gives none. "
        "From a network that finds boxes or a class map, whole blocks can be folded away"
    )
