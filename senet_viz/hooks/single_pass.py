"""capture(): one forward pass, every SE block."""

import torch
from torch import Tensor, nn

from senet_viz.blocks.finding import unwrap
from senet_viz.blocks.module_tree import walk
from senet_viz.core.errors import CaptureError
from senet_viz.core.records import Capture
from senet_viz.core.translation import tr
from senet_viz.hooks.hook_session import evaluating
from senet_viz.hooks.network_output import read_output
from senet_viz.hooks.recording import Features, record


def capture(model: nn.Module, images: Tensor, *, features: Features = "all") -> Capture:
    """One forward pass under eval, and what every SE block did in it.

    images: (n, 3, h, w), already preprocessed; moved to the model's device and dtype. A detector
    takes one picture at a time.
    features: which blocks' feature maps to keep: ``"all"``, ``"none"``, or block names.

    Mode, gradients, other people's hooks and torch's random state are afterwards as before, also
    when the forward pass raises. Blocks come in firing order.

    Raises BlockError where the model has no SE block or a name is unknown, CaptureError where a
    block never ran or ran more than once (use ``record``, which keeps every call), and where a
    detector is given more than one picture.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> capture(build("se"), torch.zeros(1, 3, 128, 128))["layer3.1.se"].excitation.shape
    (1, 128)
    """
    inner = unwrap(model)
    images = _placed(images, inner.model)
    devices = [images.device] if images.device.type == "cuda" else []
    with (
        record(inner.model, features=features) as recorder,
        evaluating(inner.model),
        torch.random.fork_rng(devices=devices),
        torch.no_grad(),
    ):
        output = inner.model(images)
    recorder.require_one_call_each()
    logits, scene = read_output(output)
    height, width = images.shape[-2:]
    return Capture(
        activations=recorder.in_firing_order(),
        logits=logits,
        pictures=len(images),
        input_size=(int(height), int(width)),
        notes=(*inner.notes, *recorder.notes, *recorder.rejected.values()),
        scene=scene,
    )


def _placed(images: Tensor, model: nn.Module) -> Tensor:
    if images.ndim != 4 or len(images) == 0:
        raise CaptureError(
            tr(
                "images have shape {shape}; capture needs (n, 3, h, w) with n of at least "
                "1, for example net.preprocess(picture)",
                shape=tuple(images.shape),
            )
        )
    if len(images) > 1 and _detects(model):
        raise CaptureError(
            tr(
                "{images} pictures were given to the detector {kind}. Detectors pad "
                "pictures of different sizes to one, and padding enters every squeeze: "
                "capture one picture at a time, images[:1]",
                images=len(images),
                kind=type(model).__name__,
            )
        )
    parameter = next((p for p in model.parameters() if p.is_floating_point()), None)
    return images if parameter is None else images.to(parameter.device, parameter.dtype)


def _detects(model: nn.Module) -> bool:
    """torchvision's detectors resize and batch their pictures in a part of this name."""
    return any(type(m).__name__ == "GeneralizedRCNNTransform" for m in walk(model).values())
