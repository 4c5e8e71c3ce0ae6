"""Stored weights are what the cards say: hashes, accuracy on real pictures, statistics."""

from pathlib import Path

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.core.asset_folder import ASSETS
from senet_viz.models.embedded import VERSION_OF, asset_paths, read_card
from senet_viz.models.imagenette import SIDE
from senet_viz.models.residual import build
from senet_viz.models.weight_files import file_sha256
from senet_viz.pictures.samples import SAMPLES
from senet_viz.training.data import Split, load_split
from senet_viz.training.publishing import gate_statistics, measure
from tests.outside import outside
from tests.randomise_norms import randomise_norms

TEST_PICTURES = "data/imagenette128"


def test_statistics_equal_numpys_on_all_pictures_at_once() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (37, 3, 64, 64), generator=generator, dtype=torch.uint8)
    labels = torch.arange(37) % 10
    network = randomise_norms(build("se", seed=1)).eval()
    statistics = gate_statistics(network, Split(pictures, labels), batch=8)
    from senet_viz.training.augmentation import normalise

    seen = sv.capture(network, normalise(pictures), features="none")["layer3.1.se"]
    gates, hidden = seen.excitation, seen.hidden
    assert hidden is not None
    for k in (0, 7):
        own = gates[labels == k]
        np.testing.assert_allclose(statistics.mean["layer3.1.se"][k], own.mean(0), rtol=1e-5)
        np.testing.assert_allclose(
            statistics.variance["layer3.1.se"][k], own.var(0), rtol=1e-3, atol=1e-9
        )
        share = (hidden[labels == k] > 0).mean(0)
        np.testing.assert_allclose(statistics.active["layer3.1.se"][k], share, rtol=1e-6)
    np.testing.assert_allclose(statistics.activity("layer3.1.se"), (hidden > 0).mean(0), rtol=1e-6)
    assert 0 < statistics.active["layer3.1.se"].mean() < 1
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


# Their likeliest classes of the sample pictures, in order, as they were when they were stored.
TOLD = {
    "se_resnet18_imagenette": (7, 5, 8, 7, 4, 3),
    "nosqueeze_resnet18_imagenette": (4, 5, 5, 2, 4, 3),
    "conv1x1_resnet18_imagenette": (7, 5, 5, 8, 4, 3),
    "resnet18_imagenette": (4, 5, 5, 8, 4, 2),
}


@pytest.fixture(scope="module")
def samples() -> torch.Tensor:
    """The sample pictures, 128 px wide and high: (n, 3, 128, 128) uint8."""
    small = [
        np.asarray(sv.decode(sv.load_sample(sample.name)).convert("RGB").resize((SIDE, SIDE)))
        for sample in SAMPLES
    ]
    return torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2)


@pytest.mark.parametrize("name", VERSION_OF)
def test_stored_weights_tell_the_same_of_the_sample_pictures(
    name: str, samples: torch.Tensor
) -> None:
    assert measure(name, Split(samples, torch.tensor(TOLD[name]))).all()
    others = (torch.tensor(TOLD[name]) + 1) % 10
    assert not measure(name, Split(samples, others)).any()


@pytest.mark.outside(TEST_PICTURES)
@pytest.mark.parametrize("name", VERSION_OF)
def test_accuracy_is_what_the_card_says(name: str) -> None:
    """On every eighth test picture: within four standard errors of the card."""
    everything = load_split(outside(TEST_PICTURES), "test")
    part = Split(everything.pictures[::8], everything.labels[::8])
    card = read_card(asset_paths(name)[1])
    error = np.sqrt(card.accuracy * (1 - card.accuracy) / len(part.labels))
    assert measure(name, part).float().mean().item() == pytest.approx(card.accuracy, abs=4 * error)


def test_a_card_says_what_was_done_not_what_is_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run on 24 pictures, tested on 12, must not claim Imagenette's numbers."""
    from senet_viz.models import embedded
    from senet_viz.training import publishing
    from senet_viz.training.loop import start, train
    from senet_viz.training.recipe import Recipe

    for module in (embedded, publishing):
        monkeypatch.setattr(module, "ASSETS", tmp_path / "assets")
    pictures = torch.randint(0, 256, (24, 3, 32, 32), dtype=torch.uint8)
    split = Split(pictures, torch.arange(24) % 10)
    recipe = Recipe(epochs=1, warmup_epochs=0, sides=((1.0, 32),))
    try:
        run = start("se", seed=3, recipe=recipe, device=torch.device("cpu"))
        train(run, split, split.head(4), folder=tmp_path / "run")
    finally:
        torch.use_deterministic_algorithms(False)
    card = publishing.publish(tmp_path / "run", split.head(12))
    assert "the 12 pictures" in card.accuracy_on and "24 training pictures" in card.data
    assert card.seed == 3 and f"{torch.get_num_threads()} thread(s)" in card.trained_with
    assert sv.load_model("se_resnet18_imagenette").accuracy == card.accuracy
