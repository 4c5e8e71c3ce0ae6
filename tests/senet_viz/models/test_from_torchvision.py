"""torchvision by name: its published files, local files, and no network."""

import time
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.models import get_model, get_model_weights

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import load_model
from senet_viz.models.from_torchvision import build_untrained
from senet_viz.models.weight_files import file_sha256
from tests.randomise_norms import randomise_norms

SMALL = "mobilenet_v3_small"
PUBLISHED = get_model_weights(SMALL).DEFAULT


@pytest.fixture
def small() -> nn.Module:
    return randomise_norms(build_untrained(SMALL)).eval()


@pytest.fixture
def published(small: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for torchvision's to be exchanged for: its name ends in digits of its own hash."""
    torch.save(small.state_dict(), tmp_path / "small.pth")
    file = tmp_path / f"small-{file_sha256(tmp_path / 'small.pth')[:8]}.pth"
    (tmp_path / "small.pth").rename(file)
    monkeypatch.setattr(PUBLISHED.value, "url", file.as_uri())
    return file


def test_published_weights_are_found_in_the_hub_folder(
    small: nn.Module, published: Path, hub: Path, offline: None
) -> None:
    hub.mkdir(parents=True)
    published.rename(hub / published.name)
    net = load_model(SMALL)
    x = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(net.model(x), small(x))
        torch.testing.assert_close(net.model(x), get_model(SMALL, weights="DEFAULT").eval()(x))
    assert net.trained
    assert net.sha256 == file_sha256(hub / published.name)
    assert (net.source, net.title) == (published.as_uri(), "mobilenet_v3_small (torchvision)")
    assert (net.accuracy, net.accuracy_on) == (pytest.approx(0.67668), "ImageNet-1K")
    assert net.labels[:2] == ("tench", "goldfish")
    assert net.licence == ""
    assert net.notes == ("torchvision states no licence for these weights.",)


def test_a_changed_published_file_is_refused(small: nn.Module, hub: Path, offline: None) -> None:
    hub.mkdir(parents=True)
    torch.save(small.state_dict(), hub / Path(PUBLISHED.url).name)
    with pytest.raises(WeightsError, match="not the file it was published as"):
        load_model(SMALL)


def test_the_published_file_in_a_folder_of_ones_own(
    small: nn.Module, published: Path, hub: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := published.parent / "own").mkdir()
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(folder))
    published.rename(folder / published.name)
    net = load_model(SMALL)
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))
    assert (net.accuracy, net.sha256[:8]) == (pytest.approx(0.67668), published.stem[-8:])
    assert not hub.exists(), "nothing was copied or downloaded"


@pytest.mark.parametrize("name", [SMALL, f"torchvision/{SMALL}"])
def test_a_file_named_after_the_model_in_a_folder_of_ones_own(
    small: nn.Module, tmp_path: Path, offline: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path))
    torch.save({"model_ema": small.state_dict()}, tmp_path / f"{SMALL}.pth")
    net = load_model(name)
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))
    assert net.source == f"the file {tmp_path / SMALL}.pth" and net.accuracy is None
    assert "folder of SENET_VIZ_WEIGHTS" in net.notes[0] and "EMA" in net.notes[1]


def test_without_a_network_it_says_within_seconds_what_works(hub: Path, offline: None) -> None:
    begun = time.monotonic()
    with pytest.raises(WeightsError) as caught:
        load_model(f"torchvision/{SMALL}")
    assert time.monotonic() - begun < 5
    file = Path(PUBLISHED.url).name
    for part in (PUBLISHED.url, str(hub / file), f"load_model('torchvision/{SMALL}', weights="):
        assert part in str(caught.value)


def test_a_hostile_published_file_is_refused(
    hub: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.mkdir(parents=True)
    monkeypatch.setattr(PUBLISHED.value, "url", "https://example.invalid/hostile.pth")
    torch.save(nn.Linear(2, 2), hub / "hostile.pth")
    with pytest.raises(WeightsError, match="is refused"):
        load_model(SMALL)


def test_a_local_file_with_the_usual_classes(small: nn.Module, tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    torch.save({"state_dict": {f"module.{k}": v for k, v in small.state_dict().items()}}, path)
    net = load_model(SMALL, weights=path)
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))
    assert net.labels[1] == "goldfish"
    assert net.accuracy is None
    assert net.sha256 == file_sha256(path)
    assert "local file" in net.notes[0]
    assert not net.model.training


def test_a_local_file_with_other_classes(tmp_path: Path) -> None:
    torch.save(build_untrained(SMALL, num_classes=3).state_dict(), tmp_path / "mine.pth")
    net = load_model(SMALL, weights=tmp_path / "mine.pth")
    assert net.labels == ("class 0", "class 1", "class 2")


def test_a_local_file_of_another_architecture(small: nn.Module, tmp_path: Path) -> None:
    torch.save(small.state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"does not fit MobileNetV3: .* of another shape"):
        load_model("mobilenet_v3_large", weights=tmp_path / "mine.pth")


@pytest.mark.parametrize("auxiliary", [True, False])
def test_a_local_file_of_a_segmentation_network(tmp_path: Path, auxiliary: bool) -> None:
    name = "deeplabv3_mobilenet_v3_large"
    model = build_untrained(name, aux_loss=auxiliary)
    torch.save(model.state_dict(), tmp_path / "mine.pth")
    net = load_model(name, weights=tmp_path / "mine.pth")
    assert net.labels[0] == "__background__"
    assert set(net.model.state_dict()) == set(model.state_dict())


def test_untrained_is_loud() -> None:
    net = load_model("ssdlite320_mobilenet_v3_large", trained=False)
    assert not net.trained
    assert (net.sha256, net.accuracy, net.source) == ("", None, "random initialisation")
    assert net.title == "ssdlite320_mobilenet_v3_large (torchvision), untrained"
    assert "random" in net.notes[0]
    with torch.inference_mode():
        detections = net.model(torch.rand(1, 3, *net.preprocess.input_size))
    assert set(detections[0]) == {"boxes", "labels", "scores"}
