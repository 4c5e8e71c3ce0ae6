"""capture(): one forward pass, every gate."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from senet_viz.blocks.examples import examples_for, shapes
from senet_viz.blocks.finding import nothing_found
from senet_viz.blocks.network_runs import Inputs, call, placed, tensors_in, undisturbed, unwrapped
from senet_viz.blocks.tree import Tree, tree_of
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import Activation, Capture
from senet_viz.core.translation import tr
from senet_viz.hooks.network_output import Answer, Scores, guess_activation, read_output
from senet_viz.hooks.recorder import Features, Recorder
from senet_viz.hooks.recording import recording

DETECTS = "GeneralizedRCNNTransform"
"""The part in which torchvision's detectors resize and batch their pictures."""


def takes_one_picture(model: nn.Module) -> bool:
    """Whether it is a detector, which is given one picture at a time.

    Detectors pad pictures of different sizes to one, and padding enters every squeeze.
    """
    return DETECTS in tree_of(unwrapped(model)[0]).kinds


def capture(
    model: nn.Module,
    inputs: Inputs,
    *,
    features: Features = "all",
    scores: Scores | None = None,
    activation: Activation | None = None,
) -> Capture:
    """One forward pass under eval, and what every gate did in it.

    inputs: a tensor such as (n, 3, h, w), a tuple of arguments or a mapping of keyword arguments,
    already preprocessed; moved to the model's device and dtype. A detector takes one picture at a
    time.
    features: which gates' feature maps to keep: ``"all"``, ``"none"``, or gates by name, index or
    module.
    scores: which part of the output holds the class scores, where it is not a matrix, ``logits``,
    ``out`` or the first matrix of a tuple; a key, an attribute or a number.
    activation: what makes shares of the scores, ``"softmax"``, ``"sigmoid"`` or ``"none"``; guessed
    where it is left out (``Capture.activation_why`` says from what).

    Mode, gradients, other people's hooks and torch's random state are afterwards as before, also
    when the forward pass raises. Gates come in firing order; what a module did when it was called
    again has ``@2`` in its name. A gate that cannot be read ends no capture: the notes name it.

    Raises BlockError where the model has no gate or a name is unknown, CaptureError where none of
    its gates can be read, where the output has no such scores, and where a detector is given more
    than one picture.

    >>> from senet_viz.models.residual import build
    >>> capture(build("se"), torch.zeros(1, 3, 128, 128))["layer3.1.se"].excitation.shape
    (1, 128)
    """
    inner, notes = unwrapped(model)
    tree = tree_of(inner)
    inputs = _checked(placed(inner, _tensors(inputs)), inner, tree)
    for _ in range(2):  # what does not run as it did when it was found is followed
        with recording(inner, features, tree) as recorder, undisturbed(inner, tree):
            output = _answer(inner, inputs)
        activations = recorder.in_firing_order()
        if recorder.problem is not None:
            raise recorder.problem
        if not recorder.doubts or recorder.plan is None:
            break
        recorder.forget()
    if not activations:
        raise _nothing_read(inner, recorder)
    answer = read_output(output, scores=scores)
    chosen, why = _activation(answer, activation, inner)
    if answer.taken:
        notes = (*notes, tr("The class scores are {taken} of the output.", taken=answer.taken))
    return Capture(
        activations=activations,
        logits=answer.logits,
        pictures=len(activations[0].excitation),
        input_size=_places(inputs, len(activations[0].excitation)),
        notes=(*notes, *recorder.notes, *recorder.doubts),
        scene=answer.scene,
        activation=chosen,
        activation_why=why,
    )


def _answer(model: nn.Module, inputs: Inputs) -> Any:
    """The network's output; a CaptureError where it takes inputs of other dimensions."""
    try:
        return call(model, inputs)
    except Exception as error:  # each network has its own way to refuse an input
        usual = next(examples_for(model), None)
        if isinstance(inputs, Tensor) and isinstance(usual, Tensor) and usual.ndim != inputs.ndim:
            raise CaptureError(
                tr(
                    "{kind} does not take an input of shape {shape} ({error}). Give one such as "
                    "{usual}, for example net.preprocess(picture)",
                    kind=type(model).__name__,
                    shape=shapes(inputs),
                    error=str(error),
                    usual=shapes(usual),
                )
            ) from error
        raise


def _activation(
    answer: Answer, given: Activation | None, model: nn.Module
) -> tuple[Activation, str]:
    if given is not None:
        return given, tr("It was given.")
    if answer.logits is None:
        return "none", tr("The output holds no class scores.")
    return guess_activation(answer.logits, model)


def _nothing_read(model: nn.Module, recorder: Recorder) -> BlockError | CaptureError:
    if recorder.doubts:
        return CaptureError(
            tr("no gate could be read. {doubts}", doubts=" ".join(recorder.doubts[:4]))
        )
    assert recorder.plan is not None
    return BlockError(nothing_found(model, recorder.plan))


def _tensors(inputs: Inputs) -> Inputs:
    """The same with tensors in the place of NumPy arrays."""
    return tree_map(
        lambda x: torch.as_tensor(np.array(x)) if isinstance(x, np.ndarray) else x, inputs
    )


def _checked(inputs: Inputs, model: nn.Module, tree: Tree) -> Inputs:
    tensors = tensors_in(inputs)
    if not tensors:
        raise CaptureError(
            tr(
                "{given} was given; capture needs a tensor such as net.preprocess(picture), a "
                "tuple of arguments, or a mapping of keyword arguments",
                given=type(inputs).__name__,
            )
        )
    if tree.meta or any(tensor.is_meta for tensor in tensors):
        raise CaptureError(
            tr(
                "the network or its input is on the meta device, where there are shapes and no "
                "numbers. Build it on the CPU, or load its weights, and capture again"
            )
        )
    if not any(tensor.numel() for tensor in tensors):
        raise CaptureError(
            tr(
                "the input has shape {shape} and holds no number; give at least one, for example "
                "net.preprocess(picture)",
                shape=shapes(inputs),
            )
        )
    if isinstance(inputs, Tensor) and len(inputs) > 1 and DETECTS in tree.kinds:
        raise CaptureError(
            tr(
                "{images} pictures were given to the detector {kind}. Detectors pad "
                "pictures of different sizes to one, and padding enters every squeeze: "
                "capture one picture at a time, images[:1]",
                images=len(inputs),
                kind=type(model).__name__,
            )
        )
    return inputs


def _places(inputs: Inputs, n: int) -> tuple[int, ...]:
    """Those of the first tensor with channels and places."""
    tensors: list[Any] = tensors_in(inputs)
    first = next((t for t in tensors if t.ndim > 2), tensors[0])
    return tuple(map(int, first.shape[2:] if len(first) == n else first.shape[1:]))
