"""branch_shares() gives what the modules' own softmaxes gave."""

import numpy as np
import pytest
import timm
import torch

import senet_viz as sv
from senet_viz.hooks import branch_shares
from tests.randomise_norms import randomise_norms

# name, what in its module gives the softmax
NETWORKS = {"skresnet18": "attn", "resnest14d": "rsoftmax"}


@pytest.mark.parametrize("name", NETWORKS)
def test_they_are_the_softmaxes_own(name: str) -> None:
    model = randomise_norms(timm.create_model(name)).eval()
    image = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    expected = {}
    for path, module in model.named_modules():
        if path.endswith(f".{NETWORKS[name]}"):
            owner = path.rpartition(".")[0]
            module.register_forward_hook(
                lambda _m, _i, out, owner=owner: expected.update({owner: out.detach().clone()})
            )
    found = branch_shares(model, image)
    assert [each.name for each in found] == list(expected) and len(found) >= 4
    for each in found:
        wanted = expected[each.name].reshape(2, each.branches, -1).numpy()
        np.testing.assert_array_equal(each.shares, wanted)
        np.testing.assert_allclose(each.shares.sum(1), 1, atol=1e-6)
        assert each.shares.std() > 1e-3 and not np.array_equal(*each.shares)
        np.testing.assert_allclose(each.mean(1), wanted[1].mean(1), atol=1e-6)


def test_a_network_without_any_is_told() -> None:
    model = sv.load_model("se_resnet18_imagenette").model
    with pytest.raises(sv.BlockError, match="no softmax over branches"):
        branch_shares(model, torch.rand(1, 3, 64, 64))
