"""What an operation gives, from what is known of what it takes."""

from collections.abc import Callable, Mapping

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.axes import CHANNEL, FRAME, INPUT, PLACE, UNKNOWN, Axes
from senet_viz.blocks.calls import Call
from senet_viz.blocks.operations import POOLED_BY
from senet_viz.blocks.results import Result, pooled
from senet_viz.blocks.values import Pooling, Value


def result_of(call: Call, out: Tensor, index: int) -> Result | None:
    """What is known of the output number ``index``; None where it is a constant."""
    return _RULES.get(call.role, _other)(call, out, index)


def _layout(call: Call, out: Tensor, index: int) -> Result | None:
    value = call.value_of(call.argument("src")) if call.name == "copy" else call.data[0]
    if value is None:
        return None
    given = value.tensor()
    alike = given is not None and given.numel() == out.numel()
    axes = ax.regroup(value.axes, out.shape) if alike else ax.expanded(value.axes, out.shape)
    if given is not None and given.shape == out.shape:
        axes = value.axes
    same = alike and given is not None and given.dtype == out.dtype
    return Result(axes, value, form=value.form, part=value.part, same=same)


def _move(call: Call, out: Tensor, index: int) -> Result:
    value = call.data[0]
    order = list(range(len(value.axes)))
    if call.name == "permute":
        order = [d % len(order) for d in call.argument("dims")]
    elif order:
        first, second = (
            (call.argument("dim0"), call.argument("dim1")) if call.name == "transpose" else (0, -1)
        )
        order[first], order[second] = order[second], order[first]
    axes = tuple(value.axes[d] for d in order)
    return Result(axes, value, form=value.form, part=value.part, same=True)


def _expand(call: Call, out: Tensor, index: int) -> Result:
    value = call.data[0]
    axes = ax.expanded(value.axes, out.shape)
    if call.name == "repeat":
        padded = ((),) * (out.ndim - len(value.axes)) + value.axes
        axes = ax.resized(padded, out.shape)
        wide = ax.expanded(padded, out.shape)
        pairs = zip(padded, axes, wide, strict=True)
        axes = tuple(a if ax.size_of(p) > 1 else w for p, a, w in pairs)
    return Result(axes, value, form=value.form)


def _part(call: Call, out: Tensor, index: int) -> Result:
    value = call.data[0]
    axes = value.axes
    if call.name in ("select", "unbind"):
        dropped = (call.argument("dim") or 0) % len(axes)
        axes = axes[:dropped] + axes[dropped + 1 :]
    axes = ax.resized(axes, out.shape) if len(axes) == out.ndim else _unlike(value, out)
    key = repr([a for a in call.args[1:] if not isinstance(a, Tensor)] + [call.kwargs])
    return Result(axes, family=("part", value.family, value.form, call.name, key, index))


def _join(call: Call, out: Tensor, index: int) -> Result:
    value = next((v for v in call.data if v.step is None), call.data[0])
    axes, dim = value.axes, (call.argument("dim") or 0) % out.ndim
    if call.name == "stack":
        axes = axes[:dim] + ax.of([CHANNEL], [1]) + axes[dim:]
    return Result(ax.resized(axes, out.shape))


def _pointwise(call: Call, out: Tensor, index: int) -> Result:
    data = call.data
    axes = data[0].axes if len(data) == 1 and len(data[0].axes) == out.ndim else None
    if axes is None or call.constants:
        axes = ax.together([v.axes for v in data], out.shape)
        for constant in call.constants:
            axes = _filled_out(axes, constant)
    if len({v.family for v in data}) == 1 and call.name != "_softmax":
        value = max(data, key=lambda v: len(v.form))
        name = "pow" if len(data) > 1 and call.role == "product" else call.name
        if data[0].step is None and call.role == "product" and call.constants:
            name = "weighted"
        return Result(axes, value, form=(*value.form, name), part=value.part)
    maps = [v for v in data if v.step is None]
    if len(maps) > 1 and call.role == "product":
        maps = [v for v in maps if not v.squashed]
    if len(maps) != 1 or call.role not in ("product", "quotient", "sum"):
        return Result(axes)
    how = "centred" if any(v.poolings for v in data) else "weighted"
    if any(is_softmax(v) for v in data if v is not maps[0]):
        how = "averaged"
    return Result(axes, maps[0], form=(*maps[0].form, how), part=maps[0].part)


def _filled_out(axes: Axes, constant: Tensor) -> Axes:
    """Where a constant varies along a dimension in which nothing else does."""
    shape = (1,) * (len(axes) - constant.ndim) + tuple(constant.shape)
    return tuple(
        d if s == 1 or any(axis.role[0] for axis in d) else ax.of([CHANNEL], [s])[0]
        for d, s in zip(axes, shape, strict=True)
    )


def is_softmax(value: Value) -> bool:
    """Whether these are weights that add up to one."""
    return value.squashed is not None and value.squashed[1] == "_softmax"


def _made(call: Call, out: Tensor, index: int) -> None:
    return None


def _norm(call: Call, out: Tensor, index: int) -> Result | None:
    if index > 0:
        return None
    value = call.data[0]
    last = "layer" in call.name or "rms" in call.name
    ax.channels_at(value.axes, -1 if last else 1)
    return Result(value.axes)


def _diagonal(call: Call, out: Tensor, index: int) -> Result:
    value = call.data[0]
    return Result((*value.axes, value.axes[-1]), value, form=value.form)


def _other(call: Call, out: Tensor, index: int) -> Result:
    value = next((v for v in call.data if len(v.axes) == out.ndim), call.data[0])
    axes = ax.resized(value.axes, out.shape) if len(value.axes) == out.ndim else _unlike(value, out)
    return Result(axes)


def _unlike(value: Value, out: Tensor) -> Axes:
    return ax.unknown(out.shape) if value.step is None else ax.mixed(value.axes, out.shape)


def _pool(call: Call, out: Tensor, index: int) -> Result:
    value = call.data[0]
    ndim = len(value.axes)
    given = call.argument("dim")
    dims = [given] if isinstance(given, int) else list(given or range(ndim))
    word = POOLED_BY.get(call.name, "mean")
    if call.name in ("std_mean", "var_mean"):
        word = ("standard deviation" if call.name == "std_mean" else "variance", "mean")[index]
    return pooled(
        value, [d % ndim for d in dims], word, keep=len(value.axes) == out.ndim and ndim > 0
    )


def _window(call: Call, out: Tensor, index: int) -> Result:
    """A pooling by windows, where in each dimension one covers all or none joins anything."""
    value, given = call.data[0], call.tensors[0]
    spatial = 3 if "3d" in call.name else 2
    first = given.ndim - spatial
    if "adaptive" in call.name:
        covered = [d for d in range(first, given.ndim) if out.shape[d] == 1]
    else:
        size = call.argument("kernel_size")
        sizes = list(size) * (spatial if len(size) == 1 else 1)
        covered = [
            d for d, s in enumerate(sizes, first) if s >= given.shape[d] and out.shape[d] == 1
        ]
    rest = [d for d in range(first, given.ndim) if d not in covered]
    if not covered or any(given.shape[d] != out.shape[d] for d in rest):
        ax.channels_at(value.axes, first - 1)
        return _other(call, out, index)
    return pooled(value, covered, POOLED_BY.get(call.name, "mean"), keep=True)


def _affine(call: Call, out: Tensor, index: int) -> Result | None:
    value = call.data[0]
    if call.name == "embedding":
        return Result(ax.of([INPUT, *[PLACE] * (out.ndim - 2), CHANNEL], out.shape))
    if "conv" not in call.name:
        ax.channels_at(value.axes, -1)
        return Result((*value.axes[:-1], *ax.of([CHANNEL], out.shape[-1:])))
    given, weight = call.tensors[0], call.tensors[1]
    if value.tensor() is not given:
        return Result(ax.unknown(out.shape))
    ax.channels_at(value.axes, 1, folded=FRAME)
    places = out.shape[2:]
    whole = given.shape[2:] == weight.shape[2:] and given.shape[2:].numel() > 1 == places.numel()
    if whole and weight.shape[1] == 1 and value.step is None:
        form = (*value.form, "weighted")
        return pooled(value, range(2, given.ndim), "sum", keep=True, form=form)
    channels = ax.of([CHANNEL], out.shape[1:2])
    if value.step is not None and (value.poolings or places.numel() == 1):
        return Result((value.axes[0], *channels, *ax.resized(value.axes[2:], places)))
    return Result((value.axes[0], *channels, *ax.of([PLACE] * len(places), places)))


def _contract(call: Call, out: Tensor, index: int) -> Result:
    first, second = call.operands()
    a, b = call.value_of(first), call.value_of(second)
    if a is not None and b is not None:
        return _of_two(a, b, first, second)
    if a is None and b is None:  # a bias that is followed, added to what is not
        return _other(call, out, index)
    if a is not None:
        ax.channels_at(a.axes, -1)
        return _mixed_by(a, len(a.axes) - 1, second, out, len(out.shape) - 1)
    assert b is not None
    ax.channels_at(b.axes, -2)
    return _mixed_by(
        b, max(len(b.axes) - 2, 0), first, out, len(out.shape) - (2 if second.ndim > 1 else 1)
    )


def _mixed_by(value: Value, dim: int, weight: Tensor, out: Tensor, new: int) -> Result:
    """One dimension mixed by constants: places are pooled where one number is left of them."""
    places = ax.varies(value.axes[dim]) == PLACE
    vector = out.ndim < len(value.axes)
    if places and (vector or out.shape[new] == 1) and value.step is None:
        equal = bool(weight.is_meta) is False and bool((weight == weight.flatten()[0]).all())
        mean = equal and abs(float(weight.flatten()[0]) * ax.size_of(value.axes[dim]) - 1) < 1e-3
        form = value.form if mean else (*value.form, "weighted")
        return pooled(value, [dim], "mean" if mean else "sum", keep=not vector, form=form)
    if vector:
        return Result(value.axes[:dim] + value.axes[dim + 1 :])
    role = PLACE if places else CHANNEL
    return Result((*value.axes[:dim], *ax.of([role], [out.shape[new]]), *value.axes[dim + 1 :]))


def _of_two(a: Value, b: Value, first: Tensor, second: Tensor) -> Result:
    """A product of two maps: without places where these were what was summed over."""
    columns = () if second.ndim == 1 else b.axes[-1:]
    axes = (*a.axes[:-1], *columns)
    row = a.axes[-2] if len(a.axes) > 1 else ()
    source = a if ax.varies(row) & CHANNEL or not columns else b
    weights = b if source is a else a
    if ax.has(axes, PLACE | UNKNOWN) or (a.step is not None and b.step is not None):
        return Result(axes)
    both = columns and ax.varies(row) & CHANNEL and ax.varies(columns[0]) & CHANNEL
    word = "covariance" if both else "sum"
    form = (
        source.form if both else (*source.form, "averaged" if is_softmax(weights) else "weighted")
    )
    count = ax.size_of(a.axes[-1])
    return Result(axes, pooling=Pooling(source.family, form, (word,), count))


_RULES: Mapping[str, Callable[[Call, Tensor, int], Result | None]] = {
    "layout": _layout,
    "move": _move,
    "expand": _expand,
    "part": _part,
    "join": _join,
    "pointwise": _pointwise,
    "squash": _pointwise,
    "product": _pointwise,
    "quotient": _pointwise,
    "sum": _pointwise,
    "made": _made,
    "norm": _norm,
    "diagonal": _diagonal,
    "pool": _pool,
    "window": _window,
    "affine": _affine,
    "contract": _contract,
}
