"""Pooled values that multiply, mix or add in other ways than a gate does: declared, never found."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import DeclaredCase, Other, Reason
from tests.corpus.networks import CLASSES, declared, manner_of, noise, picture, seeded


def bottleneck(out: int = 16) -> nn.Sequential:
    return nn.Sequential(nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, out))


class Head(nn.Module):
    """In the manner of torchvision's LRASPPHead: the gate is for what a layer makes of the map."""

    def __init__(self) -> None:
        super().__init__()
        self.cbr = nn.Sequential(nn.Conv2d(16, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 16, 1, bias=False), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.cbr(x) * self.scale(x)


class UpsampleGate(nn.Module):
    """In the manner of PAN's GAU: the deep map's mean gates the shallow map."""

    def __init__(self) -> None:
        super().__init__()
        self.deep = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.fc = nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        deep = self.deep(x)
        low = x * torch.sigmoid(self.fc(F.adaptive_avg_pool2d(deep, 1)))
        return low + F.interpolate(deep, size=x.shape[2:], mode="bilinear")


class OtherHalf(nn.Module):
    """In the manner of split networks: one half of the channels gates the other."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, dim=1)
        gate = torch.sigmoid(self.fc(b.mean((2, 3))))[:, :, None, None]
        return torch.cat([a * gate, b], 1)


class RectifiedSince(nn.Module):
    """In the manner of a slip: the map is rectified in place between pooling and product."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.fc(x.mean((2, 3))))[:, :, None, None]
        return F.relu_(x) * gate


class SelectiveKernel(nn.Module):
    """In the manner of implus/SKNet: a softmax over two branches, for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.small = nn.Conv2d(16, 16, 3, padding=1)
        self.large = nn.Conv2d(16, 16, 3, padding=2, dilation=2)
        self.fc = bottleneck(32)

    def forward(self, x: Tensor) -> Tensor:
        branches = torch.stack([self.small(x), self.large(x)], 1)
        weights = self.fc(branches.sum(1).mean((2, 3))).view(-1, 2, 16).softmax(1)
        return (branches * weights[..., None, None]).sum(1)


class SplitAttention(nn.Module):
    """In the manner of zhanghang1989/ResNeSt with two splits: a softmax over them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, padding=1, groups=2)
        self.fc1 = nn.Conv2d(16, 8, 1)
        self.fc2 = nn.Conv2d(8, 32, 1)

    def forward(self, x: Tensor) -> Tensor:
        splits = torch.split(F.relu(self.conv(x)), 16, dim=1)
        gap = F.adaptive_avg_pool2d(splits[0] + splits[1], 1)
        weights = self.fc2(F.relu(self.fc1(gap))).view(len(x), 2, 16).softmax(1)
        first, second = (weights[:, i, :, None, None] * splits[i] for i in range(2))
        return (first + second).contiguous()


class DynamicConv(nn.Module):
    """In the manner of CondConv: the mean mixes the kernels of four experts."""

    def __init__(self) -> None:
        super().__init__()
        self.experts = nn.Parameter(torch.empty(4, 16, 16, 3, 3))
        self.route = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        routing = torch.sigmoid(self.route(x.mean((2, 3))))
        kernels = (routing @ self.experts.flatten(1)).view(-1, 16, 3, 3)
        mixed = F.conv2d(x.reshape(1, -1, *x.shape[2:]), kernels, padding=1, groups=len(x))
        return mixed.view_as(x)


class BilinearTransform(nn.Module):
    """In the manner of BAT: rows and columns are mixed by matrices made of the map's own peaks."""

    def __init__(self, side: int = 4) -> None:
        super().__init__()
        self.side = side
        self.groups = nn.Conv2d(16, 2, 1)
        self.rows = nn.Conv2d(2, 2 * side * side, (side, 1))
        self.columns = nn.Conv2d(2, 2 * side * side, (1, side))

    def forward(self, x: Tensor) -> Tensor:
        x = F.interpolate(x, (self.side, self.side))
        few = self.groups(x)
        down = self.rows(F.adaptive_max_pool2d(few, (self.side, 1)))
        across = self.columns(F.adaptive_max_pool2d(few, (1, self.side)))
        shape = len(x), 2, self.side, self.side
        left, right = (m.view(shape).sigmoid() for m in (down, across))
        left, right = left / left.sum(3, keepdim=True), right / right.sum(2, keepdim=True)
        return left.repeat_interleave(8, 1) @ x @ right.repeat_interleave(8, 1)


class TwoTransforms(nn.Sequential):
    """In the manner of BAT, twice: the second follows maps that the first has mixed."""

    def __init__(self) -> None:
        super().__init__(BilinearTransform(), nn.Conv2d(16, 16, 1), BilinearTransform())


class ContextSum(nn.Module):
    """In the manner of xvjiarui/GCNet: what is pooled is added to every place."""

    def __init__(self) -> None:
        super().__init__()
        self.mask = nn.Conv2d(16, 1, 1)
        self.transform = bottleneck()

    def forward(self, x: Tensor) -> Tensor:
        weights = self.mask(x).flatten(2).softmax(-1)
        context = (x.flatten(2) @ weights.transpose(1, 2)).squeeze(-1)
        return x + self.transform(context)[:, :, None, None]


class MeanBias(nn.Module):
    """In the manner of Leela's first networks: a bias a channel from the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.fc(x.mean((2, 3))).view(*x.shape[:2], 1, 1))


class ResponseNorm(nn.Module):
    """In the manner of ConvNeXt V2's GRN: each norm, divided by the mean norm."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 16, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, 16, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        norm = torch.norm(x, p=2, dim=(2, 3), keepdim=True)
        scaled = norm / (norm.mean(dim=1, keepdim=True) + 1e-6)
        return self.gamma * (x * scaled) + self.beta + x


class TimesMean(nn.Module):
    """In the manner of saliency by hand: each map times its own mean, nothing learned."""

    def forward(self, x: Tensor) -> Tensor:
        return x * x.mean((2, 3), keepdim=True)


class LearnedScale(nn.Module):
    """In the manner of network slimming: a gate a channel that no picture changes."""

    def __init__(self) -> None:
        super().__init__()
        self.code = nn.Parameter(torch.zeros(1, 16))
        self.fc = bottleneck()

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.fc(self.code))[:, :, None, None]


class ForgottenPool(nn.Module):
    """In the manner of a bug: pooled, but the gate is made of the layer's bias alone."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        z = x.mean((2, 3))
        return x * torch.sigmoid(self.fc(torch.zeros_like(z)))[:, :, None, None]


class FiLM(nn.Module):
    """In the manner of conditional networks: scale and shift from a vector beside the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.film = nn.Linear(6, 16)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        x = self.conv(x)
        return self.head((x * torch.sigmoid(self.film(vector))[..., None, None]).mean((2, 3)))


class CameraGate(nn.Module):
    """In the manner of BEVDepth: an SE layer whose gate is made of the camera's numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.mlp = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 16))
        self.reduce = nn.Conv2d(16, 16, 1)
        self.expand = nn.Conv2d(16, 16, 1)
        self.head = nn.Linear(16, CLASSES)

    def forward(self, image: Tensor, camera: Tensor) -> Tensor:
        x = self.conv(image)
        gate = self.expand(F.relu(self.reduce(self.mlp(camera)[..., None, None])))
        return self.head((x * gate.sigmoid()).mean((2, 3)))


class Unread(nn.Module):
    """In the manner of a slip: the gated map is made, and the map itself is handed on."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = bottleneck()

    def forward(self, x: Tensor) -> Tensor:
        _gated = x * torch.sigmoid(self.fc(x.mean((2, 3))))[:, :, None, None]
        return F.relu(x)


def case(kind: type[nn.Module], name: str, reason: Reason) -> DeclaredCase:
    return declared(name, manner_of(kind), kind, Other("se", reason))


def with_vector(kind: type[nn.Module], name: str) -> DeclaredCase:
    return DeclaredCase(
        name,
        manner_of(kind),
        lambda: seeded(kind()),
        lambda: (picture(), noise(2, 6)),
        (Other("", "another input"),),
    )


CASES = (
    case(Head, "a gate for what a layer makes of the map", "another map"),
    case(UpsampleGate, "the deep map's mean gates the shallow map", "another map"),
    case(OtherHalf, "one half of the channels gates the other", "another map"),
    case(RectifiedSince, "rectified in place since the pooling", "another map"),
    case(SelectiveKernel, "selective kernels", "branches"),
    case(SplitAttention, "split attention with two splits", "branches"),
    case(DynamicConv, "mixed kernels", "kernels"),
    case(BilinearTransform, "rows and columns mixed", "mixed places"),
    declared(
        "rows and columns mixed twice",
        manner_of(TwoTransforms),
        TwoTransforms,
        Other("se.0", "mixed places"),
        Other("se.2", "mixed places"),
    ),
    case(ContextSum, "global context that adds", "sum"),
    case(MeanBias, "a bias from the mean", "sum"),
    case(ResponseNorm, "global response normalisation", "no learned layer"),
    case(TimesMean, "a map times its own mean", "no learned layer"),
    case(LearnedScale, "a learned constant scale", "constant"),
    case(ForgottenPool, "a gate of biases alone", "constant"),
    with_vector(FiLM, "a factor from another input"),
    with_vector(CameraGate, "a gate made of the camera's numbers"),
    case(Unread, "a product that nothing reads", "unread"),
)
