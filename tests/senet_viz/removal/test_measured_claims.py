"""Claims that need passes: their numbers are those of the underlying measurements."""

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.analysis.channel_use import channel_use
from senet_viz.experiments.adversarial import attack
from senet_viz.experiments.pooling_removal import accuracy_without_pooling
from senet_viz.removal import MEASURED, measure_claim, measured_claims
from tests.scene_networks import segmenter

PICTURES = 4


@pytest.fixture(scope="module")
def net() -> sv.models.Network:
    return sv.load_model("se_resnet18_imagenette")


@pytest.fixture(scope="module")
def batches(net: sv.models.Network) -> list[measured_claims.Batch]:
    names = ("china", "flower", "chelsea", "coffee")
    return [(net.preprocess(sv.decode(sv.load_sample(name))), None) for name in names]


def test_seven_rows_against_the_whole_map(
    net: sv.models.Network, batches: list[measured_claims.Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = measure_claim(net, "context", batches)
    assert few.verdict == "cannot be compared" and np.isnan(few.value)
    assert f"{PICTURES} pictures are too few for a verdict" in few.sentence
    monkeypatch.setattr(measured_claims, "ENOUGH", PICTURES)
    found = measure_claim(net, "context", batches)
    answers = [sv.capture(net.model, x).logits.argmax(1) for x, _ in batches]
    judged = [(x, a) for (x, _), a in zip(batches, answers, strict=True)]
    *_, expected = accuracy_without_pooling(net.model, judged, "layer4.1.se", rows=7)
    assert expected.accuracy == 1 and found.value == expected.change(1)
    assert found.verdict == ("agrees" if found.high >= 0 else "differs")


def test_evenness_of_attacked_pictures(
    net: sv.models.Network, batches: list[measured_claims.Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured_claims, "ENOUGH", 2)
    found = measure_claim(net, "uniform", batches[:2])
    changes = []
    for image, _ in batches[:2]:
        before, after = (
            channel_use(sv.capture(net.model, x)).features[0, -1]
            for x in (image, attack(net, image, epsilon=4))
        )
        changes.append(after - before)
    assert found.value == pytest.approx(np.mean(changes), abs=1e-9)
    assert found.low < found.value < found.high
    assert (found.verdict == "agrees") <= (found.low > 0)


def test_channels_are_judged_on_pictures_they_were_not_ranked_on(
    net: sv.models.Network, batches: list[measured_claims.Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured_claims, "ENOUGH", 2)
    found = measure_claim(net, "pruning", batches)
    assert "of 2 pictures are answered" in found.sentence
    assert -1 <= found.value <= 1 and found.verdict in ("agrees", "differs")
    assert "others for judging" in measure_claim(net, "pruning", batches[:1]).sentence


def test_a_network_without_scores_is_told_why() -> None:
    images = torch.rand(2, 3, 32, 32)
    found = [measure_claim(segmenter(), claim, [(images, None)]) for claim in MEASURED]
    assert {each.verdict for each in found} == {"cannot be compared"}
    assert "one score a class" in found[0].sentence
    assert "no score a class" in found[1].sentence
