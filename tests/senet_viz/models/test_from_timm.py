"""timm by name: the real ImageNet network, caches, local files, downloads, and no network."""

import csv
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import timm
import torch
from huggingface_hub import constants
from PIL import Image
from safetensors.torch import save, save_file
from torch import nn

from senet_viz.core.errors import WeightsError
from senet_viz.models import from_timm
from senet_viz.models.catalogue import load_model
from senet_viz.models.network import BY_NAME
from senet_viz.models.weight_files import file_sha256
from tests.outside import outside
from tests.randomise_norms import randomise_norms

REAL = "weights/tf_mobilenetv3_small_100.in1k.pth"
SMALL = "test_efficientnet"
REPOSITORY = timm.get_pretrained_cfg(SMALL).hf_hub_id
COMMIT = "0123456789" * 4


@pytest.fixture
def small() -> nn.Module:
    return randomise_norms(timm.create_model(SMALL)).eval()


@pytest.fixture
def cached(small: nn.Module, hugging_face: Path) -> Path:
    """The file where the Hugging Face client would have put it."""
    folder = hugging_face / f"models--{REPOSITORY.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(COMMIT)
    (folder / "snapshots" / COMMIT).mkdir(parents=True)
    save_file(small.state_dict(), folder / "snapshots" / COMMIT / "model.safetensors")
    return folder / "snapshots" / COMMIT / "model.safetensors"


@pytest.fixture
def server(small: nn.Module, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A hub on this machine that has ``model.safetensors`` of any repository."""
    content = save(small.state_dict())

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", '"etag"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as hub:
        address = f"http://127.0.0.1:{hub.server_port}"
        template = address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", address)
        thread = Thread(target=hub.serve_forever)
        thread.start()
        try:
            yield address
        finally:
            hub.shutdown()
            thread.join()


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    mine, theirs = one.state_dict(), other.state_dict()
    return set(mine) == set(theirs) and all(torch.equal(mine[k], theirs[k]) for k in mine)


@pytest.mark.outside(REAL)
@pytest.mark.outside("photos")
def test_the_real_network_is_right_about_35_of_40_photos() -> None:
    net = load_model("tf_mobilenetv3_small_100", weights=outside(REAL))
    assert (net.preprocess.mean, net.preprocess.std) == ((0.5,) * 3, (0.5,) * 3)
    assert net.preprocess.input_size == (224, 224)
    with (outside("photos") / "photos.csv").open(encoding="utf-8") as file:
        photos = list(csv.DictReader(file))
    inputs = []
    for photo in photos:
        with Image.open(outside("photos") / photo["file"]) as picture:
            inputs.append(net.preprocess(picture))
    with torch.inference_mode():
        guesses = net.model(torch.cat(inputs)).argmax(1).tolist()
    right = sum(
        guess == int(photo["imagenet_index"]) for guess, photo in zip(guesses, photos, strict=True)
    )
    assert (right, len(photos)) == (35, 40)
    assert net.labels[1] == "goldfish, Carassius auratus"
    assert net.sha256 == file_sha256(outside(REAL))


def test_cached_weights_load_without_asking_the_network(
    cached: Path, small: nn.Module, hub: Path, offline: None
) -> None:
    net = load_model(SMALL)
    assert same_weights(net.model, small)
    assert "state_dict" not in net.model.pretrained_cfg
    assert net.trained
    assert net.sha256 == file_sha256(cached)
    assert net.source.endswith(f"{REPOSITORY}/resolve/main/model.safetensors")
    assert net.licence == "apache-2.0"
    assert (net.accuracy, net.accuracy_on) == (None, "")
    assert (net.name, net.title) == (SMALL, "test_efficientnet.r160_in1k (timm)")
    assert len(net.labels) == 1000
    assert not net.model.training


def test_without_a_network_it_says_within_seconds_what_works(
    hugging_face: Path, hub: Path, offline: None
) -> None:
    begun = time.monotonic()
    with pytest.raises(WeightsError) as caught:
        load_model("seresnet50.a1_in1k")
    assert time.monotonic() - begun < 5
    message = str(caught.value)
    assert "seresnet50.a1_in1k/resolve/main/model.safetensors" in message
    assert "load_model('seresnet50.a1_in1k', weights=PATH)" in message
    assert "put it in a folder as seresnet50.a1_in1k.safetensors and start with" in message
    assert "Name or service not known" in message


def test_weights_on_a_plain_server_name_the_hub_folder(hub: Path, offline: None) -> None:
    with pytest.raises(WeightsError, match="put it in a folder as seresnet18-4bb0ce65") as caught:
        load_model("legacy_seresnet18")
    assert timm.get_pretrained_cfg("legacy_seresnet18").url in str(caught.value)
    assert str(hub / "seresnet18-4bb0ce65.pth") in str(caught.value)


def test_weights_are_downloaded_from_the_hub_and_kept(
    server: str, small: nn.Module, hugging_face: Path, hub: Path
) -> None:
    net = load_model(f"{SMALL}.r160_in1k")
    assert same_weights(net.model, small)
    assert net.source == f"{server}/{REPOSITORY}/resolve/main/model.safetensors"
    (kept,) = hugging_face.rglob("snapshots/*/model.safetensors")
    assert file_sha256(kept) == net.sha256


def test_weights_are_downloaded_from_a_plain_url(
    small: nn.Module, tmp_path: Path, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(small.state_dict(), tmp_path / "small.pth")
    url = (tmp_path / "small.pth").as_uri()
    config = replace(timm.get_pretrained_cfg(SMALL), url=url, hf_hub_id=None)
    monkeypatch.setattr(from_timm, "_config", lambda name: config)
    for _ in ("downloaded", "kept"):
        net = load_model(SMALL)
        assert same_weights(net.model, small)
        assert net.source == url
        (tmp_path / "small.pth").unlink(missing_ok=True)
    assert net.sha256 == file_sha256(hub / "small.pth")


@pytest.mark.parametrize("file", [f"{SMALL}.r160_in1k.pth", f"{SMALL}.pth", f"timm/{SMALL}.pth"])
@pytest.mark.parametrize("name", [SMALL, f"timm/{SMALL}.r160_in1k"])
def test_a_file_named_after_the_model_comes_before_any_download(
    small: nn.Module,
    tmp_path: Path,
    offline: None,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    name: str,
) -> None:
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path))
    (tmp_path / file).parent.mkdir(exist_ok=True)
    torch.save({"state_dict": small.state_dict()}, tmp_path / file)
    net = load_model(name)
    assert same_weights(net.model, small)
    assert net.source == f"the file {tmp_path / file}"
    assert (net.licence, net.trained) == ("", True)
    assert net.notes[0] == BY_NAME
    assert "Weight file: all its 88 tensors in use, nothing left out." in net.notes[1:]
    assert not load_model(name, trained=False).trained


def test_a_bare_name_that_both_libraries_have_is_torchvisions(
    tmp_path: Path, hugging_face: Path, hub: Path, offline: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path))
    (tmp_path / "efficientnet_b0.pth").write_bytes(b"torchvision's")
    with pytest.raises(WeightsError, match="could not be downloaded") as caught:
        load_model("timm/efficientnet_b0")
    assert f"put it at {tmp_path / 'efficientnet_b0.ra_in1k.safetensors'}" in str(caught.value)
    with pytest.raises(WeightsError, match=r"efficientnet_b0\.pth is not a readable weight file"):
        load_model("efficientnet_b0")


def test_a_file_named_with_its_tag_in_a_folder_of_ones_own(
    offline: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tf_mobilenetv3_small_100.in1k.pth"
    torch.save(timm.create_model("tf_mobilenetv3_small_100").state_dict(), file)
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path))
    assert load_model("tf_mobilenetv3_small_100").sha256 == file_sha256(file)


def test_a_changed_file_in_the_cache_is_refused(cached: Path, hub: Path, offline: None) -> None:
    blob = cached.parents[2] / "blobs" / ("0" * 64)
    blob.parent.mkdir()
    cached.rename(blob)
    cached.symlink_to(blob)
    with pytest.raises(WeightsError, match="not the file it was published as"):
        load_model(SMALL)


def test_an_averaged_checkpoint_says_so(small: nn.Module, tmp_path: Path) -> None:
    last = {k: torch.zeros_like(v) for k, v in small.state_dict().items()}
    content = {"state_dict": last, "state_dict_ema": small.state_dict()}
    torch.save(content, tmp_path / "mine.pth")
    net = load_model(SMALL, weights=tmp_path / "mine.pth")
    assert same_weights(net.model, small)
    assert "EMA, under state_dict_ema" in net.notes[1]


def test_an_architecture_without_weights(hub: Path, offline: None) -> None:
    with pytest.raises(WeightsError, match=r"declares no weights for eca_nfnet_l3.*trained=False"):
        load_model("eca_nfnet_l3")


def test_an_unknown_tag_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        WeightsError, match=r"tagged 'b9_in1k' for seresnet50\. It has seresnet50\.a1_in1k"
    ):
        load_model("seresnet50.b9_in1k")


def test_a_local_file_with_other_classes(tmp_path: Path) -> None:
    model = randomise_norms(timm.create_model(SMALL, num_classes=7)).eval()
    torch.save({"model": model.state_dict()}, tmp_path / "mine.pth")
    net = load_model(SMALL, weights=tmp_path / "mine.pth")
    assert same_weights(net.model, model)
    assert net.labels == tuple(f"class {i}" for i in range(7))
    assert "local file" in net.notes[0]
    with torch.inference_mode():
        assert net.model(net.preprocess(Image.new("RGB", (50, 40)))).shape == (1, 7)


def test_timms_own_renaming_and_dropping_is_applied(tmp_path: Path) -> None:
    model = timm.create_model("ghostnet_050")
    counted = {**model.state_dict(), "total_ops": torch.zeros(1)}  # some tools leave such counters
    torch.save(counted, tmp_path / "mine.pth")
    assert same_weights(load_model("ghostnet_050", weights=tmp_path / "mine.pth").model, model)


def test_a_local_file_of_another_architecture(small: nn.Module, tmp_path: Path) -> None:
    torch.save(small.state_dict(), tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"mine\.pth does not fit NormFreeNet: .* missing"):
        load_model("test_nfnet", weights=tmp_path / "mine.pth")


def test_untrained_is_loud_and_repeatable() -> None:
    one, other = (load_model(f"timm/{SMALL}", trained=False) for _ in range(2))
    assert same_weights(one.model, other.model)
    assert not one.trained
    assert (one.sha256, one.licence, one.source) == ("", "", "random initialisation")
    assert "Untrained" in one.notes[0]
    assert one.title == "test_efficientnet.r160_in1k (timm), untrained"


def test_labels_of_larger_imagenets_and_of_none() -> None:
    assert from_timm.labels_of(11821)[0] != "class 0"
    assert from_timm.labels_of(0) == ()
    assert np.unique(from_timm.labels_of(3)).tolist() == ["class 0", "class 1", "class 2"]
