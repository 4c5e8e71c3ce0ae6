"""A network as the machine runs it fastest, and pictures to where it is."""

from copy import deepcopy

import torch
from torch import Tensor, nn


def fast_copy(model: nn.Module, device: str) -> nn.Module:
    """A copy laid out channels last, which a CPU runs 1.1 to 1.5 times faster."""
    copy: nn.Module = deepcopy(model).to(device).to(memory_format=torch.channels_last)
    return copy.eval()


def placed(batch: Tensor, model: nn.Module) -> Tensor:
    """Pictures (n, 3, h, w) on the device and in the type of the network's weights."""
    parameter = next((p for p in model.parameters() if p.is_floating_point()), None)
    return batch if parameter is None else batch.to(parameter.device, parameter.dtype)
