"""Do rankings of channels name those that the answer rests on? Deletion and insertion curves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float64

from senet_viz.analysis.effects import ChannelEffects
from senet_viz.analysis.place_deletion import mean_height
from senet_viz.core.arrays import Array, Counts, Doubles
from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.translation import Words, tr

Ranking = Literal["gate", "effect", "estimate", "random"]
WORDS: Mapping[Ranking, str] = Words(
    {
        "gate": lambda: tr("most open first"),
        "effect": lambda: tr("by measured effect"),
        "estimate": lambda: tr("by one-pass estimate"),
        "random": lambda: tr("at random"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class ChannelDeletion(Tabular):
    """One block and one picture: what becomes of a logit as a ranking's channels go, or come.

    ``shares`` (s,) of the channels, ascending to 1. ``fall`` (d, s): the logit of class
    ``class_index`` before less after, with the gates of the ranking's first channels replaced.
    ``rise`` (d, s): with all gates replaced but those, less with all replaced. d is 1, or the
    number of draws at random. With ``against``, logits are differences of two classes'.
    """

    block: SEBlock
    ranking: Ranking
    class_index: int
    against: int | None
    shares: Float64[Doubles, " s"]
    fall: Float64[Doubles, "d s"]
    rise: Float64[Doubles, "d s"]

    @property
    def area_of_fall(self) -> float:
        """The mean fall over all shares, in logits: larger where the ranking is more faithful."""
        return float(mean_height(self.shares, self.fall).mean())

    @property
    def area_of_rise(self) -> float:
        """The mean rise over all shares, in logits: larger where the ranking is more faithful."""
        return float(mean_height(self.shares, self.rise).mean())

    def columns(self) -> Columns:
        """A row for each draw and share."""
        return stacked(
            long(
                {"block": [self.block.name], "share": self.shares},
                ranking=self.ranking,
                draw=draw,
                fall=fall,
                rise=rise,
            )
            for draw, (fall, rise) in enumerate(zip(self.fall, self.rise, strict=True))
        )


def orders(effects: ChannelEffects, *, draws: int, seed: int) -> dict[Ranking, Counts]:
    """Channels (d, c) of each ranking, those that speak most for the class first.

    By effect and estimate that is the largest fall of the logit when the channel goes.

    >>> import numpy as np
    >>> block = SEBlock("se", 0, "example", "sigmoid", 3, 1)
    >>> gate, change = np.float32([0.2, 0.9, 0.5]), np.array([-3.0, 1.0, -4.0])
    >>> found = ChannelEffects(block, 0, 0.0, 0.1, gate, 0 * gate, change, -change, change)
    >>> {name: order[0].tolist() for name, order in orders(found, draws=1, seed=0).items()}
    {'gate': [1, 2, 0], 'effect': [2, 0, 1], 'estimate': [1, 0, 2], 'random': [2, 0, 1]}
    """
    rng, channels = np.random.default_rng(seed), effects.gate.size
    ranked: dict[Ranking, Array | Doubles] = {
        "gate": -effects.gate,
        "effect": effects.change,
        "estimate": effects.estimate,
    }
    by_ranking: dict[Ranking, Counts] = {}
    for ranking in WORDS:
        if ranking == "random":
            by_ranking[ranking] = np.array([rng.permutation(channels) for _ in range(draws)])
        else:
            by_ranking[ranking] = np.argsort(ranked[ranking], kind="stable")[None]
    return by_ranking
