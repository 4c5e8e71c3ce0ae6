"""From a picture to the network's input, and back to the pixels it saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from senet_viz.core.errors import ImageError, WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.imagenette import MEAN, SIDE, STD
from senet_viz.models.normalisation import Triple, checked_deviation, checked_mean, triple

Transform = Callable[[Image.Image], Tensor]
SIDES = (16, 2048)  # px, of the squares custom_preprocess can make
CROP = 224 / 256  # share of the shorter side that ImageNet's networks are usually shown


@dataclass(frozen=True, slots=True)
class Preprocess:
    """Call it with a picture to get the network's input, float32 (1, 3, h, w); grey: (1, 1, h, w).

    ``transform`` does the work without the batch axis; ``input_size`` is (h, w); ``mean`` and
    ``std`` are per channel on a scale of 0 to 1; ``geometry`` says which pixels are taken.
    ``whole`` does the same to a picture in its own shape, for networks that detect or segment.

    >>> embedded_preprocess()(Image.new("RGB", (3000, 60))).shape
    torch.Size([1, 3, 128, 128])
    """

    transform: Transform
    input_size: tuple[int, int]
    mean: Triple
    std: Triple
    geometry: str
    whole: Transform | None = None

    @property
    def words(self) -> str:
        """The preprocessing in one sentence: geometry, then mean and deviation."""
        return tr(
            "{geometry}, {normalisation}",
            geometry=self.geometry,
            normalisation=_normalisation(self.mean, self.std),
        )

    @property
    def record(self) -> dict[str, Any]:
        """The preprocessing in numbers, for a manifest."""
        return {
            "words": self.words,
            "input_size": list(self.input_size),
            "mean": list(self.mean),
            "std": list(self.std),
        }

    def __call__(self, picture: Image.Image | npt.NDArray[Any]) -> Tensor:
        """The network's input; a picture that is not RGB is converted, an array is refused."""
        if not isinstance(picture, Image.Image):
            raise ImageError(
                tr(
                    "an array of shape {shape} was given, and the network takes pictures. Give a "
                    "PIL picture",
                    shape=str(picture.shape),
                )
            )
        rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
        return self.transform(rgb)[None].float()

    def uncropped(self, picture: Image.Image) -> Tensor:
        """The input of the whole picture in its own shape, where the network takes one."""
        uncropped = self if self.whole is None else replace(self, transform=self.whole)
        return uncropped(picture)

    def pixels(self, batch: Tensor | npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """The pixels behind a normalised batch (n, 3 or 1, h, w): uint8 RGB (n, h, w, 3)."""
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
        geometry=_resized_and_cropped(SIDE, "bilinear", (SIDE, SIDE)),
    )


def torchvision_preprocess(preset: Any, model: nn.Module) -> Preprocess:
    """That of a torchvision ``weights.transforms()`` preset.

    The presets of detection and segmentation keep a picture's own shape; here they get its
    centre square at the side the network works at, so that every input has one size.
    """
    if hasattr(preset, "crop_size"):
        crop, shorter = preset.crop_size[0], preset.resize_size[0]
        geometry = _resized_and_cropped(shorter, preset.interpolation.value, (crop, crop))
        return _of(preset, crop, mean=preset.mean, std=preset.std, geometry=geometry)
    if hasattr(preset, "resize_size"):
        side, mean, std = preset.resize_size[0], preset.mean, preset.std
    else:
        inner: Any = model.get_submodule("transform")  # resizes and normalises inside the network
        side = (inner.fixed_size or inner.min_size)[0]
        mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    geometry = tr("centre square resized to {side} x {side} px (bilinear)", side=side)
    square = partial(_centre_square, preset, side)
    cropped = _of(square, side, mean=mean, std=std, geometry=geometry)
    return replace(cropped, whole=preset)


def timm_preprocess(model: nn.Module, changed: Mapping[str, Any] | None = None) -> Preprocess:
    """That of a timm model, from the configuration its weights came with.

    changed: entries of timm's data configuration in place of those.
    """
    from timm.data import create_transform, resolve_model_data_config

    config = {**resolve_model_data_config(model), **(changed or {})}
    transform = create_transform(**config, is_training=False)
    _, height, width = config["input_size"]
    mean, std = checked_mean(config["mean"]), checked_deviation(config["std"])
    side = floor(max(height, width) / config["crop_pct"])
    geometry = _resized_and_cropped(
        side, config["interpolation"], (height, width), mode=config["crop_mode"]
    )
    return Preprocess(
        transform=transform,
        input_size=(height, width),
        mean=mean,
        std=std,
        geometry=geometry,
    )


def imagenet_preprocess(side: int = 224) -> Preprocess:
    """The usual test preprocessing of ImageNet networks, at ``side`` px.

    >>> imagenet_preprocess().input_size
    (224, 224)
    """
    return _centre_crop(side, mean=MEAN, std=STD)


def custom_preprocess(
    base: Preprocess,
    *,
    side: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Preprocess:
    """``base`` with some settings replaced.

    side: px; another one than ``base``'s means the centre square of 7/8 of the shorter side.
    mean, std: of red, green and blue, on a scale of 0 to 1.

    Raises a WeightsError for a side, mean or deviation no network could take.

    >>> custom_preprocess(imagenet_preprocess(), side=160, mean=[0.5] * 3, std=[0.5] * 3).words
    'centre 7/8 of the shorter side, at 160 x 160 px (bilinear), mean 0.5 and deviation 0.5'
    """
    m = base.mean if mean is None else checked_mean(mean)
    s = base.std if std is None else checked_deviation(std)
    if side is not None and (side, side) != base.input_size:
        if not SIDES[0] <= side <= SIDES[1]:
            raise WeightsError(
                tr(
                    "an input side of {side} px was given. Give one from {least} to {most}.",
                    side=side,
                    least=SIDES[0],
                    most=SIDES[1],
                )
            )
        return _centre_crop(side, mean=m, std=s)
    if (m, s) == (base.mean, base.std):
        return base
    renormalised = partial(_renormalised, base, m, s)
    return replace(base, transform=renormalised, mean=m, std=s, whole=None)


def grey_preprocess(base: Preprocess) -> Preprocess:
    """``base`` for a network of one channel: the picture in grey, (1, 1, h, w).

    Mean and deviation are those of ``base``'s first channel, which ``pixels`` gives back as grey.

    >>> grey_preprocess(imagenet_preprocess())(Image.new("RGB", (300, 200))).shape
    torch.Size([1, 1, 224, 224])
    """
    return replace(
        base,
        transform=partial(_in_grey, base.transform),
        whole=None,
        mean=(base.mean[0],) * 3,
        std=(base.std[0],) * 3,
        geometry=tr("{geometry}, in grey", geometry=base.geometry),
    )


def _in_grey(transform: Transform, picture: Image.Image) -> Tensor:
    return transform(picture.convert("L").convert("RGB"))[:1]


def _centre_crop(side: int, *, mean: Triple, std: Triple) -> Preprocess:
    geometry = tr("centre 7/8 of the shorter side, at {side} x {side} px (bilinear)", side=side)
    return _of(partial(_cropped, side, mean, std), side, mean=mean, std=std, geometry=geometry)


def _cropped(side: int, mean: Triple, std: Triple, picture: Image.Image) -> Tensor:
    half = CROP * min(picture.size) / 2
    x, y = picture.width / 2, picture.height / 2
    box = (x - half, y - half, x + half, y + half)
    square = picture.resize((side, side), Image.Resampling.BILINEAR, box=box)
    return _normalised(_unit(square), mean, std)


def _renormalised(base: Preprocess, mean: Triple, std: Triple, picture: Image.Image) -> Tensor:
    """``base``'s own geometry, under another mean and deviation."""
    own_mean, own_std = (torch.tensor(v)[:, None, None] for v in (base.mean, base.std))
    return _normalised(base.transform(picture) * own_std + own_mean, mean, std)


def _unit(square: Image.Image) -> Tensor:
    """The pixels (3, h, w) on a scale of 0 to 1."""
    return torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 255


def _normalised(unit: Tensor, mean: Triple, std: Triple) -> Tensor:
    return (unit - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]


def _of(
    transform: Transform, side: int, *, mean: Sequence[float], std: Sequence[float], geometry: str
) -> Preprocess:
    return Preprocess(transform, (side, side), triple(mean), triple(std), geometry)


def _resized_and_cropped(
    side: int, how: str, crop: tuple[int, int], *, mode: str = "center"
) -> str:
    """``how`` is the interpolation; crop (h, w), cut from the centre."""
    height, width = crop
    if mode == "squash":
        return tr(
            "both sides to {side} px ({how}), centre {height} x {width}",
            side=side,
            how=how,
            height=height,
            width=width,
        )
    if mode == "border":
        return tr(
            "longer side to {side} px, shorter padded ({how}), centre {height} x {width}",
            side=side,
            how=how,
            height=height,
            width=width,
        )
    return tr(
        "shorter side to {side} px ({how}), centre {height} x {width}",
        side=side,
        how=how,
        height=height,
        width=width,
    )


def _embedded_input(picture: Image.Image) -> Tensor:
    square = ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.BILINEAR)
    return _normalised(_unit(square), MEAN, STD)


def _centre_square(preset: Transform, side: int, picture: Image.Image) -> Tensor:
    return preset(ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR))


def _normalisation(mean: Triple, std: Triple) -> str:
    if (mean, std) == (MEAN, STD):
        return tr("ImageNet mean and deviation")
    if (mean, std) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)):
        return tr("values from 0 to 1")
    return tr("mean {mean} and deviation {deviation}", mean=_brief(mean), deviation=_brief(std))


def _brief(values: Triple) -> str:
    return f"{values[0]:g}" if len(set(values)) == 1 else str(values)
