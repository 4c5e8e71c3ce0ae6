"""How the corpus asks the library: the only file here that knows its names and words."""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy.typing as npt
from torch import nn

import senet_viz as sv
from tests.corpus.case import Inputs, Reason

READY = "example" in inspect.signature(sv.find_blocks).parameters
"""Whether gates are found by what a network computes; before that the corpus is not asked."""

WORDS: dict[str, str] = {}
"""What the library says for a word of the corpus, where it says it otherwise."""

REASONS: dict[Reason, tuple[str, ...]] = {
    "another map": ("another map",),
    "mixed places": ("mixed places",),
    "per place": ("per place", "place to place"),
    "branches": ("branches",),
    "kernels": ("kernels",),
    "sum": ("sum", "add"),
    "no learned layer": ("no learned layer",),
    "constant": ("constant",),
    "another input": ("another input",),
    "unread": ("unread", "nothing reads"),
    "one number": ("one number",),
}
"""Parts of an English sentence, one of which the library's reason holds."""


def found(network: nn.Module, example: Inputs) -> tuple[Any, ...]:
    """The gates of a network in firing order; a module that is called twice has one.

    Each has name, kind, squeeze_by, gate, factor, channels, hidden and places.
    """
    return tuple(_library.find_blocks(network, example))


def declared(network: nn.Module, example: Inputs) -> tuple[Any, ...]:
    """What else multiplies, mixes or adds by pooled values; each has name and reason."""
    return tuple(_library.find_others(network, example))


def captured(network: nn.Module, inputs: Inputs) -> tuple[Any, ...]:
    """What every gate did in one pass, each call for itself.

    Each has block, proof, and as NumPy arrays features, squeeze, hidden, logit, excitation,
    factor and recalibrated.
    """
    return tuple(_library.capture(network, inputs, features="all"))


def recorded(network: nn.Module, run: Callable[[], object]) -> tuple[Any, ...]:
    """As ``captured``, in passes of one's own."""
    with _library.record(network, features="all") as recorder:
        run()
    return tuple(recorder.in_firing_order())


def overridden(
    network: nn.Module, gates: dict[str, npt.ArrayLike]
) -> AbstractContextManager[object]:
    """Other excitations in force, by the names of the gates."""
    override: AbstractContextManager[object] = _library.override(network, gates)
    return override


def class_of(kind: str) -> str:
    """The class in a kind such as "torchvision SqueezeExcitation"."""
    return kind.rsplit(maxsplit=1)[-1].rpartition(".")[2]


_library: Any = sv
