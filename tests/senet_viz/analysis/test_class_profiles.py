"""Which blocks, channels and classes the paper's figure shows."""

import numpy as np

from senet_viz.analysis.class_profiles import (
    last_of_stages,
    mean_of_classes,
    paper_blocks,
    paper_names,
    sampled_channels,
)
from tests.senet_viz.made_moments import moments_of


def resnet(*counts: int, end: str = "se_module") -> list[str]:
    return [f"layer{s + 1}.{b}.{end}" for s, count in enumerate(counts) for b in range(count)]


def test_the_papers_layers_of_an_se_resnet_50() -> None:
    assert paper_blocks(resnet(3, 4, 6, 3)) == tuple(
        f"layer{place}.se_module" for place in ("1.2", "2.3", "3.5", "4.0", "4.1", "4.2")
    )
    names = paper_names(resnet(3, 4, 6, 3, end="se"))
    assert names["layer1.2.se"] == "SE_2_3"
    assert names["layer4.0.se"] == "SE_5_1"
    assert len(names) == 16


def test_other_networks_carry_none_of_the_papers_names() -> None:
    for blocks in (resnet(2, 2, 2, 2), resnet(3, 4, 23, 3), resnet(3, 4, 6, 3)[1:], ["features.1"]):
        assert paper_names(blocks) == {}
        assert paper_blocks(blocks) == ()


def test_elsewhere_the_last_of_each_stage_and_all_of_the_last() -> None:
    blocks = resnet(2, 3, 2)
    stages = [name.split(".")[0] for name in blocks]
    assert last_of_stages(blocks, stages) == tuple(
        f"layer{place}.se_module" for place in ("1.1", "2.2", "3.0", "3.1")
    )
    assert last_of_stages(list("abcdefg"), None) == ("a", "c", "e", "g")
    assert last_of_stages(["a"], None) == ("a",)


def test_fifty_channels_from_the_first_to_the_last() -> None:
    at = sampled_channels(2048)
    assert at[0] == 0
    assert at[-1] == 2047
    assert len(set(at.tolist())) == 50
    assert np.ptp(np.diff(at)) <= 1
    assert sampled_channels(32).tolist() == list(range(32))


def test_every_class_counts_the_same_in_the_reference() -> None:
    moments = moments_of([[0.2], [0.2], [0.2], [0.8]], [0, 0, 0, 2], classes=4)
    np.testing.assert_allclose(mean_of_classes(moments), [0.5])
