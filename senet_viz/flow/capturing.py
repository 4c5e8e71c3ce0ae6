"""capture(): one forward pass, every gate."""

from dataclasses import dataclass
from typing import Any

from torch import nn

from senet_viz.flow.records import GateActivation
from senet_viz.flow.recording import Features, record
from senet_viz.flow.running import Inputs, call, placed, undisturbed, unwrapped


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """One forward pass: what every gate did, and what the network answered."""

    activations: tuple[GateActivation, ...]
    output: Any
    notes: tuple[str, ...]


def capture(model: nn.Module, inputs: Inputs, *, features: Features = "all") -> Captured:
    """One forward pass under eval, and what every gate did in it.

    inputs: a tensor, a tuple of arguments or a mapping of keyword arguments, already preprocessed;
    moved to the network's device and type. features: which gates' feature maps to keep: ``"all"``,
    ``"none"``, or names.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> capture(build("se"), torch.zeros(1, 3, 128, 128)).activations[0].excitation.shape
    (1, 32)
    """
    inner, notes = unwrapped(model)
    inputs = placed(inner, inputs)
    for _ in range(2):
        with record(inner, features=features) as recording, undisturbed(inner, recording.tree):
            output = call(inner, inputs)
        activations = recording.activations
        if not recording.doubts or recording.plan is None:
            break
        recording.forget()
    return Captured(activations, output, (*notes, *recording.doubts))
