"""What a plan came to: the blocks, those that were folded together, the channels, a cut network."""

from dataclasses import dataclass

from senet_viz.analysis.channel_removal import RemovalCurve, RemovalRanking, Way
from senet_viz.analysis.cost_records import Latency
from senet_viz.analysis.effects import AccuracyChange
from senet_viz.analysis.removal_plan import JointRemoval, RemovalPlan
from senet_viz.models.saved_manifest import CutBlock
from senet_viz.removal import NamedPictures
from senet_viz.removal.block_gates import Gates


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """How far a plan of the network under this key is; ``plan`` is None until the gates are known.

    ``done`` of ``total`` pictures went through, once for the gates and once to be judged.
    """

    network: str
    pictures: NamedPictures
    gates: Gates
    done: int
    plan: RemovalPlan | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self.pictures.files)


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What blocks folded away together save and cost, how each went, and the network's file.

    ``content`` is b"" as long as pictures are still to be judged.
    """

    network: str
    planned: Planned
    folded: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    joint: JointRemoval
    content: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Curved:
    """Channels ranked on one half of a plan's pictures, and judged on the other.

    ``done`` of ``total`` pictures went through. ``curves`` are there once some were judged.
    ``tied``: the blocks that share their channels with another block of their stage through sums.
    """

    planned: Planned
    done: int
    rankings: tuple[RemovalRanking, ...] = ()
    curves: tuple[RemovalCurve, ...] = ()
    tied: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.planned.total

    @property
    def ways(self) -> tuple[Way, ...]:
        """Those that channels were ranked in."""
        return tuple(dict.fromkeys(each.way for each in self.rankings))


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """The network without a share of its channels; ``content`` is b"" until all were judged.

    ``stages``: one choice of channels was made for each stage, not for each block.
    """

    curved: Curved
    way: Way
    share: float
    stages: bool
    blocks: tuple[CutBlock, ...]
    refused: tuple[tuple[str, str], ...]
    change: AccuracyChange
    latency: Latency | None = None
    content: bytes = b""


State = Planned | Joined | Curved | Narrowed
