"""Which networks need no download: by the files in the three places where a load looks."""

from pathlib import Path

import pytest
import timm
from torchvision.models import MobileNet_V3_Small_Weights

from senet_viz.models.catalogue import list_models
from senet_viz.models.local_weights import local_weights
from tests.senet_viz.models.hub_server import COMMIT

EMBEDDED = {entry.name for entry in list_models() if entry.library == "senet_viz"}


def kept(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"weights")


def test_weights_are_found_where_a_load_would(
    hub: Path, hugging_face: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not local_weights(list_models()) - EMBEDDED
    kept(hub / Path(MobileNet_V3_Small_Weights.DEFAULT.url).name)
    repository = timm.get_pretrained_cfg("seresnet50").hf_hub_id.replace("/", "--")
    here = hugging_face / f"models--{repository}"
    kept(here / "snapshots" / COMMIT / "model.safetensors")
    kept(here / "refs" / "main")
    (here / "refs" / "main").write_text(COMMIT)
    monkeypatch.setenv("SENET_VIZ_WEIGHTS", str(tmp_path / "own"))
    kept(tmp_path / "own" / "timm" / "efficientnet_b0.pth")
    kept(tmp_path / "own" / "mobilenetv3_large_100.other.pth")  # weights of another tag
    found = local_weights(list_models()) - EMBEDDED
    assert found == {"mobilenet_v3_small", "seresnet50", "timm/efficientnet_b0"}
