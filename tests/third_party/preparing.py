"""Random numbers for everything that an untrained network has at zero or one."""

import torch
from torch import Tensor, nn


def prepared(network: nn.Module) -> nn.Module:
    """The network in eval mode; no scale, shift or moment of it is zero or the same throughout.

    Untrained networks begin with branches that give zero; then a gate multiplies nothing, and
    whatever is said of it holds.
    """
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, values in (*network.named_parameters(), *network.named_buffers()):
            if nn.parameter.is_lazy(values) or not values.is_floating_point():
                continue
            if name.endswith("running_var"):
                values.uniform_(0.5, 1.5, generator=generator)
            elif name.endswith("running_mean"):
                values.uniform_(-0.2, 0.2, generator=generator)
            elif isinstance(values, nn.Parameter) and _is_constant(values):
                values.copy_(_around(values, generator))
    return network.eval()


def _is_constant(values: Tensor) -> bool:
    return values.numel() > 0 and bool((values == values.flatten()[0]).all())


def _around(values: Tensor, generator: torch.Generator) -> Tensor:
    """Near what they were; not zero, even where there is one number only."""
    size = values.flatten()[0].abs().clamp(min=0.2, max=2)
    noise = torch.empty(values.shape, dtype=values.dtype)
    return values.clamp(-2, 2) + size * noise.uniform_(0.1, 0.5, generator=generator)
