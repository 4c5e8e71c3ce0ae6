"""Channel gates whose product is written in other ways, or has arithmetic around it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import Gate, GateCase, Reference, Steps, Value, Words
from tests.corpus.excitations import bottleneck, mean
from tests.corpus.networks import manner_of, on_pictures

Product = Callable[[Tensor, Tensor], Tensor]
After = Callable[[Tensor, Tensor], Tensor]


class Multiplied(nn.Module):
    """The usual gate (n, c); the product is handed in."""

    def __init__(self, product: Product) -> None:
        super().__init__()
        self.product = product
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3))))))
        return self.product(x, gate)


def broadcast(g: Tensor) -> Tensor:
    return g[:, :, None, None]


def plain(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of nearly everyone."""
    return x * broadcast(g)


def gate_first(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of torchvision: the gate stands on the left."""
    return broadcast(g) * x


def expanded(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of moskomule/senet.pytorch."""
    return x * broadcast(g).expand_as(x)


def laid_out(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of networks made ready for export: the expanded gate is copied."""
    return x * broadcast(g).expand(x.shape).contiguous()


def repeated(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of ports from numpy: the gate is tiled over the places."""
    return x * broadcast(g).repeat(1, 1, x.shape[2], x.shape[3])


def interpolated(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of ASPP and of LRASPP in mmseg: resized to the map."""
    return x * F.interpolate(broadcast(g), size=x.shape[2:], mode="nearest")


def cloned(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of cautious code: a copy of the gate."""
    return x * broadcast(g.clone())


def cast(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of mixed precision by hand."""
    return x * broadcast(g.double().to(x.dtype))


def by_einsum(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of einops users."""
    return torch.einsum("nchw,nc->nchw", x, g)


def by_diagonal(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of the paper's matrix form: a diagonal matrix times the flattened map."""
    return torch.matmul(torch.diag_embed(g), x.flatten(2)).view_as(x)


def moved(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of code that moves the channels last for the product."""
    return (x.permute(0, 2, 3, 1) * g[:, None, None, :]).permute(0, 3, 1, 2)


def flattened(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of code that works on (n, c, places)."""
    return (x.flatten(2) * g.unsqueeze(-1)).view_as(x)


def in_place(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of memory-saving blocks."""
    return x.mul_(broadcast(g))


def add_product(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of Caffe's Axpy layer in the authors' release: scale and sum in one."""
    return torch.addcmul(x.flip(3), x, broadcast(g))


def divided(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of networks that hold the gate's reciprocal."""
    return x / broadcast(1 / g)


def residual(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of MONAI's ResidualSELayer and BiSeNet's FFM."""
    return x + x * broadcast(g)


def taken_away(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of suppression: what the gate keeps is taken away."""
    return x - x * broadcast(g)


def shortcut_in_place(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of torchvision's residual blocks with an in-place sum."""
    return (x * broadcast(g)).add_(x.flip(3))


def overwritten(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of timm's ResNet: the product is summed into and rectified in place."""
    out = x * broadcast(g)
    out += x.flip(3)
    return F.relu_(out)


def doubled_product(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of NFNets: the block's output is doubled behind the block."""
    return 2.0 * (x * broadcast(g))


def one_plus(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of FiLM-like gates: one is added to the gate."""
    return x * (1 + broadcast(g))


def one_less(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of complementary gates."""
    return x * (1 - broadcast(g))


def doubled_gate(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of PP-LCNet and of gates that are one on average: twice the gate."""
    return x * broadcast(2 * g)


def doubled_map(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of networks that scale the map before the gate."""
    return (2 * x) * broadcast(g)


def rectified_map(x: Tensor, g: Tensor) -> Tensor:
    """In the manner of blocks that gate what the activation makes of the pooled map."""
    return F.relu(x) * broadcast(g)


def usual(x: Tensor) -> Tensor:
    return x


def alone(x: Tensor, y: Tensor) -> Tensor:
    return y


def multiplied(
    features: Callable[[Tensor], Tensor] = usual,
    after: After = alone,
    scale: Callable[[Tensor], Tensor] = usual,
    unsaid: frozenset[Value] = frozenset(),
) -> Reference:
    """The reference: what is multiplied, by what, and what becomes of the product."""

    def block(se: Any, x: Tensor) -> Steps:
        read = bottleneck(features(x), mean(x), se.fc1, se.fc2, scale=scale)
        return after(x, (yield replace(read, unsaid=unsaid)))

    return block


def case(
    name: str, product: Product, reference: Reference | None = None, factor: Words = "s"
) -> GateCase:
    gate = Gate("se", "Multiplied", 16, 4, factor=factor)
    return on_pictures(
        name, manner_of(product), lambda: Multiplied(product), reference or multiplied(), gate
    )


class Gained(nn.Module):
    """In the manner of gates with a learned gain for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(16, 4)
        self.fc2 = nn.Linear(4, 16)
        self.gain = nn.Parameter(torch.ones(16))

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3))))))
        return x * (gate * self.gain)[:, :, None, None]


def gained(se: Any, x: Tensor) -> Steps:
    def scale(s: Tensor) -> Tensor:
        return s * se.gain

    return (yield bottleneck(x, mean(x), se.fc1, se.fc2, scale=scale))


CASES = (
    case("the plain product", plain),
    case("the gate on the left", gate_first),
    case("expand_as", expanded),
    case("expanded and copied", laid_out),
    case("repeated over the places", repeated),
    case("interpolated to the map", interpolated),
    case("a copied gate", cloned),
    case("a cast gate", cast),
    case("einsum of map and gate", by_einsum),
    case("a product with a diagonal", by_diagonal),
    case("channels moved last for the product", moved),
    case("a product of flattened places", flattened),
    case("in place", in_place),
    case("addcmul", add_product, multiplied(after=lambda x, y: x.flip(3) + y)),
    case("division", divided, multiplied(), frozenset({"s", "1 / (1 / s)"})),
    case("x + x * g", residual, multiplied(after=lambda x, y: x + y)),
    case("x - x * g", taken_away, multiplied(after=lambda x, y: x - y)),
    case(
        "the shortcut added in place",
        shortcut_in_place,
        multiplied(after=lambda x, y: x.flip(3) + y),
    ),
    case(
        "the product overwritten by sum and ReLU",
        overwritten,
        multiplied(after=lambda x, y: F.relu(x.flip(3) + y)),
    ),
    case("x * (1 + g)", one_plus, multiplied(scale=lambda s: 1 + s), "1 + s"),
    case("x * (1 - g)", one_less, multiplied(scale=lambda s: 1 - s), "1 - s"),
    case("x * (2 * g)", doubled_gate, multiplied(scale=lambda s: 2 * s), "2·s"),
    case(
        "2 * (x * g)",
        doubled_product,
        multiplied(after=lambda x, y: 2 * y, unsaid=frozenset({"factor", "recalibrated"})),
        frozenset({"s", "2·s"}),
    ),
    case("(2 * x) * g", doubled_map, multiplied(features=lambda x: 2 * x)),
    case("the rectified map", rectified_map, multiplied(features=F.relu)),
    on_pictures(
        "a learned gain",
        "gates with a learned gain for each channel",
        Gained,
        gained,
        Gate("se", "Gained", 16, 4, factor="s·gain"),
    ),
)
