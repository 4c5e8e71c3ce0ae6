"""Mosaics, ranges, overlays: the colour at a place is that of the value there."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from senet_viz.core.errors import BlockError
from senet_viz.figures.base.palette_images import LEVELS, colours
from senet_viz.figures.base.theme import DARK, GATES, GATES_PALETTE, LIGHT, mode, rgb
from senet_viz.figures.block.feature_maps import (
    GAP,
    LINE,
    SCALE,
    Scope,
    colour_range,
    ends_of,
    focus_map,
    mosaic,
    overlay,
    range_words,
    single_map,
)

SCOPES: tuple[Scope, ...] = ("map", "pair", "block", "fixed", "network")


def expected(value: float, low: float, high: float) -> tuple[int, ...]:
    """The palette's colour for a value."""
    share = min(max((value - low) / (high - low), 0), 1)
    return tuple(int(v) for v in colours(dark=False)[round(share * (LEVELS - 1))])


def ramps(count: int, *, height: int = 7, width: int = 7) -> np.ndarray:
    """Maps of their own: map i runs from i to i + 1."""
    ramp = np.linspace(0, 1, height * width, dtype=np.float32).reshape(height, width)
    return ramp + np.arange(count, dtype=np.float32)[:, None, None]


# --- mosaic -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(7, 7), (14, 14), (56, 56), (112, 112), (7, 14)])
@pytest.mark.parametrize("dark", [False, True])
def test_pixels_have_the_colour_of_their_value(
    make: Any, size: tuple[int, int], dark: bool
) -> None:
    maps = ramps(6, height=size[0], width=size[1])
    drawn = mosaic(maps, captions=["x"] * 6, low=0.0, high=6.0, columns=4, dark=dark)
    picture = make.pixels(drawn.png)
    factor, row_height = 224 // max(size), 224 // max(size) * size[0]
    for i in range(6):
        left = SCALE + i % 4 * (224 + GAP * SCALE)
        top = SCALE + i // 4 * (row_height + (LINE + GAP) * SCALE)
        for row, column in ((0, 0), (size[0] - 1, size[1] - 1), (size[0] // 2, size[1] // 3)):
            for inset in (0, factor - 1):
                seen = picture[top + row * factor + inset, left + column * factor + inset]
                assert tuple(seen) == expected(maps[i, row, column], 0, 6)


def test_each_map_on_its_own_range(make: Any) -> None:
    maps = ramps(2)
    low, high = colour_range(maps, scope="map", block_maps=maps)
    picture = make.pixels(
        mosaic(maps, captions=["", ""], low=low, high=high, columns=2, dark=False).png
    )
    for left in (SCALE, SCALE + 224 + GAP * SCALE):
        assert tuple(picture[SCALE, left]) == rgb(GATES[0])
        assert tuple(picture[SCALE + 223, left + 223]) == rgb(GATES[-1])


@pytest.mark.parametrize(
    ("count", "columns", "shape"), [(1, 4, (1, 1)), (8, 4, (2, 4)), (5, 2, (3, 2))]
)
def test_size_on_the_page_is_half_the_png(
    make: Any, count: int, columns: int, shape: tuple[int, int]
) -> None:
    drawn = mosaic(
        ramps(count), captions=["x"] * count, low=0.0, high=9.0, columns=columns, dark=False
    )
    rows, across = shape
    assert drawn.width == across * (112 + GAP) - GAP + 2
    assert drawn.height == rows * (112 + LINE + GAP) - GAP + 2
    assert make.pixels(drawn.png).shape == (drawn.height * SCALE, drawn.width * SCALE, 3)
    assert Image.open(BytesIO(drawn.png)).mode == "P"


@pytest.mark.parametrize("dark", [False, True])
def test_captions_are_printed_below_their_tile(make: Any, dark: bool) -> None:
    texts = ["ch 17 · 0.930", "", "ch 1023 · 0.004"]
    drawn = mosaic(ramps(3), captions=texts, low=0.0, high=3.0, columns=3, dark=dark)
    below = make.pixels(drawn.png)[SCALE + 224 + SCALE :].astype(int)
    away = np.abs(below - np.array(rgb(mode(dark).background))).sum(axis=2)
    step = 224 + GAP * SCALE
    inked = [(away[:, i * step : (i + 1) * step] > 100).sum() for i in range(3)]
    assert inked[1] == 0
    assert 200 < inked[0] < inked[2]
    assert (away[-SCALE:] == 0).all()  # no letter is cut off at the lower edge


def test_a_long_caption_stays_off_its_neighbour(make: Any) -> None:
    drawn = mosaic(ramps(2), captions=["w" * 99, ""], low=0.0, high=2.0, columns=2, dark=False)
    below = make.pixels(drawn.png)[SCALE + 224 + SCALE :, 224 + GAP * SCALE :]
    assert (below == 255).all()


def test_flat_and_broken_maps_are_hatched_and_named(make: Any) -> None:
    maps = ramps(3)
    maps[0], maps[1, 2, 2] = 0.5, np.nan
    drawn = mosaic(maps, captions=["a", "b", "c"], low=0.0, high=3.0, columns=3, dark=False)
    assert drawn.alt.endswith("a (flat 0.5), b (not finite), c.")
    picture = make.pixels(drawn.png)
    for left in (SCALE, SCALE + 224 + GAP * SCALE):
        corner = picture[SCALE : SCALE + 40, left : left + 40].reshape(-1, 3)
        assert len(np.unique(corner, axis=0)) == 2
        assert np.ptp(corner.astype(int), axis=1).max() < 20  # grey


def test_very_flat_maps_leave_room_for_the_word(make: Any) -> None:
    drawn = mosaic(
        np.zeros((1, 1, 60), np.float32), captions=["x"], low=0.0, high=0.0, columns=1, dark=False
    )
    assert drawn.height >= 2 * LINE
    assert (make.pixels(drawn.png) < 100).any()


def test_alt_has_range_and_captions() -> None:
    drawn = mosaic(
        ramps(2),
        captions=["ch 3 · 0.900", "ch 5 · 0.100"],
        low=-0.5,
        high=2.0,
        columns=2,
        dark=False,
    )
    assert drawn.alt == (
        "2 feature maps, 2 to a row, colours from −0.5 to 2: ch 3 · 0.900, ch 5 · 0.100."
    )
    assert (drawn.low, drawn.high) == (-0.5, 2.0)


def test_palette_pngs_are_small() -> None:
    maps = np.random.default_rng(0).normal(size=(16, 14, 14)).astype(np.float32)
    drawn = mosaic(maps, captions=["x"] * 16, low=-3.0, high=3.0, columns=8, dark=False)
    assert len(drawn.png) < 40_000


def test_nothing_to_draw_is_told() -> None:
    with pytest.raises(BlockError, match="choose at least one channel"):
        mosaic(ramps(0), captions=[], low=0.0, high=1.0, columns=4, dark=False)


def test_captions_must_fit_the_maps() -> None:
    with pytest.raises(ValueError, match="zip"):
        mosaic(ramps(2), captions=["only one"], low=0.0, high=1.0, columns=4, dark=False)


# --- ranges -------------------------------------------------------------------------------------


def test_scopes() -> None:
    block = np.concatenate([ramps(2) + 1, -ramps(1)])  # 1..2, 2..3, 0..-1
    shown = block[:2]
    low, high = colour_range(shown, scope="map", block_maps=block)
    np.testing.assert_array_equal(np.stack([low, high]), [[1, 2], [2, 3]])
    low, high = colour_range(shown, scope="pair", block_maps=block)
    np.testing.assert_array_equal(np.stack([low, high]), [[0, 0], [2, 3]])
    assert colour_range(shown, scope="block", block_maps=block) == (-1.0, 3.0)
    low, high = colour_range(shown, scope="fixed", block_maps=block)
    assert (low, high) == tuple(np.percentile(block, [0.5, 99.5]))
    other = 7 * ramps(1, height=3, width=3)
    ends = ends_of([block, other])
    assert colour_range(shown, scope="network", block_maps=ends) == (-1.0, 7.0)


@pytest.mark.parametrize("scope", ["pair", "block", "fixed"])
@pytest.mark.parametrize("sign", [1, -1])
def test_zero_is_held_where_no_map_reaches_it(scope: Scope, sign: int) -> None:
    block = sign * (ramps(2) + 1)
    low, high = colour_range(block, scope=scope, block_maps=block)
    assert np.all(np.asarray(low if sign > 0 else high) == 0)
    assert np.all(np.asarray(high if sign > 0 else low) != 0)


@pytest.mark.parametrize("scope", ["pair", "block", "fixed"])
def test_the_range_before_the_gate_fits_after_it(scope: Scope) -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(1, 1, (8, 7, 7))
    after = before * rng.random((8, 1, 1))
    low, high = colour_range(before, scope=scope, block_maps=before)
    tails = 0.02 if scope == "fixed" else 0
    inside = (after >= np.reshape(low, (-1, 1, 1))) & (after <= np.reshape(high, (-1, 1, 1)))
    assert inside.mean() >= 1 - tails
    assert np.all(np.asarray(low) <= 0) and np.all(np.asarray(high) >= 0)


def test_one_peak_does_not_darken_the_fixed_range() -> None:
    block = np.random.default_rng(0).random((16, 14, 14))
    block[0, 0, 0] = 1000
    assert colour_range(block, scope="block", block_maps=block)[1] == 1000
    assert float(colour_range(block, scope="fixed", block_maps=block)[1]) <= 1


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_ranges_of_nothing(scope: Scope, value: float) -> None:
    block = np.full((2, 3, 3), value)
    low, high = colour_range(block, scope=scope, block_maps=block)
    assert not np.any(low) and not np.any(high)


def test_range_in_words() -> None:
    assert range_words(-0.375, 3.2149) == "−0.375 to 3.21"
    assert range_words(0.0, 12345.6) == "0 to 12\u202f346"
    own = np.array([0.0, 1.0])
    assert range_words(own, own + 1) == "each map's own lowest to its own highest value"


# --- one map ------------------------------------------------------------------------------------


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (30, 40, 3)).astype(np.uint8)


def test_overlay_of_no_opacity_is_the_picture(make: Any) -> None:
    bare = overlay(picture(), ramps(1)[0], opacity=0.0, low=0.0, high=1.0)
    np.testing.assert_array_equal(make.pixels(bare), picture())


def test_overlay_of_full_opacity_is_the_map(make: Any) -> None:
    covered = make.pixels(overlay(picture(), ramps(1)[0], opacity=1.0, low=0.0, high=1.0))
    assert tuple(covered[0, 0]) == tuple(GATES_PALETTE[0])
    assert tuple(covered[-1, -1]) == tuple(GATES_PALETTE[-1])


def test_overlay_mixes(make: Any) -> None:
    black = np.zeros((8, 8, 3), np.uint8)
    half = make.pixels(overlay(black, np.ones((2, 2)), opacity=0.5, low=0.0, high=1.0))
    np.testing.assert_allclose(half[4, 4], np.array(GATES_PALETTE[-1]) / 2, atol=1)


def test_overlay_keeps_the_picture_where_the_map_is_broken(make: Any) -> None:
    broken = np.full((2, 2), np.nan)
    bare = overlay(picture(), broken, opacity=1.0, low=0.0, high=1.0)
    np.testing.assert_array_equal(make.pixels(bare), picture())
    flat = overlay(picture(), np.ones((2, 2)), opacity=0.5, low=1.0, high=1.0)
    assert make.pixels(flat).shape == (30, 40, 3)


def test_overlay_stands_upright(make: Any) -> None:
    bright = np.zeros((2, 2), np.float32)
    bright[0, 1] = 1  # upper right
    seen = make.pixels(overlay(picture() * 0, bright, opacity=1.0, low=0.0, high=1.0)).sum(axis=2)
    assert seen[0, -1] > 2 * max(seen[0, 0], seen[-1, 0], seen[-1, -1])


def test_single_map(make: Any) -> None:
    values = ramps(1)[0]
    large = make.pixels(single_map(values, low=0.0, high=1.0, size=70))
    assert large.shape == (140, 140, 3)
    assert tuple(large[0, 139]) == expected(values[0, 6], 0, 1)
    assert tuple(large[139, 0]) == expected(values[6, 0], 0, 1)


@pytest.mark.parametrize(("dark", "look"), [(False, LIGHT), (True, DARK)])
def test_single_map_says_when_it_is_flat(make: Any, dark: bool, look: Any) -> None:
    flat = make.pixels(single_map(np.zeros((7, 7)), low=0.0, high=1.0, dark=dark))
    assert (flat == np.array(rgb(look.text))).all(axis=2).any()


def test_focus_map_holds_the_values(make: Any, columns_agree: Any) -> None:
    values = ramps(1, height=3, width=4)[0]
    chart = focus_map(values, channel=17, low=-1.0, high=2.0, dark=False)
    (heat,) = make.sent(chart.figure)["data"]
    np.testing.assert_array_equal(heat["z"], values)
    assert heat["z"].dtype == np.float32
    assert (heat["zmin"], heat["zmax"]) == (-1, 2)
    assert chart.figure.layout.yaxis.autorange == "reversed"
    assert chart.title == "Channel 17 is highest at row 2, column 3: 1.000"
    assert columns_agree(chart.table)
    at = chart.table["row"] * 4 + chart.table["column"]
    np.testing.assert_array_equal(values.ravel()[at], chart.table["value"])


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_focus_on_nothing(value: float) -> None:
    chart = focus_map(np.full((7, 7), value), channel=0, low=0.0, high=0.0, dark=True)
    assert chart.figure.data[0].zmax > chart.figure.data[0].zmin
    assert ("no finite" if np.isnan(value) else "flat: 0.000") in chart.title
