"""Classifiers that replaced the architecture's own and have another name in the file."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from senet_viz.models.layouts import Held, Layout
from senet_viz.models.state_dicts import State

HEAD = re.compile(r"(^|[._])(fc|head|heads|classifier|cls|linear|last_linear|logits|output)\d*[._]")


class Headed(NamedTuple):
    """A state with the file's classifier under the architecture's name; ``taken`` was its own."""

    state: State
    outside: tuple[str, ...]
    taken: str = ""


def with_own_head(held: Held, layout: Layout, every: Mapping[str, Tensor]) -> Headed:
    """The one linear layer that can be the classifier, where the architecture's own is missing.

    Inside the network any in the classifier's place (``classifier.1`` for ``classifier``), outside
    one with a head's name and a bias. Where there are several layers, what lies between them is not
    in the file, so nothing is taken. every: all tensors of the file by the names in ``outside``.
    """
    own = layout.classifier
    same = Headed(held.state, held.outside)
    if not own or f"{own}.weight" not in layout.shapes or f"{own}.weight" in held.state:
        return same
    inputs = layout.shapes[f"{own}.weight"][1:]
    inside = {k: v for k, v in held.state.items() if k not in layout.shapes and _beside(k, own)}
    weights = [k for k, v in inside.items() if v.ndim > 1]
    if len(weights) == 1 and tuple(inside[weights[0]].shape[1:]) == inputs:
        layer = _layer(weights[0])
        if set(inside) <= {f"{layer}.weight", f"{layer}.bias"}:
            outside = {k: v for k, v in held.state.items() if k not in inside}
            return Headed(outside | _renamed(inside, layer, layout), held.outside, layer)
    if inside:
        return same
    return _from_outside(held, layout, every) or same


def _from_outside(held: Held, layout: Layout, every: Mapping[str, Tensor]) -> Headed | None:
    inputs = layout.shapes[f"{layout.classifier}.weight"][1:]
    fitting = [
        name
        for name in held.outside
        if HEAD.search(name)
        and name.endswith(".weight")
        and tuple(every[name].shape[1:]) == inputs
        and f"{_layer(name)}.bias" in held.outside
    ]
    if len(fitting) != 1:
        return None
    layer = _layer(fitting[0])
    tensors = {name: every[name] for name in (f"{layer}.weight", f"{layer}.bias")}
    outside = tuple(name for name in held.outside if name not in tensors)
    return Headed(held.state | _renamed(tensors, layer, layout), outside, layer)


def _renamed(tensors: Mapping[str, Tensor], layer: str, layout: Layout) -> State:
    """Under the architecture's name; one without a bias adds nothing, as a bias of zeros does."""
    own, weight = layout.classifier, tensors[f"{layer}.weight"]
    state = {f"{own}.weight": weight}
    if f"{own}.bias" in layout.shapes:
        state[f"{own}.bias"] = tensors.get(f"{layer}.bias", torch.zeros(len(weight)).to(weight))
    return state


def _beside(name: str, classifier: str) -> bool:
    return name.partition(".")[0] == classifier.partition(".")[0]


def _layer(weight: str) -> str:
    return weight.rpartition(".")[0]
