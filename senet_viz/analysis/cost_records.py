"""What a network costs and what its SE blocks add to it: the records, and prices made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.effects import AccuracyEffect, AccuracyEffects
from senet_viz.core.arrays import Doubles
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked


@dataclass(frozen=True, slots=True)
class ModuleCost(Tabular):
    """Parameters and multiply-adds (convolutions and fully connected layers) for one picture."""

    parameters: int
    multiply_adds: int

    def __add__(self, other: "ModuleCost") -> "ModuleCost":
        return ModuleCost(
            self.parameters + other.parameters, self.multiply_adds + other.multiply_adds
        )

    def __sub__(self, other: "ModuleCost") -> "ModuleCost":
        return ModuleCost(
            self.parameters - other.parameters, self.multiply_adds - other.multiply_adds
        )


NOTHING = ModuleCost(0, 0)


@dataclass(frozen=True, slots=True)
class Costs:
    """A network's cost and its share in the SE blocks or what stands in their place."""

    total: ModuleCost
    places: dict[str, ModuleCost]

    @property
    def in_places(self) -> ModuleCost:
        return sum(self.places.values(), NOTHING)


@dataclass(frozen=True, slots=True)
class PartCost(Tabular):
    """A part of a network: all of it, and of that what its SE blocks cost."""

    name: str
    total: ModuleCost
    in_se: ModuleCost
    blocks: int

    @property
    def without_se(self) -> ModuleCost:
        return self.total - self.in_se

    def columns(self) -> Columns:
        """One row: the part in all, and what of it is SE blocks."""
        return long(
            {"part": [self.name]},
            parameters=self.total.parameters,
            multiply_adds=self.total.multiply_adds,
            parameters_in_se=self.in_se.parameters,
            multiply_adds_in_se=self.in_se.multiply_adds,
        )


@dataclass(frozen=True, slots=True)
class BlockCost(Tabular):
    """One SE block, and the unit around it: the largest module that holds no other SE block."""

    block: SEBlock
    stage: str
    cost: ModuleCost
    unit: str
    unit_cost: ModuleCost

    def columns(self) -> Columns:
        """One row: the block, and the unit around it."""
        return long(
            {"block": [self.block.name]},
            stage=self.stage,
            parameters=self.cost.parameters,
            multiply_adds=self.cost.multiply_adds,
            unit=self.unit,
            unit_parameters=self.unit_cost.parameters,
            unit_multiply_adds=self.unit_cost.multiply_adds,
        )


@dataclass(frozen=True, slots=True)
class NetworkCosts(Tabular):
    """A network's cost for one picture: in total, by stage, and by SE block.

    ``stages`` follow one another without overlap and add up to ``total``. ``peak`` is the most
    bytes of activations alive at once in one forward pass of one picture, ``peak_without`` the
    same with every SE block taken out; None where the network could not be run for that.
    ``input_size`` is (h, w) in px.
    """

    input_size: tuple[int, int]
    total: ModuleCost
    stages: tuple[PartCost, ...]
    blocks: tuple[BlockCost, ...]
    peak: int | None = None
    peak_without: int | None = None

    @property
    def in_se(self) -> ModuleCost:
        return sum((b.cost for b in self.blocks), NOTHING)

    @property
    def without_se(self) -> ModuleCost:
        return self.total - self.in_se

    def columns(self) -> Columns:
        """A row for each SE block; ``stages`` have a table of their own."""
        return stacked(block.columns() for block in self.blocks)


@dataclass(frozen=True, slots=True, eq=False)
class Latency(Tabular):
    """Two networks timed in turn, round by round, on one machine.

    ``first`` and ``second`` (r,) are milliseconds of one forward pass of ``batch`` pictures in
    each round. ``blocks``: milliseconds (r,) spent inside each SE block of the first, from passes
    of their own, so that timing them does not slow the ratio. ``rounds`` were asked for.
    """

    batch: int
    device: str
    threads: int
    rounds: int
    first: Float64[Doubles, " r"]
    second: Float64[Doubles, " r"]
    blocks: Mapping[str, Float64[Doubles, " r"]]

    @property
    def ratios(self) -> Float64[Doubles, " r"]:
        """Of each round, first over second: what slows both of a round down cancels out."""
        ratios: Doubles = self.first / self.second
        return ratios

    @property
    def ratio(self) -> float:
        return float(np.median(self.ratios))

    @property
    def quartiles(self) -> tuple[float, float]:
        """The middle half of the rounds lies between these."""
        low, high = np.quantile(self.ratios, (0.25, 0.75))
        return float(low), float(high)

    @property
    def usual(self) -> tuple[float, float]:
        """Milliseconds of both in the round whose ratio is the median, or the mean of the two.

        Medians of each by itself come from different rounds, and may contradict the ratio.
        """
        order, half = self.ratios.argsort(kind="stable"), (len(self.ratios) - 1) // 2
        middle = order[half : len(order) - half]
        return float(self.first[middle].mean()), float(self.second[middle].mean())

    @property
    def done(self) -> int:
        return len(self.first)

    def block_ms(self, name: str) -> float:
        """The median time inside one block, in ms for the whole batch."""
        return float(np.median(self.blocks[name]))

    def columns(self) -> Columns:
        """A row for each round, times in ms."""
        return long(
            {"round": range(1, self.done + 1)},
            batch=self.batch,
            first_ms=self.first,
            second_ms=self.second,
            ratio=self.ratios,
        )


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One network of the paper's Table 2 and our count of it, at ``side`` px.

    ``paper`` and ``counted`` are G multiply-adds without SE and with it (None where the paper has
    no such network), ``parameters`` are counted, without and with SE. ``note`` says what differs
    from the paper's.
    """

    name: str
    side: int
    paper: tuple[float | None, float]
    counted: tuple[float, float]
    parameters: tuple[int, int]
    note: str

    @property
    def differences(self) -> tuple[float | None, float]:
        """Counted over the paper's, minus 1; of each column."""
        plain, gated = self.paper
        return None if plain is None else self.counted[0] / plain - 1, self.counted[1] / gated - 1


@dataclass(frozen=True, slots=True)
class Price(Tabular):
    """What one SE block costs, and what is known of what it is worth.

    ``milliseconds`` and ``share`` of the whole pass are measured, None where nothing was.
    ``accuracy``: what replacing its gates did over labelled pictures, None where not measured.
    """

    block: SEBlock
    parameters: int
    multiply_adds: int
    milliseconds: float | None = None
    share: float | None = None
    accuracy: AccuracyEffect | None = None

    def columns(self) -> Columns:
        """One row; NaN for what was not measured."""
        accuracy = self.accuracy
        return long(
            {"block": [self.block.name]},
            parameters=self.parameters,
            multiply_adds=self.multiply_adds,
            milliseconds=self.milliseconds,
            share=self.share,
            accuracy_change=None if accuracy is None else accuracy.change,
        )


def price_of_removal(
    costs: NetworkCosts, *, latency: Latency | None = None, accuracy: AccuracyEffects | None = None
) -> tuple[Price, ...]:
    """Per SE block, what dropping it would save beside what it did to accuracy.

    Of the accuracy sweep the gates at their mean are taken where there are any (a constant gate
    can be folded away at no cost), else the gates at 1.
    """
    known = _accuracy(accuracy)
    whole = None if latency is None else float(np.median(latency.first))
    prices = []
    for block in costs.blocks:
        name = block.block.name
        timed = latency is not None and name in latency.blocks
        spent = latency.block_ms(name) if latency is not None and timed else None
        prices.append(
            Price(
                block=block.block,
                parameters=block.cost.parameters,
                multiply_adds=block.cost.multiply_adds,
                milliseconds=spent,
                share=None if spent is None or not whole else spent / whole,
                accuracy=known.get(name),
            )
        )
    return tuple(prices)


def _accuracy(accuracy: AccuracyEffects | None) -> dict[str, AccuracyEffect]:
    if accuracy is None:
        return {}
    effects: Sequence[AccuracyEffect] = accuracy.of("usual") or accuracy.of("one")
    return {effect.block.name: effect for effect in effects}
