"""Small data sets cut from the photographs that come with the installed packages."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from senet_viz.pictures import decoding as pictures
from senet_viz.pictures import samples

CLASSES = ("flower", "temple", "wall")
EACH = 220
BROKEN = "temple/broken.jpg"


def crops(name: str, count: int, seed: int) -> list[bytes]:
    """JPEG files of 128 px, from random places of one photograph."""
    whole = pictures.decode(samples.load_sample(name)).convert("RGB")
    draw = np.random.default_rng(seed)
    found: list[bytes] = []
    for _ in range(count):
        side = int(draw.integers(96, min(whole.size)))
        left, top = (int(draw.integers(0, length - side + 1)) for length in whole.size)
        crop = whole.crop((left, top, left + side, top + side)).resize((128, 128))
        file = io.BytesIO()
        crop.save(file, "JPEG", quality=85)
        found.append(file.getvalue())
    return found


@pytest.fixture(scope="session")
def class_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three folders of 220 pictures, and one file that is no picture: 661 files, three shards."""
    root = tmp_path_factory.mktemp("pictures")
    names = samples.SAMPLES[: len(CLASSES)]
    for seed, (label, sample) in enumerate(zip(CLASSES, names, strict=True)):
        (root / label).mkdir()
        for number, content in enumerate(crops(sample.name, EACH, seed)):
            (root / label / f"{number:03d}.jpg").write_bytes(content)
    (root / BROKEN).write_bytes(b"\xff\xd8\xff\xe0 no more than a beginning")
    return root


def as_tar(root: Path, path: Path) -> Path:
    with tarfile.open(path, "w") as archive:
        for file in sorted(root.rglob("*.jpg")):
            archive.add(file, file.relative_to(root).as_posix())
    return path
