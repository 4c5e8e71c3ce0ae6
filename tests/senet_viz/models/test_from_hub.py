"""timm models of other people, on the Hugging Face Hub and in folders of the same form."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from huggingface_hub import constants
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import load_model
from senet_viz.models.weight_files import file_sha256
from tests.randomise_norms import randomise_norms
from tests.senet_viz.models.hub_server import serving

SMALL = "test_efficientnet"
NAMES = ("cat", "dog", "fish")
OWN = "user/my-se-net"


@pytest.fixture(scope="module")
def small() -> nn.Module:
    return randomise_norms(timm.create_model(SMALL, num_classes=3)).eval()


def config(**changed: Any) -> dict[str, Any]:
    """As timm saves it today."""
    pretrained = {
        "input_size": [3, 96, 96],
        "interpolation": "bilinear",
        "crop_pct": 1.0,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
        "classifier": "classifier",
        "first_conv": "conv_stem",
        "license": "mit",
    }
    own = {"label_names": list(NAMES), "model_args": {"num_classes": 3}}
    return {"architecture": SMALL, "num_classes": 3, "pretrained_cfg": pretrained, **own, **changed}


def older() -> dict[str, Any]:
    """As timm saved it before: one level, with labels and their descriptions."""
    plain = config()
    described = {"n01": "cat, a pet", "n02": "dog, a pet"}
    more = {"labels": ["n01", "n02", "n03"], "label_descriptions": described}
    return {"architecture": SMALL, "num_classes": 3, **plain["pretrained_cfg"], **more}


def fill(
    folder: Path, model: nn.Module, content: object, *, file: str = "model.safetensors"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    written = content if isinstance(content, str) else json.dumps(content)
    (folder / "config.json").write_text(written)
    if file.endswith(".safetensors"):
        save_file(model.state_dict(), folder / file)
    elif file:
        torch.save(model.state_dict(), folder / file)
    return folder


@pytest.fixture
def hub_folder(
    tmp_path: Path, hugging_face: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The repositories of a Hub that is asked in place of the real one."""
    folder = tmp_path / "repositories"
    folder.mkdir()
    with serving(folder) as address:
        template = address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", address)
        yield folder


@pytest.mark.parametrize("name", ["hf-hub:{}", "hf_hub:{}", "HF-hub:{}@main"])
def test_a_repository_brings_its_labels_and_preprocessing(
    hub_folder: Path, small: nn.Module, name: str
) -> None:
    fill(hub_folder / OWN, small, config())
    net = load_model(name.format(OWN))
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))
    assert (net.labels, net.licence, net.library) == (NAMES, "mit", "timm")
    assert net.preprocess.input_size == (96, 96)
    assert (net.preprocess.mean, net.preprocess.std) == ((0.5,) * 3, (0.25,) * 3)
    assert net.source.endswith(f"{OWN}/resolve/main/model.safetensors")
    assert net.sha256 == file_sha256(hub_folder / OWN / "model.safetensors")
    assert net.title == f"{OWN} ({SMALL}, Hugging Face Hub)" and net.name == name.format(OWN)
    assert net.notes[0] == "Labels and preprocessing are those of the model's config.json."
    assert net.notes[-1].endswith("nothing left out.") and not net.model.training
    with torch.no_grad():
        assert net.model(net.preprocess(Image.new("RGB", (50, 40)))).shape == (1, 3)


def test_what_was_fetched_once_needs_no_network(
    hub_folder: Path, small: nn.Module, request: pytest.FixtureRequest
) -> None:
    fill(hub_folder / OWN, small, config())
    first = load_model(f"hf-hub:{OWN}")
    request.getfixturevalue("offline")
    assert load_model(f"hf-hub:{OWN}").sha256 == first.sha256


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin", "model.pth"])
@pytest.mark.parametrize("how", ["local-dir:{}", "{}"])
def test_a_folder_of_the_same_form(tmp_path: Path, small: nn.Module, file: str, how: str) -> None:
    folder = fill(tmp_path / "mine", small, config(), file=file)
    net = load_model(how.format(folder))
    assert net.labels == NAMES and net.preprocess.input_size == (96, 96)
    assert net.source == str(folder / file)
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))


def test_the_older_form_with_described_labels(tmp_path: Path, small: nn.Module) -> None:
    net = load_model(f"local-dir:{fill(tmp_path / 'mine', small, older())}")
    assert net.labels == ("cat, a pet", "dog, a pet", "n03")
    assert net.preprocess.mean == (0.5,) * 3


def test_a_wrapped_network_of_transformers_is_timms(tmp_path: Path, small: nn.Module) -> None:
    """TimmWrapper writes a config that timm reads, and tensors behind a prefix."""
    folder = fill(tmp_path / "mine", small, config(model_type="timm_wrapper"), file="")
    state = {f"timm_model.{name}": tensor for name, tensor in small.state_dict().items()}
    save_file(state, folder / "model.safetensors")
    net = load_model(f"local-dir:{folder}")
    torch.testing.assert_close(dict(net.model.state_dict()), dict(small.state_dict()))


@pytest.mark.parametrize("labels", [None, ["cat", "dog"], {"0": "cat", "x": "dog", "2": "fish"}])
def test_labels_that_do_not_fit_are_assumed_and_that_is_said(
    tmp_path: Path, small: nn.Module, labels: object
) -> None:
    net = load_model(f"local-dir:{fill(tmp_path / 'mine', small, config(label_names=labels))}")
    assert net.labels == ("class 0", "class 1", "class 2")
    assert "has no names for its 3 classes: the names are assumed" in net.notes[0]


def test_labels_by_number_are_in_the_order_of_the_numbers(tmp_path: Path, small: nn.Module) -> None:
    labels = {"2": "fish", "0": "cat", "1": "dog"}
    net = load_model(f"local-dir:{fill(tmp_path / 'mine', small, config(label_names=labels))}")
    assert net.labels == NAMES


def test_untrained_and_with_a_file_of_ones_own(tmp_path: Path, small: nn.Module) -> None:
    folder = fill(tmp_path / "mine", small, config(), file="")
    assert not load_model(f"local-dir:{folder}", trained=False).trained
    torch.save({"model": small.state_dict()}, tmp_path / "best.pth")
    net = load_model(f"local-dir:{folder}", weights=tmp_path / "best.pth")
    assert net.labels == NAMES and "local file" in net.notes[0]


def _grey() -> dict[str, Any]:
    changed = config()
    changed["pretrained_cfg"]["input_size"] = [1, 96, 96]
    return changed


def _on_255() -> dict[str, Any]:
    changed = config()
    changed["pretrained_cfg"]["mean"] = [123.675, 116.28, 103.53]
    return changed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be loaded: Expecting property name"),
        ({"num_classes": 3}, "its config.json names no architecture"),
        ([1], "its config.json names no architecture"),
        (
            {"architectures": ["ResNetForImageClassification"], "model_type": "resnet"},
            "its config.json is of ResNetForImageClassification. It has to be a timm model",
        ),
        (config(architecture="my_resnet"), "timm has no architecture 'my_resnet'"),
        (config(model_args={"no_such_option": 3}), "cannot be loaded: "),
        (_grey(), "it takes pictures of 1 channels, not of 3"),
        (_on_255(), "which is on a scale of 0 to 255"),
    ],
)
def test_a_config_that_is_no_timm_models_is_told(
    tmp_path: Path, small: nn.Module, content: object, said: str
) -> None:
    with pytest.raises(WeightsError) as caught:
        load_model(f"local-dir:{fill(tmp_path / 'mine', small, content)}")
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hf-hub:user/nothing", "could not be fetched from the Hugging Face Hub"),
        ("hf-hub:", "a name on the Hub has the form owner/name"),
        ("hf-hub:a/b/c", "a name on the Hub has the form owner/name"),
        ("hf-hub:user/empty", "it has no config.json"),
        ("local-dir:/no/such/folder", "there is no folder /no/such/folder"),
        (OWN, rf"load_model\('hf-hub:{OWN}'\)"),
        (f"https://huggingface.co/{OWN}/tree/main", rf"load_model\('hf-hub:{OWN}'\)"),
        ("timm/se-resnet50", "Did you mean seresnet50 or"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_would_work(
    hub_folder: Path, name: str, said: str
) -> None:
    (hub_folder / "user" / "empty").mkdir(parents=True)
    with pytest.raises(WeightsError, match=said) as caught:
        load_model(name)
    assert "\n" not in str(caught.value)


def test_a_repository_without_weights(hub_folder: Path, small: nn.Module) -> None:
    fill(hub_folder / OWN, small, config(), file="")
    with pytest.raises(WeightsError, match=r"it has none of the files model\.safetensors, pytorch"):
        load_model(f"hf-hub:{OWN}")


def test_weights_of_another_network_are_told(tmp_path: Path) -> None:
    other = timm.create_model("test_byobnet", num_classes=3)
    with pytest.raises(
        WeightsError, match=r"does not fit EfficientNet: .* look like those of test_byob"
    ):
        load_model(f"local-dir:{fill(tmp_path / 'mine', other, config())}")


def test_no_code_of_a_repository_is_run(tmp_path: Path, small: nn.Module) -> None:
    folder = fill(tmp_path / "mine", small, config(auto_map={"AutoModel": "code.Model"}))
    (folder / "code.py").write_text("raise SystemExit('this was run')")
    assert load_model(f"local-dir:{folder}").labels == NAMES


def test_the_hub_that_the_environment_names(tmp_path: Path, small: nn.Module) -> None:
    """In a process of its own, since the client reads HF_ENDPOINT when it is imported."""
    fill(tmp_path / "hub" / OWN, small, config())
    code = f"import senet_viz as sv; n = sv.load_model('hf-hub:{OWN}'); print(n.labels, n.source)"
    with serving(tmp_path / "hub") as address:
        environment = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == f"{NAMES} {address}/{OWN}/resolve/main/model.safetensors", done
