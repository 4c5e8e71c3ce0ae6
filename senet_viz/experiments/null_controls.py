"""What nothing looks like: a network that has learned nothing, and a picture of nothing.

Whatever a chart shows of a trained network and a photograph, these two show how much of it comes
from the network's layout, or from any picture at all (Adebayo et al. 2018, "Sanity checks for
saliency maps": the model parameter randomisation test).
"""

from collections import OrderedDict
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.errors import CaptureError, ImageError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.network import Network, building

with speaking(ENGLISH):
    RANDOM = tr("Random weights: every layer was drawn again by its own initialisation.")
_FRESH_BUFFERS = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}
_MATRIX_DEVIATION = 0.02


def noise_picture(size: tuple[int, int], seed: int = 0) -> Image.Image:
    """A picture in which there is nothing to recognise; ``size`` is (width, height) in px.

    Each of the three values of each pixel is drawn independently, all of 0 to 255 equally
    likely. The same size and seed give the same picture. Resizing averages pixels and so takes
    the contrast out: make it of the size the network takes.

    >>> noise_picture((128, 96), seed=1).size
    (128, 96)
    """
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(
            tr(
                "a noise picture of {width} x {height} px was asked for. Give at least 1 x 1",
                width=width,
                height=height,
            )
        )
    drawn = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(drawn)


def random_copy(model: nn.Module, images: Tensor | None = None, *, seed: int = 0) -> nn.Module:
    """The same network, all its weights random: what the layout does without what was learned.

    images: (n, 3, h, w), preprocessed; the BatchNorm statistics of the copy are counted on them,
    as they would be in the first training step. Without them mean 0 and variance 1 are kept:
    signals then shrink from layer to layer, and deep gates hardly tell one picture from another.
    So it is in networks without BatchNorm, whose gates hardly move when drawn by this rule.

    Every layer draws its weights by its own ``reset_parameters``, PyTorch's initialisation as the
    network would begin to learn with. A parameter that no layer resets becomes 0 (a bias), 1
    (another vector or number) or is drawn from a normal distribution of deviation 0.02 (a
    matrix). So no BatchNorm starts at 0, even where the network's own recipe has it so: features
    are not trivially zero. The same ``seed`` gives the same weights.

    The copy is in eval mode, without wrappers and without hooks; ``model`` and torch's random
    state stay as they are.

    Raises CaptureError for images the network cannot be run on.

    >>> from senet_viz.models.residual import build
    >>> random_copy(build("se"), torch.rand(4, 3, 64, 64)).training
    False
    """
    copy = _without_hooks(unwrapped(model)[0]).eval()
    with building(), torch.no_grad():
        torch.manual_seed(seed)
        _reset(copy)
        if images is not None:
            _count(copy, images)
    return copy


@speaking(ENGLISH)
def random_network(network: Network, pictures: Sequence[Image.Image], *, seed: int = 0) -> Network:
    """The same network with random weights; nothing published about the trained one holds.

    Preprocessing and labels stay, accuracy and reference statistics go. The BatchNorm statistics
    are counted on ``pictures``, as the network takes them; without one they are not counted.
    """
    images = torch.cat([network.preprocess(p) for p in pictures]) if pictures else None
    counted = tr(
        "Its BatchNorm statistics were counted on {pictures} pictures.", pictures=len(pictures)
    )
    title = network.bare_title or network.title
    return replace(
        network,
        name=f"random:{network.name}",
        title=tr("{title}, random weights", title=title),
        bare_title=title,
        model=random_copy(network.model, images, seed=seed),
        licence="",
        source=tr("random initialisation, seed {seed}", seed=seed),
        sha256="",
        trained=False,
        accuracy=None,
        accuracy_on="",
        reference=None,
        notes=(RANDOM, counted) if pictures else (RANDOM,),
    )


def _without_hooks(model: nn.Module) -> nn.Module:
    """A deep copy in which every table of hooks is empty."""
    fresh: dict[int, Any] = {
        id(table): OrderedDict()
        for module in model.modules()
        for name, table in vars(module).items()
        if name.startswith("_") and "_hooks" in name and isinstance(table, dict)
    }
    copy = deepcopy(model, fresh)
    for parameter in copy.parameters():
        parameter.grad = None
    return copy


def _reset(model: nn.Module) -> None:
    """Every layer by its own rule, what has none by ours; trained buffers like BatchNorm's."""
    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.fill_(float("nan"))  # tells afterwards what no layer has reset
    for module in model.modules():
        reset = getattr(module, "reset_parameters", None)
        if callable(reset):
            reset()
    for name, parameter in model.named_parameters():
        if parameter.is_floating_point() and bool(parameter.isnan().any()):
            _draw(parameter, bias=name.endswith("bias"))
    for name, buffer in model.named_buffers():
        value = _FRESH_BUFFERS.get(name.rpartition(".")[2])
        if value is not None and buffer.is_floating_point():
            buffer.fill_(value)


def _draw(parameter: Tensor, *, bias: bool) -> None:
    if parameter.numel() != max(parameter.shape, default=1):
        parameter.normal_(0, _MATRIX_DEVIATION)
    else:
        parameter.fill_(0.0 if bias else 1.0)


def _count(model: nn.Module, images: Tensor) -> None:
    """One forward pass that leaves in every BatchNorm the statistics of its own input."""
    norms = [
        m
        for m in model.modules()
        if isinstance(m, nn.modules.batchnorm._BatchNorm) and m.track_running_stats
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain averages: one pass leaves exactly the statistics it saw
        norm.training = True
    try:
        model(placed(model, images))
    except (RuntimeError, ValueError) as error:
        raise CaptureError(
            tr(
                "BatchNorm statistics cannot be counted on images of shape {shape}: "
                "{error}. Give at least two pictures of the size the network takes",
                shape=tuple(images.shape),
                error=str(error),
            )
        ) from error
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
            norm.training = False
