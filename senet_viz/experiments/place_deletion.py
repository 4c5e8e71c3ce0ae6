"""The account by place, tested: cover places of the picture, or of a block's input, and measure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from senet_viz.analysis.gate_places import explain_gate_by_place
from senet_viz.analysis.place_deletion import (
    COVERS,
    RANDOM_SETS,
    SHARES,
    Cover,
    Covering,
    Edited,
    PlaceDeletion,
    delete_places,
    highest_places,
    random_places,
)
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.core.tables import Tabular
from senet_viz.core.translation import tr
from senet_viz.hooks import capture

AT_ONCE = 32
CHANNELS = 2


@dataclass(frozen=True, slots=True)
class BlockDeletion(Tabular):
    """The areas under one block's deletion curves over pictures: mean and standard error.

    Of the account's places, of random ones, and of the difference within each picture; in logits.
    """

    block: SEBlock
    edited: Edited
    cover: Cover
    pictures: int
    area: float
    area_error: float
    random: float
    random_error: float
    difference: float
    difference_error: float

    @property
    def is_better(self) -> bool:
        """Whether the account's places lie two standard errors above random ones."""
        return self.difference > 2 * self.difference_error


def delete_from_picture(
    model: nn.Module,
    image: Tensor,
    channels: Mapping[str, Sequence[int]],
    *,
    cover: Cover = "mean",
    shares: Sequence[float] = SHARES,
    random_sets: int = RANDOM_SETS,
    seed: int = 0,
) -> tuple[PlaceDeletion, ...]:
    """Cover the pixels of the account's places in the picture, and run the network again.

    image: (1, c, h, w), preprocessed. channels: for each block by name, those to measure; a curve
    for each comes in this order. A place of the feature maps stands for the pixels of its square of
    the picture. Whatever lies before the block sees the covered picture, so a fall tests more than
    the account: what a place holds comes from more than its square.

    Raises as ``delete_places``, and a CaptureError for other inputs than one picture.

    >>> from senet_viz.models.residual import build
    >>> picture = torch.rand(1, 3, 64, 64)
    >>> curves = delete_from_picture(build("se"), picture, {"layer4.1.se": [0, 1]})
    >>> len(curves), curves[0].edited
    (2, 'picture')
    """
    if image.ndim != 4 or len(image) != 1:
        raise CaptureError(
            tr(
                "an input of shape {shape} was given. Covered is one picture, (1, c, h, w)",
                shape=tuple(image.shape),
            )
        )
    captured = capture(model, image, features=list(channels))
    picked = [(captured[name], channel) for name, own in channels.items() for channel in own]
    grids = {a.places: random_places(a.places, shares, random_sets, seed) for a, _ in picked}
    sets = [highest_places(explain_gate_by_place(*each).map, shares)[None] for each in picked]
    sets += list(grids.values())
    masks = [mask for some in sets for growing in some for mask in growing]
    after = _covered_logits(model, image, masks, cover, seed)
    ends = np.cumsum([0, *(len(some) * len(shares) for some in sets)])
    drawn = {places: len(picked) + i for i, places in enumerate(grids)}
    curves = []
    for place, (activation, channel) in enumerate(picked):
        before = float(_logits(activation)[0, channel])
        falls = before - after[activation.block.name][:, channel]
        at_random = drawn[activation.places]
        curves.append(
            PlaceDeletion(
                block=activation.block,
                channel=channel,
                cover=cover,
                edited="picture",
                logit=before,
                shares=readonly(np.array(shares, np.float64)),
                fall=readonly(falls[ends[place] : ends[place + 1]]),
                random=readonly(
                    falls[ends[at_random] : ends[at_random + 1]].reshape(random_sets, -1)
                ),
            )
        )
    return tuple(curves)


def _covered_logits(
    model: nn.Module, image: Tensor, masks: Sequence[np.ndarray], cover: Cover, seed: int
) -> dict[str, Doubles]:
    """The logits (k, c) of every block for the picture under each of k masks of places."""
    pixels = image[0].float().cpu().numpy()
    covering, rng = Covering(pixels, cover), np.random.default_rng(seed + 1)
    logits: dict[str, list[Doubles]] = {}
    for start in range(0, len(masks), AT_ONCE):
        some = masks[start : start + AT_ONCE]
        changed = [covering.covered(enlarged(mask, pixels.shape[1:]), rng) for mask in some]
        batch = torch.as_tensor(np.array(changed)).to(image)
        for activation in capture(model, batch, features="none"):
            if activation.logit is not None or activation.block.gate == "none":
                logits.setdefault(activation.block.name, []).append(_logits(activation))
    return {name: np.concatenate(parts) for name, parts in logits.items()}


def deletion_by_block(
    model: nn.Module,
    pictures: Iterable[Tensor],
    *,
    channels: int = CHANNELS,
    covers: Sequence[Cover] = COVERS,
    random_sets: int = RANDOM_SETS,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> tuple[tuple[BlockDeletion, ...], dict[str, str]]:
    """Both tests for every block that has an account, over pictures (1, c, h, w) each.

    channels: how many of each block, drawn at random again for each picture. Beside the table comes
    for each block without an account the reason.

    >>> from senet_viz.models.residual import build
    >>> table, left_out = deletion_by_block(
    ...     build("se"), torch.rand(2, 1, 3, 32, 32), channels=1, covers=["noise"], random_sets=2
    ... )
    >>> len(table), table[0].pictures, left_out
    (16, 2, {})
    """
    rng = np.random.default_rng(seed)
    areas: dict[tuple[SEBlock, Edited, Cover], list[tuple[float, float]]] = {}
    left_out: dict[str, str] = {}
    for number, image in enumerate(pictures):
        captured = capture(model, image)
        picked: dict[str, list[int]] = {}
        for activation in captured:
            wide = activation.excitation.shape[1]
            own = rng.choice(wide, min(channels, wide), replace=False).tolist()
            try:
                explain_gate_by_place(activation, 0)
                picked[activation.block.name] = own
            except (BlockError, CaptureError) as error:
                left_out[activation.block.name] = str(error)
        for cover in covers:
            curves = [
                curve
                for name, own in picked.items()
                for curve in delete_places(
                    captured[name], own, cover=cover, random_sets=random_sets, seed=number
                )
            ]
            curves += delete_from_picture(
                model, image, picked, cover=cover, random_sets=random_sets, seed=number
            )
            for key, both in _areas(curves).items():
                areas.setdefault(key, []).append(both)
        if progress:
            progress(number + 1)
    return tuple(_summed(*key, np.array(pairs)) for key, pairs in areas.items()), left_out


def _areas(
    curves: Iterable[PlaceDeletion],
) -> dict[tuple[SEBlock, Edited, Cover], tuple[float, float]]:
    """The mean area over each block's channels: of the account's places, and of random ones."""
    areas: dict[tuple[SEBlock, Edited, Cover], list[tuple[float, float]]] = {}
    for curve in curves:
        key = (curve.block, curve.edited, curve.cover)
        areas.setdefault(key, []).append((curve.area, float(curve.random_area.mean())))
    return {key: tuple(np.mean(pairs, 0).tolist()) for key, pairs in areas.items()}


def _summed(block: SEBlock, edited: Edited, cover: Cover, areas: Doubles) -> BlockDeletion:
    """From areas (n, 2) of the account and of random places."""
    three = np.column_stack([areas, areas[:, 0] - areas[:, 1]])
    mean = three.mean(0)
    error = three.std(0, ddof=1) / np.sqrt(len(three)) if len(three) > 1 else np.full(3, np.nan)
    pairs = [float(value) for both in zip(mean, error, strict=True) for value in both]
    return BlockDeletion(block, edited, cover, len(areas), *pairs)


def enlarged(mask: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Places (h, w) as the pixels of a picture of this size: each place a rectangle."""
    rows, columns = (
        np.arange(long) * short // long for long, short in zip(size, mask.shape, strict=True)
    )
    return np.asarray(mask[np.ix_(rows, columns)])


def _logits(activation: BlockActivation) -> Doubles:
    logit = activation.excitation if activation.block.gate == "none" else activation.logit
    assert logit is not None
    return logit.astype(np.float64)
