"""What is drawn is what was measured: indices, hatching, letters."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from senet_viz.figures.base import palette_images
from senet_viz.figures.base.theme import DARK, GATES, LIGHT, mode, rgb


@pytest.mark.parametrize("dark", [False, True])
def test_palette_has_the_map_then_page_to_ink(dark: bool) -> None:
    table, look = palette_images.colours(dark=dark), mode(dark)
    assert table.shape == (256, 3)
    assert tuple(table[0]) == rgb(GATES[0])
    assert tuple(table[palette_images.LEVELS - 1]) == rgb(GATES[-1])
    assert tuple(table[palette_images.PAGE]) == rgb(look.background)
    assert tuple(table[255]) == rgb(look.text)


def test_values_become_the_nearest_index_and_are_clipped() -> None:
    found = palette_images.value_indices(np.array([-9, 0, 1, 2, 9.0]), 0.0, 2.0)
    assert found.dtype == np.uint8
    assert found.tolist() == [0, 0, 120, 239, 239]


def test_a_range_of_no_width_divides_by_nothing() -> None:
    assert palette_images.value_indices(np.array([3.0, 4.0]), 3.0, 3.0).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [
        ((7, 7), (224, 224)),
        ((56, 56), (224, 224)),
        ((112, 112), (224, 224)),
        ((10, 40), (50, 200)),
        ((40, 10), (200, 50)),
        ((300, 300), (150, 150)),
        ((1, 500), (1, 167)),
    ],
)
def test_tiles_are_enlarged_by_whole_factors(
    shape: tuple[int, int], drawn: tuple[int, int]
) -> None:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    picture, words = palette_images.tile(values, 0.0, float(values.max()), side=224)
    assert picture.shape == drawn
    assert words == ""
    if max(shape) <= 224:
        factor = drawn[0] // shape[0]
        whole = palette_images.value_indices(values, 0.0, float(values.max()))
        np.testing.assert_array_equal(picture[::factor, ::factor], whole)
        np.testing.assert_array_equal(picture, np.kron(whole, np.ones((factor, factor), np.uint8)))


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "flat 0"), (0.12345, "flat 0.123"), (-2e-9, "flat -2e-09")]
)
def test_flat_maps_are_hatched(value: float, words: str) -> None:
    picture, said = palette_images.tile(np.full((7, 7), value), -1.0, 1.0, side=224)
    assert said == words
    assert set(np.unique(picture)) == {palette_images.HATCH_DARK, palette_images.HATCH_LIGHT}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_value_that_is_not_finite_hatches_the_map(value: float) -> None:
    values = np.arange(49, dtype=np.float32).reshape(7, 7)
    values[3, 3] = value
    picture, said = palette_images.tile(values, 0.0, 48.0, side=224)
    assert said == "not finite"
    assert picture.min() >= palette_images.LEVELS


def test_letters_the_font_lacks_become_question_marks() -> None:
    assert palette_images.fitted("ch 17 · 0.930", size=24, width=500) == "ch 17 · 0.930"
    assert palette_images.fitted("é中−", size=24, width=500) == "???"


@pytest.mark.parametrize("letter", sorted(palette_images.DRAWABLE - {" "}))
def test_every_letter_kept_is_in_the_font(letter: str) -> None:
    missing, drawn = (bytes(palette_images.font(24).getmask(c)) for c in ("\ufffe", letter))
    assert drawn != missing


def test_text_is_cut_to_its_width() -> None:
    short = palette_images.fitted("a caption much too long for its tile", size=24, width=200)
    assert short.endswith("…")
    assert palette_images.font(24).getlength(short) <= 200
    assert palette_images.fitted("", size=24, width=0) == ""


def test_writing_leaves_ink_and_keeps_its_place() -> None:
    canvas = palette_images.Canvas(120, 60)
    canvas.write("0.930", x=10, y=20, size=24)
    picture = np.asarray(Image.open(BytesIO(canvas.png(dark=False))).convert("L"))
    inked = np.argwhere(picture < 100)
    assert inked.size
    assert inked[:, 0].min() >= 20 and inked[:, 0].max() < 48
    assert inked[:, 1].min() >= 10 and inked[:, 1].max() < 90


@pytest.mark.parametrize(("dark", "page"), [(False, LIGHT), (True, DARK)])
def test_png_is_a_palette_of_its_mode(dark: bool, page: object) -> None:
    file = Image.open(BytesIO(palette_images.Canvas(4, 3).png(dark=dark)))
    assert (file.mode, file.size) == ("P", (4, 3))
    assert file.convert("RGB").getpixel((0, 0)) == rgb(mode(dark).background)
