"""The paper's figure of gates by class: which layers, which classes, which channels."""

import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from senet_viz.core.arrays import Counts, Doubles

FIFTY = 50  # channels in the paper's figure
CLASSES = {"goldfish": 1, "pug": 254, "plane": 726, "cliff": 972}
"""The paper's classes in ImageNet's usual order. 726 is the carpenter's plane; the text does not
say which plane was drawn (airliner is 404)."""
_LAYOUT = (3, 4, 6, 3)
_LAYERS = ("SE_2_3", "SE_3_4", "SE_4_6", "SE_5_1", "SE_5_2", "SE_5_3")
_PLACE = re.compile(r"(?:^|\.)layer([1-4])\.(\d+)\.")


@runtime_checkable
class ClassMoments(Protocol):
    """One block's gates by class, as a survey's ``Moments`` are: all that is drawn of them.

    ``count`` (k,); ``mean``, ``variance``, ``lowest`` and ``highest`` (k, c).
    """

    @property
    def block(self) -> str: ...
    @property
    def count(self) -> Counts: ...
    @property
    def mean(self) -> Doubles: ...
    @property
    def variance(self) -> Doubles: ...
    @property
    def lowest(self) -> Doubles: ...
    @property
    def highest(self) -> Doubles: ...


def paper_names(blocks: Sequence[str]) -> dict[str, str]:
    """``SE_stage_block`` as the paper counts, by block name; empty for any but an SE-ResNet-50.

    The paper's first residual stage is 2, and its blocks count from 1.

    >>> names = [f"layer{s}.{b}.se" for s, n in zip((1, 2, 3, 4), (3, 4, 6, 3)) for b in range(n)]
    >>> paper_names(names)["layer3.5.se"]
    'SE_4_6'
    """
    places = [_PLACE.search(name) for name in blocks]
    numbers = [(int(p[1]), int(p[2])) for p in places if p]
    expected = [(s + 1, b) for s, count in enumerate(_LAYOUT) for b in range(count)]
    if len(numbers) != len(blocks) or numbers != expected:
        return {}
    return {name: f"SE_{s + 1}_{b + 1}" for name, (s, b) in zip(blocks, numbers, strict=True)}


def paper_blocks(blocks: Sequence[str]) -> tuple[str, ...]:
    """The six blocks of the paper's figure; none where this is no SE-ResNet-50."""
    names = paper_names(blocks)
    return tuple(block for block, name in names.items() if name in _LAYERS)


def last_of_stages(blocks: Sequence[str], stages: Sequence[str] | None) -> tuple[str, ...]:
    """The paper's choice in any network: each stage's last block, and all of the last stage.

    ``stages`` names each block's stage; without them, four blocks evenly spaced by depth.

    >>> last_of_stages(["1.0", "1.1", "2.0", "2.1"], ["1", "1", "2", "2"])
    ('1.1', '2.0', '2.1')
    """
    if stages is None:
        at = np.linspace(0, len(blocks) - 1, min(4, len(blocks))).round().astype(int)
        return tuple(blocks[i] for i in dict.fromkeys(at.tolist()))
    last = dict(zip(stages, blocks, strict=True))
    last_blocks = {
        *last.values(),
        *(b for s, b in zip(stages, blocks, strict=True) if s == stages[-1]),
    }
    return tuple(block for block in blocks if block in last_blocks)


def sampled_channels(count: int, most: int = FIFTY) -> Counts:
    """Fifty of ``count`` channels, evenly spaced by number from the first to the last; or all.

    >>> sampled_channels(3)
    array([0, 1, 2])
    """
    at: Counts = np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)
    return at


def mean_of_classes(moments: ClassMoments) -> Doubles:
    """The mean (c,) of the class means, each class counting the same, as in the paper's figure."""
    mean: Doubles = moments.mean[moments.count > 0].mean(axis=0)
    return mean
