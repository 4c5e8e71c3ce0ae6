"""The crop of a channel: the very pixels that the place which counts most sees."""

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.analysis.exemplars import At
from senet_viz.experiments import exemplar

BLOCK = "layer2.0.se"


@pytest.mark.parametrize("at", ["account", "activation"])
def test_it_is_cut_where_the_channel_counts_most(at: At) -> None:
    net, picture = sv.load_model("se_resnet18_imagenette"), sv.decode(sv.load_sample("china"))
    batch = net.preprocess(picture)
    seen = sv.capture(net.model, batch)[BLOCK]
    found = exemplar(net, picture, BLOCK, 7, at=at)
    account = sv.explain_gate_by_place(seen, 7).map
    values = account if at == "account" else seen.require_features()[0, 7]
    assert found.value == pytest.approx(values.max())
    assert found.place == tuple(np.argwhere(values == values.max())[0])
    field = sv.hooks.receptive_fields(net.model, batch)[BLOCK]
    rows, columns = field.of(found.place)
    expected = net.preprocess.pixels(batch)[0][rows, columns]
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.share == pytest.approx(expected.size / net.preprocess.pixels(batch)[0].size)


def test_no_such_channel_is_told() -> None:
    net, picture = sv.load_model("se_resnet18_imagenette"), sv.decode(sv.load_sample("china"))
    with pytest.raises(sv.BlockError, match="has channels 0 to"):
        exemplar(net, picture, BLOCK, 9999)
