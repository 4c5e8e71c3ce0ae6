"""From a picture to what a network takes, and back to the pixels it really saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from senet_viz.models.imagenette import MEAN, SIDE, STD

Transform = Callable[[Image.Image], Tensor]
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Preprocess:
    """Call it with a picture to get the network's input, float32 (1, 3, h, w).

    ``transform`` does the work without the batch axis; ``input_size`` is (h, w); ``mean`` and
    ``std`` are per channel on a scale of 0 to 1; ``words`` is the whole of it in one sentence.

    >>> embedded_preprocess()(Image.new("RGB", (3000, 60))).shape
    torch.Size([1, 3, 128, 128])
    """

    transform: Transform
    input_size: tuple[int, int]
    mean: Triple
    std: Triple
    words: str

    def __call__(self, picture: Image.Image) -> Tensor:
        """The network's input (1, 3, h, w); a picture that is not RGB is converted."""
        rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
        return self.transform(rgb)[None].float()

    def pixels(self, batch: Tensor | npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """The pixels behind a normalised batch (n, 3, h, w): uint8 RGB (n, h, w, 3)."""
        x = batch.detach().cpu().float().numpy() if isinstance(batch, Tensor) else batch
        unit = x.transpose(0, 2, 3, 1) * np.array(self.std) + np.array(self.mean)
        return np.asarray((unit * 255).round().clip(0, 255), dtype=np.uint8)


def embedded_preprocess() -> Preprocess:
    """That of the embedded family: the centre square at 128 px, as in training."""
    return Preprocess(
        transform=_embedded_input,
        input_size=(SIDE, SIDE),
        mean=MEAN,
        std=STD,
        words=f"shorter side to {SIDE} px (bilinear), centre {SIDE} x {SIDE}, "
        f"{_normalisation(MEAN, STD)}",
    )


def torchvision_preprocess(preset: Any, model: nn.Module) -> Preprocess:
    """That of a torchvision ``weights.transforms()`` preset.

    The presets of detection and segmentation keep a picture's own shape; here they get its
    centre square at the side the network works at, so that every input has one size.
    """
    if hasattr(preset, "crop_size"):
        crop, shorter = preset.crop_size[0], preset.resize_size[0]
        words = f"shorter side to {shorter} px ({preset.interpolation.value}), "
        words += f"centre {crop} x {crop}"
        return _of(preset, crop, mean=preset.mean, std=preset.std, words=words)
    if hasattr(preset, "resize_size"):
        side, mean, std = preset.resize_size[0], preset.mean, preset.std
    else:
        inner: Any = model.get_submodule("transform")  # resizes and normalises inside the network
        side = (inner.fixed_size or inner.min_size)[0]
        mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    words = f"centre square resized to {side} x {side} px (bilinear)"
    return _of(partial(_centre_square, preset, side), side, mean=mean, std=std, words=words)


def timm_preprocess(model: nn.Module) -> Preprocess:
    """That of a timm model, from the configuration its weights came with."""
    from timm.data import create_transform, resolve_model_data_config

    config = resolve_model_data_config(model)
    transform = create_transform(**config, is_training=False)
    _, height, width = config["input_size"]
    mean, std = _triple(config["mean"]), _triple(config["std"])
    side = floor(max(height, width) / config["crop_pct"])
    resized = {
        "squash": f"both sides to {side} px",
        "border": f"longer side to {side} px, shorter padded",
    }.get(config["crop_mode"], f"shorter side to {side} px")
    return Preprocess(
        transform=transform,
        input_size=(height, width),
        mean=mean,
        std=std,
        words=f"{resized} ({config['interpolation']}), centre {height} x {width}, "
        f"{_normalisation(mean, std)}",
    )


def _of(
    transform: Transform, side: int, *, mean: Sequence[float], std: Sequence[float], words: str
) -> Preprocess:
    m, s = _triple(mean), _triple(std)
    return Preprocess(transform, (side, side), m, s, f"{words}, {_normalisation(m, s)}")


def _embedded_input(picture: Image.Image) -> Tensor:
    square = ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.BILINEAR)
    unit = torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 255
    return (unit - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def _centre_square(preset: Transform, side: int, picture: Image.Image) -> Tensor:
    return preset(ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR))


def _triple(values: Sequence[float]) -> Triple:
    red, green, blue = (float(v) for v in values)
    return red, green, blue


def _normalisation(mean: Triple, std: Triple) -> str:
    if (mean, std) == (MEAN, STD):
        return "ImageNet mean and deviation"
    if (mean, std) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)):
        return "values from 0 to 1"
    return f"mean {_brief(mean)} and deviation {_brief(std)}"


def _brief(values: Triple) -> str:
    return f"{values[0]:g}" if len(set(values)) == 1 else str(values)
