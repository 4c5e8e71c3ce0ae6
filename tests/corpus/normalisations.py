"""Normalisations, by layers, by hand and in place: they are no gates, and nothing is to be said."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.corpus.case import DeclaredCase
from tests.corpus.networks import declared, manner_of


class Applied(nn.Module):
    """A function of the map, with a weight and a bias a channel behind it."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function
        self.weight = nn.Parameter(torch.ones(16, 1, 1))
        self.bias = nn.Parameter(torch.zeros(16, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x) * self.weight + self.bias


def instance_norm(x: Tensor) -> Tensor:
    """In the manner of style transfer: mean and deviation of each map, by hand."""
    mean = x.mean((2, 3), keepdim=True)
    return (x - mean) / (x.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()


def instance_norm_in_place(x: Tensor) -> Tensor:
    """In the manner of memory-saving style transfer."""
    scale = torch.rsqrt(x.var((2, 3), keepdim=True) + 1e-5)
    return x.sub_(x.mean((2, 3), keepdim=True)).mul_(scale)


def times_rsqrt(x: Tensor) -> Tensor:
    """In the manner of StyleGAN's normalisation by the deviation alone."""
    return x * torch.rsqrt(x.var((2, 3), keepdim=True) + 1e-5)


def filter_response_norm(x: Tensor) -> Tensor:
    """In the manner of FRN: the mean of the squares, no mean taken away."""
    return x * torch.rsqrt(x.pow(2).mean(dim=(2, 3), keepdim=True) + 1e-6)


def layer_norm(x: Tensor) -> Tensor:
    """In the manner of ConvNeXt: over the channels of each place."""
    mean = x.mean(1, keepdim=True)
    return (x - mean) / torch.sqrt((x - mean).pow(2).mean(1, keepdim=True) + 1e-6)


def rms_norm(x: Tensor) -> Tensor:
    """In the manner of LLaMA: over the channels, no mean taken away."""
    return x * torch.rsqrt(x.pow(2).mean(1, keepdim=True) + 1e-6)


def group_norm(x: Tensor) -> Tensor:
    """In the manner of GroupNorm by hand: four groups of channels."""
    grouped = x.view(len(x), 4, -1)
    variance, mean = torch.var_mean(grouped, dim=2, keepdim=True)
    return ((grouped - mean) / torch.sqrt(variance + 1e-5)).view_as(x)


def evolved_norm(x: Tensor) -> Tensor:
    """In the manner of EvoNorm-S0: swish over the deviation of groups."""
    deviation = torch.sqrt(x.view(len(x), 4, -1).var(2, keepdim=True) + 1e-5)
    return (x * x.sigmoid()).view(len(x), 4, -1).div(deviation).view_as(x)


def unit_length(x: Tensor) -> Tensor:
    """In the manner of descriptors: each map divided by its length."""
    return F.normalize(x.flatten(2), dim=2).view_as(x)


def unit_greatest(x: Tensor) -> Tensor:
    """In the manner of attention maps scaled to one: each map divided by its largest value."""
    return x / x.abs().amax((2, 3), keepdim=True).clamp_min(1e-6)


def centred(x: Tensor) -> Tensor:
    """In the manner of centring: only the mean is taken away."""
    return x - x.mean((2, 3), keepdim=True)


class Norms(nn.Module):
    """In the manner of U-Nets: the normalisation layers of torch.nn, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.InstanceNorm2d(16, affine=True),
            nn.GroupNorm(4, 16),
            nn.LayerNorm([16, 10, 7]),
            nn.LocalResponseNorm(3),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class StandardisedConv(nn.Module):
    """In the manner of NFNets: weights are normalised, maps are not."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3, padding=1)
        self.gain = nn.Parameter(torch.ones(16, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.conv.weight
        variance, mean = torch.var_mean(weight, dim=(1, 2, 3), keepdim=True)
        weight = (weight - mean) * torch.rsqrt(variance + 1e-5) * self.gain
        return F.conv2d(x, weight, self.conv.bias, padding=1)


def of_function(function: Callable[[Tensor], Tensor], name: str) -> DeclaredCase:
    return declared(name, manner_of(function), lambda: Applied(function))


CASES = (
    of_function(instance_norm, "instance normalisation by hand"),
    of_function(instance_norm_in_place, "instance normalisation in place"),
    of_function(times_rsqrt, "x * rsqrt(variance)"),
    of_function(filter_response_norm, "filter response normalisation"),
    of_function(layer_norm, "layer normalisation by hand"),
    of_function(rms_norm, "root-mean-square normalisation over channels"),
    of_function(group_norm, "group normalisation by hand"),
    of_function(evolved_norm, "an evolved normalisation"),
    of_function(unit_length, "maps of unit length"),
    of_function(unit_greatest, "maps divided by their largest value"),
    of_function(centred, "maps without their mean"),
    declared("normalisation layers", manner_of(Norms), Norms),
    declared("standardised weights", manner_of(StandardisedConv), StandardisedConv),
)
