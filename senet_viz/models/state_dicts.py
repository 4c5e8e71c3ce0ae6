"""Finds the state dicts in a checkpoint: trainers save them under many names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

State = dict[str, Tensor]
# A running average of the weights is what trainers test; a teacher is one in self-distillation.
AVERAGED = re.compile(
    r"(?i:(^|[_.\- ])(ema|swa|averaged?|avg|teacher|shadow|polyak)([_.\- ]|$))|EMA|SWA|Ema(?![a-z])"
)
# Where the weights of the last step lie, the likeliest first.
USUAL = (
    *("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights"),
    *("params", "module", "student", "backbone", "encoder", "shadow"),
)
NO_WEIGHTS = re.compile(r"optim|sched|scaler|loss|criterion|discriminator|momentum_buffer", re.I)
DEEPEST = 4
LONGEST = 64  # items of a list that are looked into
COMPARABLE = 0.5  # of the tensors of the largest: the share from which on one may be the network


@dataclass(frozen=True, slots=True)
class Candidate:
    """A state dict, the keys that lead to it, and what else lies in the same mapping."""

    keys: tuple[str, ...]
    state: State
    beside: tuple[str, ...] = ()

    @property
    def averaged(self) -> str:
        """The key that says it is a running average, "" where none does."""
        return next((key for key in self.keys if AVERAGED.search(key)), "")


def state_dicts(content: Any) -> tuple[Candidate, ...]:
    """What may be the network's weights in a checkpoint, the likeliest first.

    Averaged ones before those of the last step, then by the usual keys, then the larger.

    >>> import torch
    >>> one, two = {"a": torch.ones(1)}, {"a": torch.zeros(1)}
    >>> [found.keys for found in state_dicts({"model": one, "ema": two, "epoch": 3})]
    [('ema',), ('model',)]
    """
    every = tuple(_find(content, (), set()))
    most = max((len(dicts.state) for dicts in every), default=0)
    return tuple(sorted((f for f in every if len(f.state) >= COMPARABLE * most), key=_unlikelihood))


def parts(content: Any) -> dict[str, Any]:
    """What lies at the top of a checkpoint, by name; of a list by number.

    >>> parts([{"fc.bias": 1}, 3])
    {'#0': {'fc.bias': 1}, '#1': 3}
    """
    if isinstance(content, list | tuple):
        return {f"#{place}": item for place, item in enumerate(content[:LONGEST])}
    if not isinstance(content, Mapping):
        return {}
    return {_named(key): value for key, value in content.items()}


def _find(content: Any, keys: tuple[str, ...], visited: set[int]) -> Iterator[Candidate]:
    """Every mapping that holds tensors; one that occurs twice is visited once."""
    if id(content) in visited or len(keys) > DEEPEST:
        return
    visited.add(id(content))
    if isinstance(content, Mapping):
        tensors = {key: value for key, value in content.items() if isinstance(value, Tensor)}
        if tensors:
            yield Candidate(
                keys, tensors, tuple(_named(key) for key in content if key not in tensors)
            )
    for key, value in parts(content).items():
        if not NO_WEIGHTS.search(key):
            yield from _find(value, (*keys, key), visited)


def _unlikelihood(candidate: Candidate) -> tuple[bool, int, int]:
    places = [USUAL.index(key) for key in candidate.keys if key in USUAL]
    return not candidate.averaged, min(places, default=len(USUAL)), -len(candidate.state)


def _named(key: Any) -> str:
    return key if isinstance(key, str) else type(key).__name__
