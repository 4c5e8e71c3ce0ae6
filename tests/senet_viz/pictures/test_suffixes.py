"""Pictures of unusual names in folders and zips: taken, and read by their content."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from senet_viz.pictures import decoding
from senet_viz.pictures.labelled_folders import find_labelled
from senet_viz.pictures.zip_pictures import unpack_pictures
from tests.kinds_of_pictures import heic
from tests.picture_files import noise, saved

# What each came to before: passed over without a word, but for the first three.
SUFFIXES = ("JPG", "Jpeg", "TIFF", "jfif", "JFIF", "jpe", "pjpeg", "PJP", "jif", "dib", "apng")
SUFFIXES += ("heic", "HEIC", "avif")


def content(suffix: str) -> bytes:
    """A picture of this format, or of the JPEG that it often is."""
    kinds = {"apng": "PNG", "avif": "AVIF", "dib": "BMP", "tiff": "TIFF"}
    if suffix.lower() == "heic":
        return heic()
    return saved(Image.fromarray(noise()), kinds.get(suffix.lower(), "JPEG"))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_labelled_folder_takes_it(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "cat").mkdir()
    path = tmp_path / "cat" / f"1.{suffix}"
    path.write_bytes(content(suffix))
    found = find_labelled(tmp_path, ["cat", "dog"])
    assert found.files == (path,) and found.classes == (0,)
    assert np.asarray(decoding.decode(path.read_bytes())).shape[2] == 3


def test_a_zip_gives_all_of_them(tmp_path: Path) -> None:
    names = [f"cat/{number}.{suffix}" for number, suffix in enumerate(SUFFIXES)]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name, suffix in zip(names, SUFFIXES, strict=True):
            archive.writestr(name, content(suffix))
        archive.writestr("cat/notes.txt", "words")
    out = tmp_path / "out"
    unpacked = unpack_pictures(tmp_path / "set.zip", out)
    assert unpacked.pictures == len(SUFFIXES)
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.*")} == {*names}
