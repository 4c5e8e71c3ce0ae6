"""Charts of branches draw the shares they are given."""

import numpy as np

from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.figures.block.branch_shares import branches_by_channel, branches_by_depth

FIRST = np.array([0.25, 0.95, 0.5], np.float32)
FOUND = [
    BranchShares("layer1.0.conv", "timm SelectiveKernel", np.stack([FIRST, 1 - FIRST])[None]),
    BranchShares("layer2.0.conv", "timm SplitAttn", np.full((1, 4, 5), 0.25, np.float32)),
]


def test_channels_are_in_the_order_of_the_first_branch() -> None:
    chart = branches_by_channel(FOUND[0], image=0, dark=False)
    first, second = chart.figure.data
    assert list(first.customdata) == [1, 2, 0]
    np.testing.assert_allclose(first.y, [0.95, 0.5, 0.25])
    np.testing.assert_allclose(np.add(first.y, second.y), 1)
    assert "branch 1 has the largest share, 56.7%" in chart.title and "33%" in chart.title


def test_every_module_has_a_mark_for_each_of_its_branches() -> None:
    chart = branches_by_depth(FOUND, image=0, picked="layer2.0.conv", dark=False)
    assert [list(trace.customdata) for trace in chart.figure.data] == [
        ["layer1.0.conv", "layer2.0.conv"],
        ["layer1.0.conv", "layer2.0.conv"],
        ["layer2.0.conv"],
        ["layer2.0.conv"],
    ]
    np.testing.assert_allclose(chart.figure.data[0].y, [FIRST.mean(), 0.25], rtol=1e-6)
    assert chart.title.startswith("Shares differ most between the channels of layer1.0.conv")
