"""What a network costs, and what its SE blocks add: parameters and multiply-adds."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True, slots=True)
class ModuleCost:
    """Parameters and multiply-adds (convolutions and fully connected layers) for one picture."""

    parameters: int
    multiply_adds: int


@dataclass(frozen=True, slots=True)
class Costs:
    """A network's cost and its share in the SE blocks or what stands in their place."""

    total: ModuleCost
    places: dict[str, ModuleCost]

    @property
    def in_places(self) -> ModuleCost:
        return ModuleCost(
            sum(c.parameters for c in self.places.values()),
            sum(c.multiply_adds for c in self.places.values()),
        )


def count_costs(
    model: nn.Module, input_size: tuple[int, int], *, places: Iterable[str] = ()
) -> Costs:
    """Parameters and multiply-adds for one RGB picture of ``input_size`` (h, w).

    Multiply-adds are those of convolutions and fully connected layers, as in the paper (its
    "FLOPs" are multiply-adds); BatchNorm, pooling and the scaling itself are not counted.
    ``places`` are dotted names to count on their own. The model must be in eval mode.

    >>> from senet_viz.models.residual import build
    >>> count_costs(build("plain").eval(), (128, 128)).total.parameters
    1940266
    """
    parameter = next(model.parameters())
    picture = torch.zeros(1, 3, *input_size, device=parameter.device, dtype=parameter.dtype)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(picture)
    by_module = counter.get_flop_counts()
    root = type(model).__name__
    return Costs(
        total=ModuleCost(_parameters(model), counter.get_total_flops() // 2),
        places={
            name: ModuleCost(
                _parameters(model.get_submodule(name)),
                sum(by_module.get(f"{root}.{name}", {}).values()) // 2,
            )
            for name in places
        },
    )


def _parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
