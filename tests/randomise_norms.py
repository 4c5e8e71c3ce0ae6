"""Statistics that make nothing pass trivially."""

import torch
from torch import nn


def randomise_norms(model: nn.Module, *, seed: int = 0) -> nn.Module:
    """Random scales, shifts and running moments in every normalisation layer.

    Untrained networks often start their last BatchNorm at zero; then features are zero, and any
    proof about them holds trivially.
    """
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            for values, low, high in (
                (module.weight, 0.5, 1.5),
                (module.bias, -0.5, 0.5),
                (module.running_mean, -0.2, 0.2),
                (module.running_var, 0.5, 1.5),
            ):
                if values is not None:
                    values.data.uniform_(low, high, generator=generator)
    return model
