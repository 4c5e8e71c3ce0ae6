"""A control has learned nothing, is not trivial, and leaves what it was made from alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.core.translation import again, speaking, tr
from senet_viz.experiments.null_controls import noise_picture, random_copy, random_network
from senet_viz.models.network import Network, untrained
from senet_viz.models.residual import build


def weights(model: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


@pytest.fixture(scope="module")
def trained() -> Network:
    return sv.load_model("se_resnet18_imagenette")


@pytest.fixture(scope="module")
def pictures(trained: Network) -> Tensor:
    return torch.cat(
        [
            trained.preprocess(sv.decode(sv.load_sample(s)))
            for s in ("china", "chelsea", "coffee", "flower")
        ]
    )


def test_noise_has_the_distribution_it_says_and_a_seed() -> None:
    noise = np.asarray(noise_picture((120, 80), seed=3))
    assert noise.shape == (80, 120, 3)
    assert (noise.min(), noise.max()) == (0, 255)
    assert np.histogram(noise, bins=8, range=(0, 256))[0] == pytest.approx(noise.size / 8, rel=0.1)
    neighbours = np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]
    assert abs(neighbours) < 0.02
    assert np.array_equal(noise, noise_picture((120, 80), seed=3))
    assert not np.array_equal(noise, noise_picture((120, 80), seed=4))


def test_noise_of_no_size_is_refused() -> None:
    with pytest.raises(sv.ImageError, match="0 x 5 px was asked for"):
        noise_picture((0, 5))


def test_every_weight_of_the_copy_is_new_and_the_given_model_stays(
    trained: Network, pictures: Tensor
) -> None:
    before, state = weights(trained.model), torch.random.get_rng_state()
    copy = random_copy(trained.model, pictures, seed=1)
    after = weights(trained.model)
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(state, torch.random.get_rng_state())
    kept = [n for n, t in weights(copy).items() if t.numel() > 1 and torch.equal(t, before[n])]
    assert kept == []
    assert all(t.isfinite().all() for t in copy.state_dict().values())


def test_the_seed_decides_and_what_was_learned_does_not(trained: Network, pictures: Tensor) -> None:
    one = weights(random_copy(trained.model, pictures, seed=1))
    same = weights(random_copy(build("se", seed=9), pictures, seed=1))
    other = weights(random_copy(trained.model, pictures, seed=2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["conv1.weight"], other["conv1.weight"])


def test_gates_of_the_copy_differ_between_pictures_at_every_depth(
    trained: Network, pictures: Tensor
) -> None:
    seen = sv.capture(random_copy(trained.model, pictures), pictures, features="none")
    assert min(a.excitation.std(0).mean() for a in seen) > 0.005
    assert {a.proof for a in seen} == {"verified"}
    bare = sv.capture(random_copy(trained.model), pictures, features="none")
    assert bare[-1].excitation.std(0).mean() < 0.001  # why statistics are counted


def test_counted_statistics_are_those_of_the_given_pictures(pictures: Tensor) -> None:
    copy = random_copy(build("se"), pictures)
    inner = copy.get_submodule("conv1")(pictures)
    assert copy.get_buffer("bn1.running_mean") == pytest.approx(
        inner.mean((0, 2, 3)).detach(), abs=1e-5
    )
    assert copy.get_buffer("bn1.running_var") == pytest.approx(
        inner.var((0, 2, 3)).detach(), rel=1e-4
    )
    assert copy.get_submodule("bn1").momentum == 0.1
    assert not any(m.training for m in copy.modules())


class Scaled(nn.Module):
    """A network with parameters and trained buffers that no layer resets."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.full((3,), 7.0))
        self.shift_bias = nn.Parameter(torch.full((3,), 7.0))
        self.places = nn.Parameter(torch.full((4, 5), 7.0))
        self.register_buffer("running_mean", torch.full((3,), 7.0))
        self.register_buffer("window", torch.full((3,), 7.0))


def test_what_no_layer_resets_is_reset_all_the_same() -> None:
    copy = random_copy(Scaled())
    assert copy.gain.tolist() == [1, 1, 1]
    assert copy.shift_bias.tolist() == [0, 0, 0]
    assert copy.running_mean.tolist() == [0, 0, 0]
    assert 0.005 < copy.places.std() < 0.05
    assert copy.window.tolist() == [7, 7, 7]  # structure, not learned


def test_hooks_are_not_copied_and_stay_where_they_were() -> None:
    model, calls = build("se").train(), []
    model.layer1.register_forward_hook(lambda *_: calls.append(1))
    model.layer1[0].se.reduce.register_forward_pre_hook(lambda *_: calls.append(2))
    copy = random_copy(model)
    copy(torch.zeros(1, 3, 64, 64))
    assert calls == []
    assert model.training
    model(torch.zeros(2, 3, 64, 64))
    assert sorted(calls) == [1, 2]


def test_pictures_it_cannot_run_on_are_refused() -> None:
    with pytest.raises(sv.CaptureError, match="cannot be counted"):
        random_copy(build("se"), torch.zeros(2, 1, 64, 64))


def test_a_random_network_claims_nothing(trained: Network) -> None:
    picture = sv.decode(sv.load_sample("china"))
    net = random_network(trained, [picture, picture.rotate(90)])
    assert (net.trained, net.accuracy, net.sha256, net.reference) == (False, None, "", None)
    assert net.title == f"{trained.title}, random weights"
    assert net.labels == trained.labels
    assert net.notes[1] == "Its BatchNorm statistics were counted on 2 pictures."
    assert trained.trained and trained.reference is not None


def test_the_copy_has_the_networks_title_in_every_language(trained: Network) -> None:
    mine = replace(trained, title=tr("{title}, weights from {path}", title="A", path="b.pth"))
    copy, again_copied = random_network(mine, []), random_network(random_network(mine, []), [])
    assert copy.title == again_copied.title == "A, weights from b.pth, random weights"
    assert random_network(untrained(mine), []).title == copy.title
    with speaking("zh"):
        assert again(copy.title) == "A，权重来自 b.pth，随机权重"
        assert again(untrained(mine).bare_title) == "A，权重来自 b.pth"
