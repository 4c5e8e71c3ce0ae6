"""What a network is made of, looked at once and checked quickly ever after."""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import call, is_, methodcaller
from typing import Any
from weakref import WeakKeyDictionary, ref

import torch
from torch import Tensor, nn

from senet_viz.blocks.hook_list import OURS

_values, _forward = methodcaller("values"), methodcaller("get", "forward")
_compiled = methodcaller("get", "_compiled_call_impl")


class Tree:
    """The modules of a network, and whether it still consists of them.

    plans: what was found in it, by kind of input; discarded with the tree when the network changes.
    layers, sums: those of its gates by name, with what they were read from.
    """

    def __init__(self, model: nn.Module) -> None:
        self.plans: dict[Any, Any] = {}
        self.layers: dict[str, tuple[list[Any], Any]] = {}
        self.sums: dict[str, tuple[list[int], Any]] = {}
        self._named = {name: ref(module) for name, module in _running(model)}
        self._all = [ref(module) for module in model.modules()]
        every = [vars(module) for module in model.modules()]
        self._dicts = every
        self._parts = [d["_modules"] for d in every if d.get("_modules")]
        self._parameters = [d["_parameters"] for d in every if d.get("_parameters")]
        self._hooks = [
            d[k] for d in every for k in ("_forward_hooks", "_forward_pre_hooks") if k in d
        ]
        self._refs = [_nothing if each is None else ref(each) for each in self._held()]
        self._forwards = list(map(_forward, every))
        self._impls = list(map(_compiled, every))
        self._keys = self._hook_keys()
        self.meta = any(p.is_meta for p in model.parameters())
        self.kinds = frozenset(type(module).__name__ for module in model.modules())
        self.compiled = any(
            type(module).__name__ == "OptimizedModule"
            or vars(module).get("_compiled_call_impl") is not None
            for module in model.modules()
        )

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The modules that run, by name."""
        return {name: module for name, r in self._named.items() if (module := r()) is not None}

    def module(self, name: str) -> nn.Module:
        module = self._named[name]()
        assert module is not None
        return module

    def parameter(self, name: str) -> Tensor:
        owner, _, last = name.rpartition(".")
        return self.module(owner).get_parameter(last)

    def training(self) -> list[nn.Module]:
        every: Iterable[nn.Module | None] = map(call, self._all)
        return [m for m in every if m is not None and m.training]

    def holds(self) -> bool:
        """Whether modules, parameters, other people's hooks and forward methods are the same."""
        return (
            sum(map(len, self._parts)) + sum(map(len, self._parameters)) == len(self._refs)
            and all(map(is_, map(call, self._refs), self._held()))
            and all(map(is_, map(_forward, self._dicts), self._forwards))
            and all(map(is_, map(_compiled, self._dicts), self._impls))
            and self._hook_keys() == self._keys
        )

    def _held(self) -> Iterator[Any]:
        """Modules and parameters, and None for those that are left out."""
        parts = chain.from_iterable(map(_values, self._parts))
        return chain(parts, chain.from_iterable(map(_values, self._parameters)))

    def _hook_keys(self) -> list[int]:
        return [key for key in chain.from_iterable(self._hooks) if key not in OURS]


def _nothing() -> None:
    """What refers to None."""


_TREES: "WeakKeyDictionary[nn.Module, Tree]" = WeakKeyDictionary()


def tree_of(model: nn.Module) -> Tree:
    """The tree of a network as it is now."""
    tree = _TREES.get(model)
    if tree is None or not tree.holds():
        tree = _TREES[model] = Tree(model)
    return tree


def _running(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Modules that run by name; compiled wrappers and what is inside a script are left out."""
    visited: set[int] = set()
    ahead: list[tuple[str, nn.Module]] = [("", model)]
    while ahead:
        name, module = ahead.pop()
        if id(module) in visited or (name and isinstance(module, torch.jit.ScriptModule)):
            continue
        visited.add(id(module))
        if type(module).__name__ == "OptimizedModule":
            ahead.append((name, module._modules["_orig_mod"]))  # type: ignore[arg-type]
            continue
        yield name, module
        start = f"{name}." if name else ""
        parts = [(start + key, m) for key, m in module._modules.items() if m is not None]
        ahead.extend(reversed(parts))
