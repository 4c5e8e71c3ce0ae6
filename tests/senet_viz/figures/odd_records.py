"""Records of odd numbers (one value all over, or among others), and of usual ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from senet_viz.analysis.channel_removal import RemovalCurve
from senet_viz.analysis.effects import ChannelEffects
from senet_viz.analysis.gate_account import UnitAccount
from senet_viz.analysis.stability import Trajectories
from senet_viz.analysis.survey_records import Moments
from senet_viz.analysis.training_runs import EpochLog, TrainedRun
from senet_viz.analysis.training_steps import Moment
from senet_viz.analysis.variance import VarianceSplit
from senet_viz.core.records import SEBlock
from senet_viz.pictures.perturbations import SCALES

NAMES = ("layer1.0.se", "layer2.0.se", "layer3.0.se")


@dataclass(frozen=True, slots=True)
class Odd:
    """Arrays of one odd number, or of it among others.

    ``c`` channels, ``n`` pictures; captures go through ``depth`` blocks.
    """

    value: float
    mixed: bool = False
    c: int = 3
    n: int = 2
    depth: int = 3

    def floats(self, *shape: int) -> np.ndarray:
        made = np.full(shape, self.value, np.float64)
        if self.mixed:
            made.reshape(-1)[::2] = 0.25
        return made

    def gates(self, *shape: int) -> np.ndarray:
        return self.floats(*shape).astype(np.float32)

    @property
    def one(self) -> float:
        return float(self.value)

    def block(self, name: str = NAMES[0]) -> SEBlock:
        return SEBlock(name, NAMES.index(name), "SE", "sigmoid", self.c, 2)

    @property
    def blocks(self) -> tuple[SEBlock, ...]:
        return tuple(self.block(name) for name in NAMES)


@dataclass(frozen=True, slots=True)
class Usual(Odd):
    """Gates as networks have them, different ones for every array, and the same in every run."""

    value: float = 0.25
    c: int = 12
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def floats(self, *shape: int) -> np.ndarray:
        return self.random.beta(2, 2, shape)


ANY = np.array([0.0, 1.0, 0.5, -1.0, 1e30, 1e-30, np.nan, np.inf, -np.inf])


@dataclass(frozen=True, slots=True)
class AnyNumbers(Usual):
    """Any mixture of odd numbers and gates, or one odd number all over; another in every array."""

    @classmethod
    def of(cls, seed: int) -> "AnyNumbers":
        """Through one to three blocks of one to nine channels; the same for the same seed."""
        random = np.random.default_rng(seed)
        return cls(c=int(random.choice([1, 2, 9])), depth=int(random.integers(1, 4)), random=random)

    def floats(self, *shape: int) -> np.ndarray:
        if self.random.random() < 0.5:
            return np.full(shape, self.random.choice(ANY))
        odd = self.random.choice(ANY, shape)
        return np.where(self.random.random(shape) < 0.5, odd, self.random.random(shape))


def unit(o: Odd) -> UnitAccount:
    return UnitAccount(0, o.one, o.floats(o.c), o.one, o.one)


def removal_curve(o: Odd) -> RemovalCurve:
    counts = np.ones(2, np.int64)
    tallied = (counts, 0 * counts, counts, o.floats(2), o.one)
    return RemovalCurve("gate", 0, "", "labels", o.n, 1, o.floats(2), *tallied, o.one)


def moments(o: Odd) -> Moments:
    shape, counts = (2, o.c), np.full((2, o.c), o.n)
    return Moments(
        block=NAMES[0],
        count=np.full(2, o.n),
        mean=o.floats(*shape),
        m2=np.abs(o.floats(*shape)),
        lowest=o.floats(*shape),
        highest=o.floats(*shape),
        near_zero=counts,
        near_one=counts,
    )


def runs(o: Odd) -> tuple[TrainedRun, ...]:
    log = tuple(EpochLog(i + 1, o.one, 64, 0.1, v, v, v) for i, v in enumerate(o.floats(3)))
    said = np.zeros(o.n, np.uint8)
    return tuple(TrainedRun(v, s, log, said) for v in ("se", "plain") for s in (0, 1))


def channel_effects(o: Odd) -> ChannelEffects:
    g, f = o.gates(o.c), o.floats(o.c)
    return ChannelEffects(o.block(), 0, o.one, o.one, g, g, f, f, f)


def watched(o: Odd) -> Sequence[Moment]:
    return [Moment(i, o.one, o.one, NAMES, o.gates(3, 5)) for i in range(2)]


def moved(o: Odd) -> Trajectories:
    strengths = np.array(SCALES["blur"].sweep)
    p = strengths.size
    return Trajectories(
        kind="blur",
        blocks=o.blocks,
        strengths=strengths,
        gates=dict.fromkeys(NAMES, o.gates(p, o.c)),
        followed=0,
        probability=o.floats(p),
        likeliest=np.zeros(p, np.int64),
    )


def split(o: Odd) -> VarianceSplit:
    part = np.abs(o.floats(o.c))
    return VarianceSplit(3, 2, o.floats(o.c), part, part)


def splits(o: Odd) -> dict[str, VarianceSplit]:
    return dict.fromkeys(NAMES, split(o))
