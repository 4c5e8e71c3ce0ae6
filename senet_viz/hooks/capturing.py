"""capture(): one forward pass, every SE block."""

import torch
from torch import Tensor, nn

from senet_viz.blocks import unwrap
from senet_viz.errors import CaptureError
from senet_viz.hooks.recording import Features, record
from senet_viz.hooks.scope import copied, evaluating
from senet_viz.records import Array, Capture, readonly


def capture(model: nn.Module, images: Tensor, *, features: Features = "all") -> Capture:
    """One forward pass under eval, and what every SE block did in it.

    images: (n, 3, h, w), already preprocessed; moved to the model's device and dtype.
    features: which blocks' feature maps to keep: ``"all"``, ``"none"``, or block names.

    Mode, gradients, other people's hooks and torch's random state are afterwards as before, also
    when the forward pass raises. Blocks come in firing order.

    Raises BlockError where the model has no SE block or a name is unknown, CaptureError where a
    block never ran or ran more than once (use ``record``, which keeps every call).

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
    height, width = images.shape[-2:]
    return Capture(
        activations=recorder.in_firing_order(),
        logits=_logits(output),
        pictures=len(images),
        input_size=(int(height), int(width)),
        notes=inner.notes + recorder.notes,
    )


def _placed(images: Tensor, model: nn.Module) -> Tensor:
    if images.ndim != 4 or len(images) == 0:
        raise CaptureError(
            f"images have shape {tuple(images.shape)}; capture needs (n, 3, h, w) with n of at "
            "least 1, for example net.preprocess(picture)"
        )
    parameter = next((p for p in model.parameters() if p.is_floating_point()), None)
    return images if parameter is None else images.to(parameter.device, parameter.dtype)


def _logits(output: object) -> Array | None:
    if isinstance(output, Tensor) and output.ndim == 2:
        return readonly(copied(output).numpy())
    return None
