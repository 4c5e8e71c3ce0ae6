"""The best that a fixed 1x1 convolution could do in a trained SE block's place.

Two fixed maps are fitted, by least squares, from a block's features to its recalibrated output:
one scale per channel, and a full 1x1 convolution with bias. Both are the same for every picture;
what they cannot reproduce is what depends on the picture. The network is not trained again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64
from torch import Tensor, nn

from senet_viz.analysis.fixed_maps import FixedFit, FixedMaps, Form
from senet_viz.blocks.finding import find_blocks
from senet_viz.core.arrays import Array, Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, SEBlock, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks import capture

FOLDS = 6
RIDGES = (1e-6, 1e-4, 1e-2, 1.0)
BUDGET = 2**30


@dataclass(frozen=True, slots=True, eq=False)
class NormalSums:
    """Sums over places that decide every least-squares fit from u (c) and a constant 1 to y (c).

    ``gram`` (c + 1, c + 1) of [u, 1] with itself, ``cross`` (c + 1, c) of [u, 1] with y, and
    ``power`` (c,) of y; float64, so that a picture more or less costs no precision.
    """

    gram: Float64[Doubles, "d d"]
    cross: Float64[Doubles, "d c"]
    power: Float64[Doubles, " c"]
    places: int

    def __add__(self, other: "NormalSums") -> "NormalSums":
        return NormalSums(
            self.gram + other.gram,
            self.cross + other.cross,
            self.power + other.power,
            self.places + other.places,
        )

    def __sub__(self, other: "NormalSums") -> "NormalSums":
        return NormalSums(
            self.gram - other.gram,
            self.cross - other.cross,
            self.power - other.power,
            self.places - other.places,
        )

    def squared_error(self, weights: Float64[Doubles, "d c"]) -> float:
        """The sum over places and channels of ([u, 1] @ weights - y) squared."""
        inner = np.einsum("do,do->", weights, self.gram @ weights - 2 * self.cross)
        return max(0.0, float(inner + self.power.sum()))


def normal_sums(features: Float32[Array, "c h w"], excitation: Float32[Array, " c"]) -> NormalSums:
    """The sums of one picture, whose output is excitation times features.

    >>> import numpy as np
    >>> normal_sums(np.ones((2, 3, 3), np.float32), np.array([0.5, 1], np.float32)).places
    9
    """
    u = features.reshape(len(features), -1).astype(np.float64)
    x = np.concatenate([u, np.ones((1, u.shape[1]))])
    s = excitation.astype(np.float64)
    gram = x @ x.T
    return NormalSums(gram, gram[:, :-1] * s, np.diag(gram)[:-1] * s**2, u.shape[1])


def fit_scale(sums: NormalSums) -> Float64[Doubles, " c"]:
    """The best fixed scale per channel (c,); 1 where a channel is 0 everywhere."""
    power = np.diag(sums.gram)[:-1]
    along = np.diag(sums.cross[:-1])
    return np.divide(along, power, out=np.ones_like(power), where=power > 0)


def fit_convolution(sums: NormalSums, *, ridge: float) -> Float64[Doubles, "d c"]:
    """Weights (c + 1, c), the bias in the last row, of the best 1x1 convolution.

    ``ridge``, in mean powers of a channel, draws the weights to the best fixed scale, not to 0: so
    on the pictures fitted to, the convolution is never worse than the scale. With 0 it is plain
    least squares, the shortest solution where there are several; with inf the scale.
    """
    start = _diagonal(fit_scale(sums))
    channels = start.shape[1]
    power = float(np.diag(sums.gram)[:-1].mean())
    if np.isinf(ridge) or power == 0:
        return start
    if ridge == 0:
        return np.asarray(np.linalg.lstsq(sums.gram, sums.cross, rcond=1e-14)[0], np.float64)
    system = sums.gram.copy()
    places = np.arange(channels)
    system[places, places] += ridge * power
    step = np.linalg.solve(system, sums.cross - sums.gram @ start)
    return np.asarray(start + step, np.float64)


def fit_blocks(
    model: nn.Module,
    batches: Callable[[], Iterable[Tensor]],
    *,
    blocks: Sequence[str] | None = None,
    folds: int = FOLDS,
    budget: int = BUDGET,
) -> Iterator[FixedFit]:
    """Fit the fixed maps of every block, or of ``blocks``; each is handed out when it is done.

    batches: a function that gives the pictures, (n, 3, h, w) and preprocessed, from the start each
    time it is called: sums for more than ``budget`` bytes are taken in several passes. Pictures
    are left out in ``folds`` parts in turn, one by one where there are no more than that.

    Raises BlockError for an unknown block, CaptureError for fewer than two pictures.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> fit = next(fit_blocks(build("se", seed=0), lambda: [torch.rand(3, 3, 64, 64)]))
    >>> fit.block.name, fit.pictures
    ('layer1.0.se', 3)
    """
    known = {block.name: block for block in find_blocks(model)}
    wanted = tuple(known) if blocks is None else tuple(blocks)
    for name in wanted:
        if name not in known:
            raise BlockError(unknown_block(name, tuple(known)))
    for group in _groups([known[name] for name in wanted], folds, budget):
        yield from _fit_group(model, batches(), group, folds)


def _groups(blocks: Sequence[SEBlock], folds: int, budget: int) -> Iterator[tuple[str, ...]]:
    """Blocks in order, as many at a time as their sums fit into ``budget`` bytes."""
    group: list[str] = []
    taken = 0
    for block in blocks:
        size = (folds + 2) * 2 * 8 * (block.channels or 512) ** 2
        if group and taken + size > budget:
            yield tuple(group)
            group, taken = [], 0
        group.append(block.name)
        taken += size
    if group:
        yield tuple(group)


def _fit_group(
    model: nn.Module, batches: Iterable[Tensor], names: tuple[str, ...], folds: int
) -> Iterator[FixedFit]:
    parts: dict[str, dict[int, NormalSums]] = {}
    blocks: dict[str, SEBlock] = {}
    pictures = 0
    for images in batches:
        for activation in capture(model, images, features=names):
            if activation.features is not None:
                blocks[activation.block.name] = activation.block
                _add(parts.setdefault(activation.block.name, {}), activation, pictures, folds)
        pictures += len(images)
    if pictures < 2:
        raise CaptureError(
            tr(
                "{pictures} picture(s) were given; a fit that is tried on pictures left "
                "out of it needs at least two",
                pictures=pictures,
            )
        )
    for name in [name for name in blocks if name in parts]:
        yield _concluded(blocks[name], parts.pop(name), pictures)


def _add(
    parts: dict[int, NormalSums], activation: BlockActivation, before: int, folds: int
) -> None:
    if activation.proof == "failed":
        raise CaptureError(
            tr(
                "{block} was read wrongly: its output is not features times gate",
                block=activation.block.name,
            )
        )
    maps = activation.require_features()
    for i, (features, gate) in enumerate(zip(maps, activation.excitation, strict=True)):
        fold, sums = (before + i) % folds, normal_sums(features, gate)
        parts[fold] = parts[fold] + sums if fold in parts else sums


def _concluded(block: SEBlock, parts: Mapping[int, NormalSums], pictures: int) -> FixedFit:
    whole = sum_of(list(parts.values()))
    left_out = {fold: whole - part for fold, part in parts.items()}
    unchanged = _diagonal(np.ones(len(whole.power)))

    def over_folds(fit: Callable[[NormalSums], Doubles]) -> float:
        errors = [part.squared_error(fit(left_out[fold])) for fold, part in parts.items()]
        return _relative(sum(errors), whole)

    tried = {
        ridge: over_folds(lambda sums, r=ridge: fit_convolution(sums, ridge=r))  # type: ignore[misc]
        for ridge in (*RIDGES, float("inf"))
    }
    ridge = min(tried, key=lambda r: (tried[r], -r))
    weights, scale = fit_convolution(whole, ridge=ridge), fit_scale(whole)
    fits: dict[Form, Doubles] = {
        "unchanged": unchanged,
        "scale": _diagonal(scale),
        "convolution": weights,
    }
    return FixedFit(
        block=block,
        pictures=pictures,
        pixels=whole.places,
        fitted={form: _relative(whole.squared_error(w), whole) for form, w in fits.items()},
        held_out={
            "unchanged": _relative(whole.squared_error(unchanged), whole),
            "scale": tried[float("inf")],
            "convolution": tried[ridge],
        },
        ridge=ridge,
        maps=FixedMaps(
            scale=readonly(scale.astype(np.float32)),
            weight=readonly(np.ascontiguousarray(weights[:-1].T, np.float32)),
            bias=readonly(weights[-1].astype(np.float32)),
        ),
    )


def sum_of(parts: Sequence[NormalSums]) -> NormalSums:
    """The sums over all parts together."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _diagonal(scale: Doubles) -> Doubles:
    """A fixed scale (c,) as the weights (c + 1, c) of a convolution without bias."""
    return np.concatenate([np.diag(scale), np.zeros((1, len(scale)))])


def _relative(squared: float, sums: NormalSums) -> float:
    power = float(sums.power.sum())
    return float(np.sqrt(squared / power)) if power > 0 else float("nan")
