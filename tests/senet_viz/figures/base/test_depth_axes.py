"""Stages read from names, and places along the strip."""

import numpy as np
import pytest

from senet_viz.figures.base.depth_axes import depth_axis, stages, without_shared_end

RESNET = [f"layer{s}.{i}.se" for s, n in ((1, 3), (2, 4), (3, 6), (4, 3)) for i in range(n)]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["layer1.0.se", "layer1.1.se", "layer2.0.se"], ("layer1", "layer1", "layer2")),
        (["blocks.0.0.se", "blocks.0.1.se", "blocks.2.0.se"], ("blocks.0", "blocks.0", "blocks.2")),
        (["m.s1.b1.se", "m.s1.b2.se", "m.s2.b1.se"], ("s1", "s1", "s2")),
        (["features.4.block.2", "features.5.block.2", "features.6.block.2"], None),
        (["layer1.0.se"], None),
        (["se", "se2"], None),
        (["a.se", "a.se"], None),
        (["", "x.y"], None),
    ],
)
def test_stages(names: list[str], found: tuple[str, ...] | None) -> None:
    assert stages(names) == found


def test_blocks_keep_their_order_with_gaps_between_stages() -> None:
    axis = depth_axis(RESNET)
    steps = np.diff(axis.positions)
    assert axis.positions.dtype == np.float32
    np.testing.assert_allclose(steps[[2, 6, 12]], 1.6, rtol=1e-6)
    np.testing.assert_allclose(np.delete(steps, [2, 6, 12]), 1, rtol=1e-6)
    assert axis.labels == ("1", "2", "3", "4")
    assert axis.title == "SE blocks by depth, layer1 to layer4"
    assert axis.ticks[0] == pytest.approx(axis.positions[:3].mean())


def test_without_stages_blocks_are_numbered_and_ticks_stay_few() -> None:
    axis = depth_axis([f"features.{i}.block" for i in range(139)])
    np.testing.assert_array_equal(axis.positions, np.arange(139))
    assert len(axis.ticks) <= 12
    assert axis.labels[0] == "1"
    assert [int(n) - 1 for n in axis.labels] == list(axis.ticks)


def test_stage_labels_of_different_kinds_stay_whole_and_literal() -> None:
    axis = depth_axis(["<i>.0", "<i>.1", "tail.0", "tail.1"])
    assert axis.labels == ("&lt;i&gt;", "tail")
    assert axis.title == "SE blocks by depth, &lt;i&gt; to tail"


def test_one_block_does_not_fill_the_page() -> None:
    first, last = depth_axis(["se"]).range
    assert last - first >= 6
    assert first < 0 < last


def test_all_blocks_are_in_the_range() -> None:
    axis = depth_axis(RESNET)
    assert axis.range[0] < axis.positions[0] - 0.5
    assert axis.range[1] > axis.positions[-1] + 0.5
    assert axis.layout["range"] == list(axis.range)


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["a.0.attn.se", "a.1.attn.se"], ("a.0", "a.1")),
        (["layer1.0.se"], ("layer1",)),
        (["se", "x.se"], ("se", "x.se")),
    ],
)
def test_shared_ends_are_dropped(names: list[str], short: tuple[str, ...]) -> None:
    assert without_shared_end(names) == short
