"""The proof that a block was read rightly: features * gates against what the block gave back."""

from dataclasses import dataclass

import torch
from torch import Tensor

POSITIONS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """A copy of feature maps, or of some of their positions, and the whole maps' shape."""

    values: Tensor
    shape: torch.Size

    def channels_first(self, axis: int) -> "Maps":
        """The same with the channels, which lie on ``axis``, in the place of (n, c, h, w)."""
        if len(self.shape) != 4 or axis == 1:
            return self
        order = [0, axis % 4, *(a for a in (1, 2, 3) if a != axis % 4)]
        return Maps(self.values.permute(order), torch.Size(self.shape[a] for a in order))


def copy_maps(maps: Tensor, *, axis: int, whole: bool) -> Maps:
    """A copy of whole maps, or of evenly spaced positions, at most 8 a side, of every channel."""
    seen = maps.detach()
    return Maps((seen if whole else at_positions(seen, axis)).clone(), maps.shape)


def at_positions(maps: Tensor, axis: int) -> Tensor:
    """A view of evenly spaced positions, at most 8 a side; ``axis`` is that of the channels."""
    if maps.ndim != 4:
        return maps
    steps = [slice(None, None, -(-side // POSITIONS)) for side in maps.shape]
    steps[0] = steps[axis] = slice(None)
    return maps[tuple(steps)]


def largest_error(features: Tensor, gates: Tensor, output: Tensor) -> tuple[float, float]:
    """max|features * gates - output| and max|output| in float32; NaN where a value is.

    features, output: (n, c, h, w); gates: (n, c). One picture at a time, so that little memory is
    asked for.
    """
    errors, scales = [torch.zeros(())], [torch.zeros(())]
    for maps, gate, seen in zip(features, gates[:, :, None, None], output, strict=True):
        given = seen.float()
        errors.append(_largest((maps.float() * gate).sub_(given)))
        scales.append(_largest(given))
    return torch.stack(errors).max().item(), torch.stack(scales).max().item()


def _largest(values: Tensor) -> Tensor:
    """max|values|, looked through in the order of memory: several times faster than another."""
    if values.numel() == 0:
        return torch.zeros(())
    order = sorted(range(values.ndim), key=values.stride, reverse=True)
    low, high = torch.aminmax(values.permute(order))
    return torch.maximum(-low, high).abs().cpu()
