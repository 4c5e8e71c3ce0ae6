"""Attacked pictures stay within their grey levels and speak against the network's own answer."""

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.analysis.channel_use import Attack, channel_use, evenness
from senet_viz.experiments import attack

ATTACKS: tuple[Attack, ...] = ("fgsm", "pgd")


def margins(net: sv.models.Network, images: torch.Tensor, own: np.ndarray) -> np.ndarray:
    """The own class's score less the highest of the others."""
    logits = sv.capture(net.model, images, features="none").logits
    assert logits is not None
    rest = logits.copy()
    rest[np.arange(len(own)), own] = -np.inf
    return logits[np.arange(len(own)), own] - rest.max(1)


def test_within_its_levels_and_against_the_answer() -> None:
    net = sv.load_model("se_resnet18_imagenette")
    pictures = [sv.decode(sv.load_sample(name)) for name in ("china", "coffee")]
    images = torch.cat([net.preprocess(picture) for picture in pictures])
    before = sv.capture(net.model, images, features="none").logits
    assert before is not None
    own = before.argmax(1)
    found = {kind: attack(net, images, kind=kind, epsilon=2) for kind in ATTACKS}
    std = torch.tensor(net.preprocess.std)[:, None, None]
    for changed in found.values():
        apart = ((changed - images) * std * 255).abs()
        assert 1.5 < float(apart.max()) <= 2.001
        assert (margins(net, changed, own) < margins(net, images, own)).all()
        pixels = changed * std + torch.tensor(net.preprocess.mean)[:, None, None]
        assert float(pixels.min()) >= -1e-5 and float(pixels.max()) <= 1 + 1e-5
    fgsm, pgd = (margins(net, found[kind], own) for kind in ATTACKS)
    assert (pgd < fgsm).all()
    assert all(parameter.grad is None for parameter in net.model.parameters())


def test_no_change_and_no_such_change() -> None:
    net = sv.load_model("se_resnet18_imagenette")
    image = net.preprocess(sv.decode(sv.load_sample("china")))
    torch.testing.assert_close(attack(net, image, epsilon=0), image, atol=1e-5, rtol=0)
    with pytest.raises(sv.CaptureError, match="give 0 or more"):
        attack(net, image, epsilon=-1)
    with pytest.raises(sv.CaptureError, match="give 1 or more"):
        attack(net, image, steps=0)


def test_evenness_by_hand() -> None:
    shares = np.array([0.5, 0.25, 0.25])
    by_hand = -(shares * np.log(shares)).sum() / np.log(3)
    found = evenness(np.array([[2.0, 1.0, 1.0], [0.0, 0.0, 0.0], [3.0, 3.0, 3.0]]))
    np.testing.assert_allclose(found, [by_hand, np.nan, 1])
    net = sv.load_model("se_resnet18_imagenette")
    seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    use, last = channel_use(seen), seen[-1]
    assert last.features is not None
    size = np.abs(last.features * last.factor[:, :, None, None]).mean((2, 3))
    assert use.features[0, -1] == pytest.approx(evenness(size.astype(np.float64))[0], abs=1e-5)
    assert use.magnitude[0, -1] == pytest.approx(size.mean(), rel=1e-4)
