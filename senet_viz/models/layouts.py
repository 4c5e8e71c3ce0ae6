"""The layout of a network: the names and shapes of its tensors, and a file's tensors held to it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from senet_viz.models.state_dicts import AVERAGED, State

Shape = tuple[int, ...]
# What wrappers put into a name, at its start or before a part of the network that they wrap.
WRAPPERS = {"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}
PARALLEL = "module"  # of DataParallel: a wrapper's too, but networks use it as well
HOLDERS = ("model", "net", "network", "backbone", "encoder")  # a trainer's names for the network
COUNTERS = ("total_ops", "total_params", "n_averaged")  # of thop and of torch's AveragedModel
GATES = re.compile(r"(^|[._])(se|eca|cbam|attn|attention|squeeze|excit\w*|gate)\d*([._]|$)", re.I)
ENOUGH = 0.5  # of the network's tensors, from which on a file is taken to hold it


@dataclass(frozen=True, slots=True)
class Layout:
    """Names and shapes of a network's tensors.

    classifier: the layer whose outputs are the classes, of any number in a file; "" for none.
    optional: parts that the architecture can have besides, by the first part of their names.
    """

    shapes: Mapping[str, Shape]
    classifier: str = ""
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A file's tensors under the network's own names, and those that are no part of it.

    prefix: what stood before the names. matched: how many have a place in the network.
    """

    state: State
    outside: tuple[str, ...]
    prefix: str
    matched: int


def layout_of(
    build: Callable[[], nn.Module],
    classifier: Callable[[nn.Module], str],
    *,
    optional: tuple[str, ...] = (),
) -> Layout:
    """The layout of what ``build`` makes, without memory for its weights where that goes."""
    model = weightless(build)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    return Layout(shapes, classifier(model), optional)


def weightless(build: Callable[[], nn.Module]) -> nn.Module:
    """Built on the meta device, which costs no memory; for real where a model refuses that."""
    try:
        with torch.device("meta"):
            return build()
    except (RuntimeError, NotImplementedError):
        return build()


def hold(state: Mapping[str, Tensor], layout: Layout) -> Held:
    """The tensors of ``state`` that belong to the network, whatever stands before their names.

    Where most of the network is not found, the prefixes of wrappers are taken off, and that is all.

    >>> one = torch.ones(1)
    >>> file = {"_orig_mod.module.fc.bias": one, "_orig_mod.criterion.weight": one}
    >>> hold(file, Layout({"fc.bias": (1,)})).outside
    ('criterion.weight',)
    """
    unwrapped = {without_wrappers(name): tensor for name, tensor in state.items()}
    best = _held(unwrapped, layout)
    if best.matched < len(layout.shapes) and any(f".{PARALLEL}." in name for name in unwrapped):
        inner = {_without(name, {PARALLEL}): tensor for name, tensor in unwrapped.items()}
        best = max(best, _held(inner, layout), key=lambda held: held.matched)
    if best.matched < ENOUGH * len(layout.shapes):
        plain = bare(unwrapped)
        return Held(plain, (), "", sum(name in layout.shapes for name in plain))
    return _without_strangers(best, layout)


def bare(state: Mapping[str, Tensor]) -> State:
    """Without the prefixes that wrappers and trainers put before every name, in any order.

    >>> list(bare({"module.model.fc.bias": torch.ones(1), "n_averaged": torch.ones(1)}))
    ['fc.bias']
    """
    named = {without_wrappers(name): tensor for name, tensor in state.items()}
    named = {name: tensor for name, tensor in named.items() if name not in COUNTERS}
    while named:
        first, *others = {name.partition(".")[0] for name in named}
        if others or first not in (PARALLEL, *HOLDERS) or first in named:
            break
        named = {name.partition(".")[2]: tensor for name, tensor in named.items()}
    return named


def without_wrappers(name: str) -> str:
    """A tensor's name without what compilation and sharding put into it."""
    return _without(name, WRAPPERS)


def _without(name: str, parts: set[str]) -> str:
    return ".".join(part for part in name.split(".") if part not in parts)


def _held(state: State, layout: Layout) -> Held:
    prefix = _prefix(state, layout)
    inside = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
    outside = tuple(name for name in state if not name.startswith(prefix))
    return Held(inside, outside, prefix, sum(name in layout.shapes for name in inside))


def _prefix(state: Mapping[str, Tensor], layout: Layout) -> str:
    """Before how many names does it stand? A running average's comes before another as good."""
    votes: Counter[str] = Counter()
    for name, tensor in state.items():
        for prefix, rest in _splits(name):
            if rest in layout.shapes:
                votes[prefix] += 1 + (tuple(tensor.shape) == layout.shapes[rest])
    most = max(votes.values(), default=0)
    good = [prefix for prefix, count in votes.items() if count >= 0.9 * most]
    return min(good, key=lambda p: (not AVERAGED.search(p), -votes[p], len(p)), default="")


def _splits(name: str) -> Iterator[tuple[str, str]]:
    parts = name.split(".")
    for place in range(len(parts)):
        rest = ".".join(parts[place:])
        yield name[: len(name) - len(rest)], rest


def _without_strangers(held: Held, layout: Layout) -> Held:
    """Set apart what is no part of the network although it has its prefix: losses, counters."""
    ours = {_family(name) for name in (*layout.shapes, layout.classifier)} | set(layout.optional)
    strangers = {
        name
        for name in held.state
        if name.rpartition(".")[2] in COUNTERS
        or (_family(name) not in ours and not GATES.search(name))
    }
    state = {name: tensor for name, tensor in held.state.items() if name not in strangers}
    outside = (*held.outside, *(f"{held.prefix}{name}" for name in held.state if name in strangers))
    return Held(state, outside, held.prefix, held.matched)


def _family(name: str) -> str:
    """The first part of a name without its number: a further layer4 is no stranger to layer3."""
    return name.partition(".")[0].rstrip("0123456789")
