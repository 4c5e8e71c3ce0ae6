"""Random values where an untrained network has constants, so that no proof holds trivially.

Untrained networks start their last BatchNorm, skip gains and layer scales at or near zero: then
features are zero, and zero times any gate is the output.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def randomise(model: nn.Module, blocks: Iterable[nn.Module], *, seed: int = 0) -> None:
    """Draw every constant parameter and all running statistics again, and make gates vary.

    Scales come from 0.5 to 1.5, shifts from -0.5 to 0.5, running means from -0.2 to 0.2, running
    variances from 0.5 to 1.5, in place. In ``blocks`` the rows of each layer get length 1 and the
    shifts come from -1 to 1, so that logits are about as large as the squeeze and gates differ.

    >>> norm = nn.BatchNorm2d(3)
    >>> randomise(norm, ())
    >>> bool(norm.weight.std() > 0)
    True
    """
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.is_floating_point() and _constant(parameter):
                _vary(parameter, draw, shift=name.endswith("bias"))
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.uniform_(-0.2, 0.2, generator=draw)
            elif name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5, generator=draw)
        for block in blocks:
            for parameter in block.parameters():
                _liven(parameter, draw)


def _constant(parameter: Tensor) -> bool:
    return parameter.numel() > 0 and bool(parameter.amin() == parameter.amax())


def _vary(parameter: Tensor, draw: torch.Generator, *, shift: bool) -> None:
    if parameter.numel() != max(parameter.shape, default=1):
        parameter.normal_(0, 0.02, generator=draw)  # a matrix, or an embedding of places
    elif shift:
        parameter.uniform_(-0.5, 0.5, generator=draw)
    else:
        parameter.uniform_(0.5, 1.5, generator=draw)


def _liven(parameter: Tensor, draw: torch.Generator) -> None:
    if parameter.ndim > 1:
        rows = parameter.flatten(1).normal_(generator=draw)
        parameter.copy_((rows / rows.norm(dim=1, keepdim=True)).view_as(parameter))
    elif parameter.numel() > 1:
        parameter.uniform_(-1, 1, generator=draw)
