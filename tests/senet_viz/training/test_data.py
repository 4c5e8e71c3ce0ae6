"""Reading splits, and the one format they have in common."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import senet_viz as sv
from senet_viz.training.data import load_split


def add(archive: tarfile.TarFile, name: str, picture: Image.Image) -> None:
    data = io.BytesIO()
    picture.save(data, "PNG")
    member = tarfile.TarInfo(name)
    member.size = data.tell()
    data.seek(0)
    archive.addfile(member, data)


def test_tar_members_become_pictures_and_labels(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "test.tar", "w") as archive:
        add(archive, "07_gas_pump/2.jpg", Image.new("RGB", (128, 128), (255, 0, 0)))
        add(archive, "01_english_springer/1.jpg", Image.new("L", (256, 130), 77))
    split = load_split(tmp_path, "test")
    assert split.pictures.shape == (2, 3, 128, 128) and split.pictures.dtype == torch.uint8
    assert split.labels.tolist() == [1, 7]
    assert np.unique(split.pictures[0]).tolist() == [77]
    assert split.pictures[1, :, 5, 5].tolist() == [255, 0, 0]


def test_a_folder_without_data_and_without_a_network_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision.datasets import imagenette

    def offline(*_args: object, **_kwargs: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(imagenette, "download_and_extract_archive", offline)
    with pytest.raises(sv.SENetVizError, match=r"holds no train.tar.*no network"):
        load_split(tmp_path, "train")


def test_torchvisions_imagenette_is_split_without_overlap(tmp_path: Path) -> None:
    """The folder layout torchvision unpacks, filled with pictures that carry their number."""
    from torchvision.datasets import Imagenette

    for split, count in (("train", 20), ("val", 3)):
        for wnid in Imagenette._WNID_TO_CLASS:
            folder = tmp_path / "imagenette2-160" / split / wnid
            folder.mkdir(parents=True)
            for i in range(count):
                Image.new("RGB", (200, 160), (i, 0, 0)).save(folder / f"{i:03}.JPEG", quality=100)
    sizes = {s: load_split(tmp_path, s).pictures.shape for s in ("train", "val", "test")}
    assert sizes["train"] == (180, 3, 128, 128)
    assert sizes["val"] == (20, 3, 128, 128)
    assert sizes["test"] == (30, 3, 128, 128)
    assert load_split(tmp_path, "test").labels.bincount().tolist() == [3] * 10
