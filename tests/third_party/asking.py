"""How the library is asked: the only file here that knows its names."""

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

import senet_viz as sv
from tests.third_party.network import Inputs

_library: Any = sv


def found(network: nn.Module, inputs: Inputs) -> tuple[Any, ...]:
    """The gates of a network; each has name, kind, squeeze_by, gate, factor, channels."""
    return tuple(_library.find_blocks(network, inputs))


def declared(network: nn.Module, inputs: Inputs) -> tuple[Any, ...]:
    """What else multiplies, mixes or adds by pooled values; each has name and reason."""
    return tuple(_library.find_others(network, inputs))


def captured(network: nn.Module, inputs: Inputs) -> tuple[Any, ...]:
    """What each gate did, call by call: block, proof, features, excitation, factor."""
    return tuple(_library.capture(network, inputs, features="all"))


def recording(network: nn.Module) -> AbstractContextManager[Any]:
    """Recording passes of one's own."""
    recording: AbstractContextManager[Any] = _library.record(network)
    return recording


def overriding(
    network: nn.Module, gates: dict[str, npt.NDArray[np.float32]]
) -> AbstractContextManager[Any]:
    """Other excitations in force, by the names of the gates."""
    override: AbstractContextManager[Any] = _library.override(network, gates)
    return override
