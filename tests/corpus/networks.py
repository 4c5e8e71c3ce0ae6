"""Small networks that the blocks are put into, their weights, and their inputs."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from tests.corpus.case import DeclaredCase, Gate, GateCase, Other, Reference, Steps

CLASSES = 5


class Net(nn.Module):
    """A stem, a block, and a classifier over the mean of the block's maps (n, c, *places)."""

    def __init__(self, stem: nn.Module, se: nn.Module, channels: int) -> None:
        super().__init__()
        self.stem = stem
        self.se = se
        self.head = nn.Linear(channels, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.se(self.stem(x)).flatten(2).mean(2))


def pictures(block: nn.Module, channels: int = 16, **stem: Any) -> nn.Module:
    """``block`` on maps (n, c, 10, 7) of pictures (n, 3, 12, 9)."""
    conv = nn.Conv2d(3, channels, 3, bias=False, **stem)
    return seeded(Net(nn.Sequential(conv, nn.BatchNorm2d(channels)), block, channels))


def signals(block: nn.Module, channels: int = 16) -> nn.Module:
    """``block`` on maps (n, c, 21) of signals (n, 3, 25)."""
    conv = nn.Conv1d(3, channels, 5, bias=False)
    return seeded(Net(nn.Sequential(conv, nn.BatchNorm1d(channels)), block, channels))


def volumes(block: nn.Module, channels: int = 16) -> nn.Module:
    """``block`` on maps (n, c, 4, 5, 6) of volumes (n, 3, 6, 7, 8)."""
    conv = nn.Conv3d(3, channels, 3, bias=False)
    return seeded(Net(nn.Sequential(conv, nn.BatchNorm3d(channels)), block, channels))


def inside(block: Reference) -> Reference:
    """The reference of a Net, from the reference of the block in it."""

    def network(net: Any, x: Tensor) -> Steps:
        y = yield from block(net.se, net.stem(x))
        return net.head(y.flatten(2).mean(2))

    return network


def seeded(network: nn.Module, seed: int = 0) -> nn.Module:
    """The network in eval mode, with weights and moments that make nothing 0, 1 or all alike."""
    numbers = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim > 1 and weight[0].numel() > 1:
                weight.normal_(0, 1.5 / weight[0].numel() ** 0.5, generator=numbers)
            else:
                weight.uniform_(-0.5, 1.5, generator=numbers)
        for name, moments in network.named_buffers():
            if name.endswith("running_mean"):
                moments.normal_(0, 0.3, generator=numbers)
            elif name.endswith("running_var"):
                moments.uniform_(0.5, 1.5, generator=numbers)
    return network.eval()


def noise(*shape: int, seed: int = 1) -> Tensor:
    """Standard normal numbers."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def of_shape(*shape: int) -> Callable[[], Tensor]:
    """An example input of standard normal noise."""
    return lambda: noise(*shape)


picture = of_shape(2, 3, 12, 9)
signal = of_shape(2, 3, 25)
volume = of_shape(2, 3, 6, 7, 8)


def manner_of(thing: Any) -> str:
    """Whose manner a class or function is written in, as its docstring says."""
    return str(thing.__doc__).split("the manner of ")[-1].rstrip(".")


def _cases_on(
    network: Callable[[nn.Module], nn.Module], given: Callable[[], Tensor]
) -> Callable[..., GateCase]:
    """What makes the case of a block on 16 channels in one of these networks."""

    def case(
        name: str,
        source: str,
        block: Callable[[], nn.Module],
        reference: Reference,
        *gates: Gate,
        **more: Any,
    ) -> GateCase:
        return GateCase(
            name, source, lambda: network(block()), given, gates, inside(reference), **more
        )

    return case


on_pictures, on_signals, on_volumes = (
    _cases_on(pictures, picture),
    _cases_on(signals, signal),
    _cases_on(volumes, volume),
)


def declared(
    name: str, source: str, block: Callable[[], nn.Module], *others: Other
) -> DeclaredCase:
    """The case of a block without a channel gate, in the network for pictures."""
    return DeclaredCase(name, source, lambda: pictures(block()), picture, others)
