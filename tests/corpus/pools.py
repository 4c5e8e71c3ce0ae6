"""Ways to pool a map (n, c, h, w) to (n, c), each in the manner of those who pool so."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def adaptive(x: Tensor) -> Tensor:
    """In the manner of torchvision."""
    return F.adaptive_avg_pool2d(x, 1).flatten(1)


def kernel(x: Tensor) -> Tensor:
    """In the manner of Jongchan/attention-module: a window as large as the map."""
    return F.avg_pool2d(x, (x.size(2), x.size(3)), stride=(x.size(2), x.size(3))).flatten(1)


def flattened(x: Tensor) -> Tensor:
    """In the manner of xmu-xiaoma666/External-Attention-pytorch."""
    n, c = x.shape[:2]
    return x.view(n, c, -1).mean(-1)


def rows_then_columns(x: Tensor) -> Tensor:
    """In the manner of mobilenet ports that read `x.mean(3).mean(2)`."""
    return x.mean(3).mean(2)


def summed(x: Tensor) -> Tensor:
    """In the manner of networks ported from other frameworks: a sum, divided by the places."""
    return x.sum(dim=(2, 3)) / (x.shape[2] * x.shape[3])


def by_einsum(x: Tensor) -> Tensor:
    """In the manner of einops users: `reduce(x, 'n c h w -> n c', 'mean')` by einsum."""
    return torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3])


def by_product(x: Tensor) -> Tensor:
    """In the manner of bilinear attention: a product with a vector of equal weights."""
    places = x.shape[2] * x.shape[3]
    weights = x.new_full((places, 1), 1 / places)
    return (x.flatten(2) @ weights).squeeze(-1)


def of_double(x: Tensor) -> Tensor:
    """In the manner of networks that pool in a wider type to be exact."""
    return x.double().mean((2, 3)).to(x.dtype)


def of_clone(x: Tensor) -> Tensor:
    """In the manner of networks that keep clear of in-place trouble."""
    return x.clone().mean((2, 3))


def of_detached(x: Tensor) -> Tensor:
    """In the manner of gates that send no gradient through their pooling."""
    return x.detach().mean((2, 3))


def of_contiguous(x: Tensor) -> Tensor:
    """In the manner of networks that call `.contiguous()` before `.view`."""
    n, c = x.shape[:2]
    return x.permute(0, 2, 3, 1).contiguous().view(n, -1, c).mean(1)


def greatest(x: Tensor) -> Tensor:
    """In the manner of miraclewkf/SENet-PyTorch: a maximum in the mean's place."""
    return F.adaptive_max_pool2d(x, 1).flatten(1)


def amax(x: Tensor) -> Tensor:
    """In the manner of newer code."""
    return x.amax((2, 3))


def rows_then_columns_max(x: Tensor) -> Tensor:
    """In the manner of older code: two maxima, each with its index."""
    return x.max(3)[0].max(2)[0]


def kernel_max(x: Tensor) -> Tensor:
    """In the manner of Jongchan/attention-module, pooling 'max'."""
    return F.max_pool2d(x, (x.size(2), x.size(3))).flatten(1)


def half_and_half(x: Tensor) -> Tensor:
    """In the manner of timm's LightChannelAttn and of SEModule with add_maxpool."""
    return 0.5 * x.mean((2, 3)) + 0.5 * x.amax((2, 3))


def joined(x: Tensor) -> Tensor:
    """In the manner of fastai's AdaptiveConcatPool2d: mean and maximum end to end."""
    return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


def deviation(x: Tensor) -> Tensor:
    """In the manner of style-based gates: the deviation alone."""
    return x.std((2, 3))


def deviation_by_hand(x: Tensor) -> Tensor:
    """In the manner of CCA in IMDN: the map less its mean, squared, averaged, rooted."""
    centred = x - x.mean((2, 3), keepdim=True)
    return (centred**2).mean((2, 3)).sqrt()


def contrast(x: Tensor) -> Tensor:
    """In the manner of BSRN's CCALayer: deviation and mean added."""
    places = x.shape[2] * x.shape[3]
    mean = x.sum(3, keepdim=True).sum(2, keepdim=True) / places
    variance = (x - mean).pow(2).sum(3, keepdim=True).sum(2, keepdim=True) / places
    return (variance.pow(0.5) + mean).flatten(1)


def by_var_mean(x: Tensor) -> Tensor:
    """In the manner of attentive statistics: both moments from one call."""
    variance, mean = torch.var_mean(x, dim=(2, 3))
    return mean + torch.sqrt(variance + 1e-5)


def norm(x: Tensor) -> Tensor:
    """In the manner of channel norms."""
    return torch.linalg.vector_norm(x, dim=(2, 3))


def norm_by_hand(x: Tensor) -> Tensor:
    """In the manner of GCT (z-x-yang/GCT): squares, their sum, its root."""
    return (x.pow(2).sum((2, 3), keepdim=True) + 1e-5).pow(0.5).flatten(1)


def squares(x: Tensor) -> Tensor:
    """In the manner of energy pooling: the mean of the squares."""
    return (x**2).mean((2, 3))


def log_sum_exp(x: Tensor) -> Tensor:
    """In the manner of Jongchan/attention-module, pooling 'lse'."""
    return torch.logsumexp(x.flatten(2), 2)


class Cosines(nn.Module):
    """In the manner of cfzd/FcaNet: each channel times a cosine of its own, then summed."""

    weights: Tensor

    def __init__(self, channels: int, height: int, width: int) -> None:
        super().__init__()
        rows = torch.arange(height).add(0.5).mul(math.pi / height)
        columns = torch.arange(width).add(0.5).mul(math.pi / width)
        waves = [
            torch.cos(rows * (c % 3))[:, None] * torch.cos(columns * (c % 2))
            for c in range(channels)
        ]
        self.register_buffer("weights", torch.stack(waves) / (height * width) ** 0.5)

    def forward(self, x: Tensor) -> Tensor:
        return torch.sum(x * self.weights, dim=[2, 3])


class Depthwise(nn.Module):
    """In the manner of MobileFaceNet's GDC: a depthwise convolution as large as the map."""

    def __init__(self, channels: int, height: int, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, (height, width), groups=channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).flatten(1)


class Attentive(nn.Module):
    """In the manner of GCNet: a softmax over places, made by a 1 x 1 convolution, and bmm."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mask = nn.Conv2d(channels, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        weights = self.mask(x).flatten(2).softmax(-1)
        return torch.bmm(x.flatten(2), weights.transpose(1, 2)).squeeze(-1)


class Weighted(nn.Module):
    """In the manner of lucidrains' Imagen: a softmax over places times the map, summed."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(1, 1, height, width))

    def forward(self, x: Tensor) -> Tensor:
        weights = self.logits.flatten(2).softmax(-1).view_as(self.logits)
        return (x * weights).sum((2, 3))
