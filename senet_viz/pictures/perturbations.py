"""A picture made brighter, blurred, cropped and so on, by a known amount and in a known order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from senet_viz.core.errors import ImageError
from senet_viz.core.records import PerturbationKind
from senet_viz.core.translation import tr


@dataclass(frozen=True, slots=True)
class Scale:
    """How strong a kind of perturbation can be, and in what unit.

    ``unit`` says it in full, ``brief`` on an axis. ``none`` leaves the picture as it is; ``sweep``
    runs from ``low`` to ``high`` and holds ``none``; ``step`` is that of a slider.
    """

    say_title: Callable[[], str]
    say_unit: Callable[[], str]
    say_brief: Callable[[], str]
    none: float
    low: float
    high: float
    step: float
    sweep: tuple[float, ...]

    @property
    def title(self) -> str:
        return self.say_title()

    @property
    def unit(self) -> str:
        return self.say_unit()

    @property
    def brief(self) -> str:
        return self.say_brief()


# In the order they are applied: where the camera points, how it focuses, how it is exposed, how
# the file is written.
SCALES: dict[PerturbationKind, Scale] = {
    "shift": Scale(
        lambda: tr("Shift"),
        lambda: tr("share of the width, to the right; the edge is filled with its mirror image"),
        lambda: tr("share of the width"),
        0.0, -0.4, 0.4, 0.05, (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4),
    ),
    "crop": Scale(
        lambda: tr("Crop"),
        lambda: tr("share of each side that is kept, round the centre"),
        lambda: tr("share kept"),
        1.0, 0.2, 1.0, 0.05, (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    ),
    "blur": Scale(
        lambda: tr("Blur"),
        lambda: tr("standard deviation of the Gaussian, in % of the shorter side"),
        lambda: tr("% of the shorter side"),
        0.0, 0.0, 4.0, 0.25, (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0),
    ),
    "brightness": Scale(
        lambda: tr("Brightness"),
        lambda: tr("factor on every pixel value"),
        lambda: tr("factor"),
        1.0, 0.2, 1.8, 0.05, (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8),
    ),
    "contrast": Scale(
        lambda: tr("Contrast"),
        lambda: tr("factor on the distance from the picture's mean grey"),
        lambda: tr("factor"),
        1.0, 0.2, 1.8, 0.05, (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8),
    ),
    "jpeg": Scale(
        lambda: tr("JPEG quality"),
        lambda: tr("quality of Pillow's JPEG, 5 to 95; 100 is not compressed at all"),
        lambda: tr("100 is uncompressed"),
        100.0, 5.0, 100.0, 5.0, (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 75.0, 90.0, 100.0),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One kind of change and its strength, in the unit of ``SCALES[kind]``.

    Raises ImageError for a kind there is not and a strength beyond its scale.

    >>> Perturbation("blur", 1.5).is_none
    False
    """

    kind: PerturbationKind
    strength: float

    def __post_init__(self) -> None:
        scale = SCALES.get(self.kind)
        if scale is None:
            raise ImageError(
                tr(
                    "there is no perturbation {kind!r}. There are {scales}",
                    kind=self.kind,
                    scales=", ".join(SCALES),
                )
            )
        if not scale.low <= self.strength <= scale.high:
            raise ImageError(
                tr(
                    "{title} of {strength:g} was asked for. Give {low:g} to {high:g} ({unit})",
                    title=scale.title.lower(),
                    strength=self.strength,
                    low=scale.low,
                    high=scale.high,
                    unit=scale.unit,
                )
            )

    @property
    def is_none(self) -> bool:
        """Whether it leaves every picture as it is."""
        return self.strength == SCALES[self.kind].none


def perturb(picture: Image.Image, perturbations: Iterable[Perturbation]) -> Image.Image:
    """The picture under all of these at once, RGB.

    They are applied in the order of ``SCALES``, whatever order they are given in: shift, crop,
    blur, brightness, contrast, JPEG. Where every strength is "none" the pixels are the same.

    Raises ImageError where a kind is given twice.

    >>> perturb(Image.new("RGB", (100, 60)), [Perturbation("crop", 0.5)]).size
    (50, 30)
    """
    asked = tuple(perturbations)
    by_kind = {p.kind: p for p in asked}
    if len(by_kind) < len(asked):
        raise ImageError(
            tr("a kind of perturbation was given twice. Give one strength for each kind")
        )
    changed = picture if picture.mode == "RGB" else picture.convert("RGB")
    for kind in SCALES:
        if kind in by_kind and not by_kind[kind].is_none:
            changed = _apply(changed, kind, float(by_kind[kind].strength))
    return changed


def _apply(picture: Image.Image, kind: PerturbationKind, strength: float) -> Image.Image:
    if kind == "shift":
        return _shifted(picture, round(strength * picture.width))
    if kind == "crop":
        return _cropped(picture, strength)
    if kind == "blur":
        radius = strength / 100 * min(picture.size)
        return picture.filter(ImageFilter.GaussianBlur(radius))
    if kind == "brightness":
        return ImageEnhance.Brightness(picture).enhance(strength)
    if kind == "contrast":
        return ImageEnhance.Contrast(picture).enhance(strength)
    return _compressed(picture, round(strength))


def _shifted(picture: Image.Image, by: int) -> Image.Image:
    moved, mirrored = Image.new("RGB", picture.size), ImageOps.mirror(picture)
    moved.paste(mirrored, (by - picture.width if by > 0 else by + picture.width, 0))
    moved.paste(picture, (by, 0))
    return moved


def _cropped(picture: Image.Image, share: float) -> Image.Image:
    width, height = (max(1, round(side * share)) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")
