"""Every perturbation does what its unit says, in the stated order, and none is none."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

import senet_viz as sv
from senet_viz.core.records import PerturbationKind
from senet_viz.pictures.perturbations import SCALES, Perturbation, perturb


@pytest.fixture(scope="module")
def china() -> Image.Image:
    return sv.decode(sv.load_sample("china"))


@pytest.fixture
def ramp() -> Image.Image:
    """40 x 20 px: the red value is twice the column, the green value the row, blue 100."""
    columns, rows = np.meshgrid(np.arange(40), np.arange(20))
    return Image.fromarray(np.stack([2 * columns, rows, np.full_like(rows, 100)], 2).astype("u1"))


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(int)


def test_no_perturbation_leaves_every_pixel(china: Image.Image) -> None:
    none = [Perturbation(kind, scale.none) for kind, scale in SCALES.items()]
    assert all(p.is_none for p in none)
    assert perturb(china, none).tobytes() == china.tobytes()


@pytest.mark.parametrize("kind", SCALES)
def test_every_sweep_holds_none_and_ends_where_its_slider_ends(kind: PerturbationKind) -> None:
    scale = SCALES[kind]
    assert scale.none in scale.sweep
    assert list(scale.sweep) == sorted(scale.sweep)
    assert (scale.sweep[0], scale.sweep[-1]) == (scale.low, scale.high)
    assert 7 <= len(scale.sweep) <= 9


def test_brightness_is_a_factor(ramp: Image.Image) -> None:
    half = pixels(perturb(ramp, [Perturbation("brightness", 0.5)]))
    assert np.abs(half - pixels(ramp) / 2).max() <= 1


def test_contrast_is_a_factor_round_the_mean_grey(ramp: Image.Image) -> None:
    grey = round(pixels(ramp.convert("L")).mean())
    half = pixels(perturb(ramp, [Perturbation("contrast", 0.5)]))
    assert np.abs(half - (grey + (pixels(ramp) - grey) / 2)).max() <= 1


def test_blur_does_not_depend_on_the_size_of_the_file(china: Image.Image) -> None:
    small = china.resize((china.width // 2, china.height // 2), Image.Resampling.BOX)
    strong = [Perturbation("blur", 3)]
    one = perturb(china, strong).resize(small.size, Image.Resampling.BOX)
    assert np.abs(pixels(one) - pixels(perturb(small, strong))).mean() < 1
    radius = 0.03 * min(china.size)
    assert perturb(china, strong) == china.filter(ImageFilter.GaussianBlur(radius))


def test_crop_keeps_the_centre(ramp: Image.Image) -> None:
    kept = perturb(ramp, [Perturbation("crop", 0.5)])
    assert np.array_equal(pixels(kept), pixels(ramp)[5:15, 10:30])


@pytest.mark.parametrize(("share", "by"), [(0.25, 10), (-0.25, -10)], ids=["right", "left"])
def test_shift_moves_and_mirrors(ramp: Image.Image, share: float, by: int) -> None:
    moved, given = pixels(perturb(ramp, [Perturbation("shift", share)])), pixels(ramp)
    mirrored = np.pad(given, ((0, 0), (10, 10), (0, 0)), mode="symmetric")
    assert np.array_equal(moved, mirrored[:, 10 - by : 50 - by])


def test_jpeg_costs_more_at_lower_quality(china: Image.Image) -> None:
    lost = [
        np.abs(pixels(perturb(china, [Perturbation("jpeg", q)])) - pixels(china)).mean()
        for q in (95, 30, 5)
    ]
    assert 0 < lost[0] < lost[1] < lost[2]


def test_several_are_applied_in_the_stated_order(ramp: Image.Image) -> None:
    both = [Perturbation("crop", 0.5), Perturbation("shift", 0.25)]
    one_by_one = perturb(perturb(ramp, both[1:]), both[:1])
    assert perturb(ramp, both) == perturb(ramp, both[::-1]) == one_by_one
    assert perturb(perturb(ramp, both[:1]), both[1:]) != one_by_one


def test_what_there_is_not_is_refused_with_what_there_is(ramp: Image.Image) -> None:
    with pytest.raises(sv.ImageError, match=r"blur of 9 was asked for\. Give 0 to 4"):
        Perturbation("blur", 9)
    with pytest.raises(sv.ImageError, match=r"no perturbation 'fog'\. There are shift, crop"):
        Perturbation("fog", 1)  # type: ignore[arg-type]
    with pytest.raises(sv.ImageError, match="twice"):
        perturb(ramp, [Perturbation("crop", 0.5), Perturbation("crop", 1)])
