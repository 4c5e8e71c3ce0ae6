"""Augmentation of a whole batch at once, on the device, from a generator of its own.

torchvision's transforms draw one random crop for a whole batch; per picture they would cost more
than the network. So a crop with flip is one affine grid, and the random numbers come from a CPU
generator: the same seed gives the same pictures on every device.
"""

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from senet_viz.models.imagenette import MEAN, STD
from senet_viz.training.recipe import Recipe


def normalise(pictures: Tensor) -> Tensor:
    """uint8 (n, 3, h, w) to float32 with ImageNet's mean and standard deviation."""
    return _standardise(pictures.float() / 255)


def augment(pictures: Tensor, *, epoch: int, recipe: Recipe, generator: Generator) -> Tensor:
    """uint8 (n, 3, h, w) to normalised float32 (n, 3, side, side): random crop, flip, colour.

    The side is that of the recipe for this epoch.
    """
    side = recipe.side(epoch)
    crops = _crop_and_flip(pictures, recipe.smallest_crop, generator)
    if side != crops.shape[-1]:
        crops = F.interpolate(crops, size=(side, side), mode="bilinear", antialias=True)
    return _colour(crops, recipe, generator)


def _uniform(count: int, low: float, high: float, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _crop_and_flip(pictures: Tensor, smallest: float, generator: Generator) -> Tensor:
    n = len(pictures)
    area = _uniform(n, smallest, 1.0, generator)
    aspect = torch.exp(_uniform(n, math.log(3 / 4), math.log(4 / 3), generator))
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    flip = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = width * flip, height
    theta[:, 0, 2] = _uniform(n, -1, 1, generator) * (1 - width)
    theta[:, 1, 2] = _uniform(n, -1, 1, generator) * (1 - height)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False).to(pictures.device)
    return F.grid_sample(pictures.float(), grid, padding_mode="reflection", align_corners=False)


def _colour(pictures: Tensor, recipe: Recipe, generator: Generator) -> Tensor:
    """Brightness, contrast, saturation, then normalisation; ``pictures`` in 0 to 255."""
    n, spread = len(pictures), recipe.colour_jitter
    brightness, contrast, saturation = (
        _uniform(n, 1 - spread, 1 + spread, generator).to(pictures.device)[:, None, None, None]
        for _ in range(3)
    )
    x = pictures / 255 * brightness
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * saturation
    level = x.mean((1, 2, 3), keepdim=True)
    x = (level + (x - level) * contrast).clamp(0, 1)
    return _standardise(x)


def _standardise(x: Tensor) -> Tensor:
    """(n, 3, h, w) in 0 to 1, minus ImageNet's mean, over its deviation."""
    mean = torch.tensor(MEAN, device=x.device)[:, None, None]
    std = torch.tensor(STD, device=x.device)[:, None, None]
    return (x - mean) / std
