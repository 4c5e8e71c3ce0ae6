"""How far apart the outputs of two networks are, for the same pictures."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from senet_viz.blocks.network_runs import tensors_in
from senet_viz.core.scenes import Detection
from senet_viz.hooks.calls import follow_calls
from senet_viz.hooks.network_output import scenes_in


def outputs(model: nn.Module, images: Tensor) -> list[Tensor]:
    """The network's output tensors; for a detector those of the last layer with weights that ran.

    Boxes are selected and sorted by their scores, so the last bit of one score may reorder all of
    them, and on noise there may be none.
    """
    last: list[Tensor] = []

    def note(_name: str, _given: object, output: object) -> None:
        last[:] = tensors_in(output)

    layers = {n: m for n, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    with torch.no_grad(), follow_calls(layers, entered=lambda *_: None, left=note):
        answer = model(images)
    boxes = any(isinstance(scene, Detection) for scene in scenes_in(answer))
    return [t.double() for t in (last if boxes and last else tensors_in(answer))]


def apart(answer: Sequence[Tensor], expected: Sequence[Tensor]) -> float:
    """The largest difference, over the largest of each tensor expected."""
    if any(a.shape != b.shape for a, b in zip(answer, expected, strict=True)):
        return float("inf")
    return max(
        (
            float((a - b).abs().max()) / max(1e-12, float(b.abs().max()))
            for a, b in zip(answer, expected, strict=True)
            if b.numel()
        ),
        default=0.0,
    )
