"""From the poolings of a gate to its logit, if this is no plain chain of one or two layers.

The operations in between are copied without their modules; run on unit vectors they give the
matrices.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.anatomy import ACTIVATIONS, Anatomy
from senet_viz.blocks.layouts import arrange, layout_of, spread
from senet_viz.blocks.operation_facts import argument_tensors
from senet_viz.blocks.products import Product
from senet_viz.blocks.tree import Tree
from senet_viz.blocks.values import Pooling, Step, again
from senet_viz.core.arrays import readonly
from senet_viz.core.block_words import pooled_words
from senet_viz.core.pooled_sums import Pool, PooledSum, PoolKind, Stage
from senet_viz.core.translation import tr

_LINEAR = frozenset({"layout", "move", "expand", "part", "join", "affine"})
_ALSO = frozenset({"native_dropout", "neg", "constant_pad_nd", "roll", "flip"})
_UNITS = {"hardtanh": "relu6", "clamp_min": "relu"}
_KNOWN = frozenset({"relu", "relu6", "silu", "hardswish", "gelu"})
_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class PoolChain:
    """Steps without modules. poolings: (the step that ends it, kind, weights); units: functions of
    each number on the way, in order; logit: the end.
    """

    poolings: tuple[tuple[Step, PoolKind, Tensor | None], ...]
    units: tuple[tuple[Step, str], ...]
    logit: Step


class NoSumError(Exception):
    """A gate is no sum over places; the message says why, in the person's language."""


def chain_of(product: Product, parts: Anatomy) -> PoolChain | str:
    """How the logit follows from poolings of the maps, or why it is no sum over their places."""
    end = parts.logit if parts.logit is not None else parts.excitation
    try:
        if parts.logit is None and parts.gate != "none":
            raise NoSumError(
                tr("one gate serves several channels, so there is no logit per channel")
            )
        steps = _between(end, product)
        poolings = [s for s in steps if s.pooling in product.own]
        kinds = [(s, *_kind(s.pooling, product)) for s in poolings if s.pooling is not None]
        units = [(s, _unit(s)) for s in steps if s.number not in {p.number for p in poolings}]
    except NoSumError as error:
        return str(error)
    copies: dict[int, Step] = {}
    return PoolChain(
        tuple((_bare(s, copies), kind, weights) for s, kind, weights in kinds),
        tuple((_bare(s, copies), word) for s, word in units if word),
        _bare(end, copies),
    )


def _between(end: Step, product: Product) -> list[Step]:
    """The steps from the poolings on, in order."""
    steps: dict[int, Step] = {}
    ahead = [end]
    while ahead:
        step = ahead.pop()
        if step.number in steps:
            continue
        steps[step.number] = step
        if step.pooling not in product.own:
            if not step.before or not step.args:
                raise NoSumError(
                    tr("its gates also depend on something that is not a pooling of its maps")
                )
            ahead.extend(step.before)
    return [steps[number] for number in sorted(steps)]


def _kind(pooling: Pooling, product: Product) -> tuple[PoolKind, Tensor | None]:
    form, shared = pooling.form, product.maps.form
    while form and shared and form[0] == shared[0]:
        form, shared = form[1:], shared[1:]
    (word, *more), weights = pooling.words, pooling.weights
    if not shared and not more and not form and word in ("mean", "max", "sum"):
        return word, None  # type: ignore[return-value]
    if not shared and not more and len(form) == 1 and word == "sum" and weights is not None:
        return weights[0], _flat(*weights)
    if word in ("mean", "sum") and form and form[0] in ("averaged", "weighted"):
        raise NoSumError(
            tr("the weights of its places come from another input or from each number itself")
        )
    if shared or form:
        raise NoSumError(tr("it pools something other than its feature maps"))
    raise NoSumError(
        tr(
            "{how} cannot be split into a share for each place. Means, maxima, sums and "
            "softmax-weighted means can",
            how=pooled_words(" and ".join(pooling.words)),
        )
    )


def _flat(kind: str, weights: Tensor, axes: ax.Axes | None) -> Tensor:
    """Scores of channels as (c,), fixed weights as (c or 1, places)."""
    weights = weights.detach()
    if kind == "softmax":
        return weights.flatten()
    if axes is not None:
        shape = tuple(map(ax.size_of, axes))
        return arrange(weights.expand(shape), layout_of(axes))[0].flatten(1).clone()
    return weights.flatten(1) if weights.shape[1:].numel() > 1 else weights.reshape(1, -1)


def _unit(step: Step) -> str:
    """The name of a function of each number; "" for what is linear."""
    if step.name == "copy" and step.operation.writes:
        raise NoSumError(
            tr("what it pooled is written into a tensor in place, which is not followed")
        )
    if (
        step.role in _LINEAR
        or step.name in _ALSO
        or (step.role == "contract" and len(step.before) == 1)
    ):
        return ""
    if step.role == "sum" or (step.role in ("product", "quotient") and len(step.before) == 1):
        if step.role == "quotient" and not isinstance(step.args[0], Step):
            raise NoSumError(tr("it divides by what it pooled"))
        return ""
    if step.role == "norm" and "batch_norm" in step.name and not step.argument("training"):
        return ""
    if step.role == "norm":
        what = step.name.strip("_").removeprefix("native_").replace("_", " ")
        raise NoSumError(tr("the {what} between its layers is not affine", what=what))
    if step.name in ACTIVATIONS and len(step.before) == 1 and not step.weights:
        word = _UNITS.get(step.name, step.name)
        exact = step.argument("approximate") in (None, "none")
        bounds = (step.argument("min_val"), step.argument("max_val"))
        if word in _KNOWN and exact and (word != "relu6" or bounds == (0, 6)):
            return word
    raise NoSumError(
        tr("{what} between its layers is not supported here", what=step.name.strip("_"))
    )


def _bare(
    step: Step, copies: dict[int, Step], change: Callable[[Tensor], Tensor] = Tensor.detach
) -> Step:
    """A copy of a step and of all before it, which holds no module and no map."""
    if step.number not in copies:

        def each(given: Any) -> Any:
            if isinstance(given, Step):
                return _bare(given, copies, change)
            if isinstance(given, Tensor):
                return change(given)
            if isinstance(given, list | tuple):
                return [each(part) for part in given]
            return given

        own = step.pooling is not None
        copies[step.number] = replace(
            step,
            args=() if own else tuple(each(step.args)),
            kwargs={} if own else {word: each(part) for word, part in step.kwargs.items()},
            before=() if own else tuple(_bare(b, copies, change) for b in step.before),
            frame=None,
            places=[],
            pooling=None,
            tensor=None,
        )
    return copies[step.number]


def sum_of(name: str, chain: PoolChain | str | None, tree: Tree) -> tuple[PooledSum | None, str]:
    """The current sum, or None and the reason; computed again when a weight has changed."""
    if chain is None or isinstance(chain, str):
        return None, chain or ""
    try:
        stamp = [t._version for t in _tensors(chain) if not t.is_inference()]
        known = tree.sums.get(name)
        if known is None or not stamp or known[0] != stamp:
            known = tree.sums[name] = stamp, read_sum(chain)
    except Exception as error:  # an extra: the gate is shown without it
        return None, tr("its layers could not be read ({error})", error=str(error))
    return known[1], ""


def _tensors(chain: PoolChain) -> list[Tensor]:
    """What the steps and the poolings hold."""
    tensors = [weights for _, _, weights in chain.poolings if weights is not None]
    ahead, visited = [chain.logit], set()
    while ahead:
        step = ahead.pop()
        if step.number not in visited:
            visited.add(step.number)
            tensors += argument_tensors(step.args, step.kwargs)
            ahead.extend(step.before)
    return tensors


def read_sum(chain: PoolChain) -> PooledSum:
    """The matrices between poolings, functions and the logit, computed from unit vectors."""
    copies: dict[int, Step] = {}
    poolings = [_bare(step, copies, _double) for step, _, _ in chain.poolings]
    units = [(_bare(step, copies, _double), word) for step, word in chain.units]
    logit = _bare(chain.logit, copies, _double)
    stages, sources = [], list(poolings)
    for step, word in units:
        stages.append(_stage(sources, step.before[0], word))
        sources.append(step)
    stages.append(_stage(sources, logit, "none"))
    pools = tuple(
        Pool(kind, None if weights is None else readonly(weights.detach().float().cpu().numpy()))
        for _, kind, weights in chain.poolings
    )
    return PooledSum(pools, tuple(stages))


def _double(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu()
    return tensor.double() if tensor.is_floating_point() else tensor


def _stage(all_sources: list[Step], target: Step, word: str) -> Stage:
    """What enters a function, as a sum over the vectors of ``sources``."""
    taken = _taken(target, {s.number for s in all_sources})
    sources = [s for s in all_sources if s.number in taken]
    shapes = [tuple(map(ax.size_of, s.axes)) for s in sources]
    layouts = [layout_of(s.axes) for s in sources]
    widths = [ax.count(s.axes, ax.CHANNEL) for s in sources]
    end = layout_of(target.axes)
    edges = np.cumsum([0, *widths])

    def entered(vector: Tensor) -> Tensor:
        known = {
            s.number: spread(vector[low:high][None], layout, shape)
            for s, layout, shape, low, high in zip(
                sources, layouts, shapes, edges, edges[1:], strict=False
            )
        }
        return arrange(again(target, known), end)[0]

    size = int(edges[-1])
    several = max(1, _AT_ONCE // max(map(prod, shapes), default=1))
    with torch.no_grad():
        bias = entered(torch.zeros(size, dtype=torch.float64))
        units = torch.eye(size, dtype=torch.float64)
        matrix = (torch.vmap(entered, chunk_size=several)(units) - bias).T
    parts = [
        (all_sources.index(source), _array(matrix[:, low:high]))
        for source, (low, high) in zip(sources, pairwise(edges), strict=True)
    ]
    return Stage(tuple(parts), _array(bias), word)


def _taken(target: Step, sources: Collection[int]) -> set[int]:
    """The numbers of the sources that a step depends on directly, not through another source."""
    ahead, visited = [target], set()
    while ahead:
        step = ahead.pop()
        if step.number not in visited:
            visited.add(step.number)
            ahead.extend(() if step.number in sources else step.before)
    return visited.intersection(sources)


def _array(tensor: Tensor) -> Any:
    return readonly(np.ascontiguousarray(tensor.float().numpy()))
