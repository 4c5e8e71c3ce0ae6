"""Stored weights are what the cards say: hashes, accuracy on real pictures, statistics."""

from pathlib import Path

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.models.embedded import ASSETS, VERSION_OF, asset_paths, read_card
from senet_viz.models.residual import build
from senet_viz.models.weights import file_sha256
from senet_viz.training.data import Split, load_split
from senet_viz.training.publish import gate_statistics, measure
from tests.conftest import randomise_norms
from tests.shared_material import shared


def test_statistics_equal_numpys_on_all_pictures_at_once() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (37, 3, 64, 64), generator=generator, dtype=torch.uint8)
    labels = torch.arange(37) % 10
    network = randomise_norms(build("se", seed=1)).eval()
    statistics = gate_statistics(network, Split(pictures, labels), batch=8)
    from senet_viz.training.augment import normalise

    gates = sv.capture(network, normalise(pictures), features="none")["layer3.1.se"].excitation
    for k in (0, 7):
        own = gates[labels == k]
        np.testing.assert_allclose(statistics.mean["layer3.1.se"][k], own.mean(0), rtol=1e-5)
        np.testing.assert_allclose(
            statistics.variance["layer3.1.se"][k], own.var(0), rtol=1e-3, atol=1e-9
        )
    assert statistics.count.tolist() == torch.bincount(labels).tolist()


@pytest.mark.parametrize("name", VERSION_OF)
def test_cards_describe_the_files_beside_them(name: str) -> None:
    weights, card_path = asset_paths(name)
    card = read_card(card_path)
    assert card.sha256 == file_sha256(weights)
    assert card.version == VERSION_OF[name]
    assert np.mean(list(card.per_class_accuracy.values())) == pytest.approx(card.accuracy, abs=0.01)
    lines = (ASSETS / f"{name}.log.csv").read_text().splitlines()
    assert len(lines) > 20 and float(lines[-1].split(",")[-1]) == pytest.approx(
        card.accuracy, abs=0.05
    )


def test_all_assets_stay_small() -> None:
    assert sum(f.stat().st_size for f in ASSETS.iterdir()) <= 20e6


@pytest.mark.parametrize("name", VERSION_OF)
def test_accuracy_is_what_the_card_says(name: str) -> None:
    """On every eighth test picture: within four standard errors of the card."""
    folder: Path | None = shared("data/imagenette128")
    if folder is None:
        pytest.skip("needs the test pictures beside the checkout")
    everything = load_split(folder, "test")
    part = Split(everything.pictures[::8], everything.labels[::8])
    card = read_card(asset_paths(name)[1])
    error = np.sqrt(card.accuracy * (1 - card.accuracy) / len(part.labels))
    assert measure(name, part).float().mean().item() == pytest.approx(card.accuracy, abs=4 * error)
