"""The embedded models: cards, reference statistics and weights that are checked at load."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from senet_viz.core.errors import WeightsError
from senet_viz.core.gate_reference import GateReference
from senet_viz.models import embedded
from senet_viz.models.embedded import (
    VERSION_OF,
    load,
    read_card,
    read_reference,
    write_card,
    write_reference,
)
from senet_viz.models.imagenette import CLASSES
from senet_viz.models.residual import build
from tests.randomise_norms import randomise_norms

NAME = "se_resnet18_imagenette"


def test_weights_travel_with_card_and_reference(assets: Path) -> None:
    net = load(NAME)
    card = read_card(assets / f"{NAME}.json")
    assert (net.title, net.labels, net.licence) == (card.title, CLASSES, "MIT")
    assert (net.accuracy, net.accuracy_on, net.sha256) == (0.9, card.accuracy_on, card.sha256)
    assert net.trained
    assert net.notes == ()
    assert net.reference is not None
    assert net.reference.labels == ("fish", "Käse")
    assert not net.model.training


def test_half_precision_files_are_loaded_as_float32(assets: Path) -> None:
    with safe_open(assets / f"{NAME}.safetensors", framework="pt") as file:
        stored = {file.get_tensor(key).dtype for key in file.keys()}  # noqa: SIM118
    assert stored == {torch.float16, torch.int64}
    loaded = load(NAME).model.state_dict()
    assert {v.dtype for v in loaded.values()} == {torch.float32, torch.int64}
    original = randomise_norms(build("se", seed=3)).state_dict()
    torch.testing.assert_close(dict(loaded), dict(original), rtol=1e-3, atol=1e-6)


def test_a_model_without_reference_statistics_loads(assets: Path) -> None:
    (assets / f"{NAME}.reference.safetensors").unlink()
    assert load(NAME).reference is None


def test_a_changed_weight_file_is_refused(assets: Path) -> None:
    path = assets / f"{NAME}.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"not the file its card describes.*SHA-256 begins"):
        load(NAME)


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_missing_files_say_where_they_belong(assets: Path, suffix: str) -> None:
    (assets / f"{NAME}{suffix}").unlink()
    with pytest.raises(WeightsError, match=r"is missing.*assets folder.*pip install -e"):
        load(NAME)


def test_a_card_is_read_as_written(assets: Path, tmp_path: Path) -> None:
    card = replace(read_card(assets / f"{NAME}.json"), title="Käse", seed=11)
    write_card(tmp_path / "card.json", card)
    assert read_card(tmp_path / "card.json") == card
    assert "Käse" in (tmp_path / "card.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("change", [{"colour": "red"}, {"seed": None}, {"labels": None}])
def test_other_json_is_not_a_card(assets: Path, change: dict[str, str | None]) -> None:
    path = assets / f"{NAME}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    merged = {**content, **change}
    path.write_text(json.dumps({k: v for k, v in merged.items() if v is not None}))
    with pytest.raises(WeightsError, match=r"not a model card.*per_class_accuracy"):
        read_card(path)


def test_broken_json_is_not_a_card(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("{")
    with pytest.raises(WeightsError, match="not a model card"):
        read_card(tmp_path / "card.json")


def test_a_reference_is_read_as_written(tmp_path: Path, reference: GateReference) -> None:
    write_reference(tmp_path / "r.safetensors", reference)
    again = read_reference(tmp_path / "r.safetensors")
    assert (again.source, again.labels) == (reference.source, reference.labels)
    assert again.count.dtype == np.int64
    np.testing.assert_array_equal(again.count, reference.count)
    for moment in ("mean", "variance", "active"):
        written, read = getattr(reference, moment), getattr(again, moment)
        assert set(read) == set(written)
        for block, values in written.items():
            assert read[block].dtype == np.float32
            assert not read[block].flags.writeable
            np.testing.assert_array_equal(read[block], values)


def test_a_weight_file_is_not_a_reference(assets: Path) -> None:
    with pytest.raises(WeightsError, match="no gate statistics"):
        read_reference(assets / f"{NAME}.safetensors")


@pytest.mark.parametrize("name", VERSION_OF)
def test_untrained_networks_need_no_assets_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(embedded, "ASSETS", tmp_path)
    net = load(name, trained=False)
    assert not net.trained
    assert (net.sha256, net.accuracy, net.labels) == ("", None, CLASSES)
    assert "Untrained" in net.notes[0]
    assert net.title.endswith("untrained")
    with torch.inference_mode():
        assert net.model(torch.zeros(1, 3, *net.preprocess.input_size)).shape == (1, 10)


def test_own_weights_of_another_number_of_classes(tmp_path: Path) -> None:
    torch.save(build("se", classes=3, seed=1).state_dict(), tmp_path / "mine.pth")
    net = load(NAME, weights=tmp_path / "mine.pth")
    assert net.labels == ("class 0", "class 1", "class 2")
    assert "mine.pth" in net.title
    assert len(net.sha256) == 64
    assert net.trained


def test_weights_of_another_version_do_not_fit(tmp_path: Path) -> None:
    torch.save(build("plain", seed=1).state_dict(), tmp_path / "plain.pth")
    with pytest.raises(WeightsError, match=r"32 missing \(layer1\.0\.se\.reduce\.weight"):
        load(NAME, weights=tmp_path / "plain.pth")
