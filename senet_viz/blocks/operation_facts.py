"""What is noted of single operations while a pass is followed."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.calls import Call
from senet_viz.blocks.products import Product
from senet_viz.blocks.results import Result
from senet_viz.blocks.rules import is_softmax
from senet_viz.blocks.values import Root

PASSED_ON = frozenset({"layout", "move", "expand"})
_EACH_NUMBER = frozenset({"pointwise", "squash", "product", "quotient", "sum"})
_WEIGHED = PASSED_ON | {"pool", "window", "product", "contract"}
Weights = tuple[str, Tensor, ax.Axes | None]
"""How places are weighted; by which layer's weights or which numbers; along which axes."""
OF_WEIGHTS = PASSED_ON | _EACH_NUMBER | {"part"}


def argument_tensors(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Tensor]:
    """Those among the arguments, and in lists among them."""
    tensors: list[Tensor] = []
    for given in (*args, *kwargs.values()) if kwargs else args:
        if isinstance(given, Tensor):
            tensors.append(given)
        elif isinstance(given, list | tuple):
            tensors.extend(each for each in given if isinstance(each, Tensor))
    return tensors


def note_reading(call: Call, product: Product) -> None:
    """A product that an operation takes has been read, unless the operation passes it on."""
    if call.role in PASSED_ON or product.read is not None:
        return
    gain = gain_of(call)
    if gain is not None and product.gain == 1:
        product.gain = gain
    else:
        product.read = call.role


def weighs(product: Product) -> bool:
    """Whether a map was multiplied by a softmax of its places only to be summed over them."""
    of_places = product.reason in ("per place", "constant") and is_softmax(product.factor)
    return of_places and product.read in ("pool", "window", "contract")


def met(product: Product, out: Tensor) -> Result | None:
    """What a product is: of the family of its maps, whatever multiplies them.

    Mixed by a square matrix, they are other maps with the same axes.
    """
    maps, axes = product.maps, product.maps.axes
    if product.reason in ("mixed channels", "mixed places"):
        return Result(axes) if tuple(map(ax.size_of, axes)) == tuple(out.shape) else None
    if product.reason == "kernels" or product.factor.step is None:
        return None
    if tuple(map(ax.size_of, axes)) != tuple(out.shape):
        axes = ax.together([maps.axes, product.factor.axes], out.shape)
    how = "gated"
    if product.reason is not None:
        how = "averaged" if is_softmax(product.factor) else "weighted"
    return Result(axes, maps, form=(*maps.form, how), part=maps.part)


def squashed_by(call: Call) -> Any:
    """The frame in which a bounding function was applied last, and which."""
    if call.role == "squash":
        return call.frame(), call.name
    if len(call.data) == 1 and (call.role in OF_WEIGHTS or call.name.startswith("upsample")):
        return call.data[0].squashed
    return None


def weights_by(call: Call, *, pooled: bool) -> Weights | None:
    """The weights of the places of a map that is then summed: a layer's scores, or a constant."""
    data = [v for v in call.data if v.depends]
    known: list[Weights] = [v.weights for v in data if v.weights is not None]
    if known and (call.role in _WEIGHED or call.name == "_softmax"):
        return max(known, key=lambda weights: weights[0] == "softmax")
    fixed = [t for v in call.data if not v.depends and (t := v.tensor()) is not None]
    constants = sorted((*call.constants, *fixed), key=Tensor.numel)
    if len(data) != 1 or data[0].step is not None or not constants:
        return None
    maps, weight = data[0], constants[-1]
    if call.role in ("affine", "contract") and not pooled:
        into = weight.shape[0] if call.role == "affine" else weight.shape[-1]
        is_score = into == 1 and weight.numel() == ax.count(maps.axes, ax.CHANNEL) > 1
        return ("softmax", weight, None) if is_score else None
    if weight.numel() > 1 and (pooled or call.role == "product"):
        return "fixed", weight, maps.axes if call.role == "product" else None
    return None


def gain_of(call: Call) -> float | None:
    """The number by which an operation multiplies all of one tensor."""
    if call.role not in ("product", "quotient") or len(call.tensors) != 1:
        return None
    number = call.argument("other")
    if not isinstance(number, int | float) or not number:
        return None
    return float(number) if call.role == "product" else 1 / number


def mapped(given: Any, change: Callable[[Tensor], Any]) -> Any:
    if isinstance(given, Tensor):
        return change(given)
    if isinstance(given, list | tuple):
        return tuple([mapped(each, change) for each in given])
    if isinstance(given, dict):
        return {word: mapped(each, change) for word, each in given.items()}
    return given


def save(root: Root) -> None:
    """Copies of what steps gave, before the memory is written to."""
    for step in root.steps or ():
        if step.tensor is not None:
            step.tensor = step.tensor.clone()
    root.steps = None
