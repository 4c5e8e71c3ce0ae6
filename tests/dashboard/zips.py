"""Zip files of small pictures, cut from the samples."""

import io
import zipfile
from functools import cache

import senet_viz as sv

CLASSES = {"made": ("china", "coffee", "rocket"), "living": ("chelsea", "flower", "astronaut")}


@cache
def crops(per_class: int) -> tuple[tuple[str, bytes], ...]:
    """(class, JPEG of 128 px) for ``per_class`` different crops of each class."""
    found = []
    for name, samples in CLASSES.items():
        for i in range(per_class):
            image = sv.decode(sv.load_sample(samples[i % len(samples)]))
            at = 7 * i % (min(image.size) // 2)
            file = io.BytesIO()
            image.crop((at, at, at + 200, at + 200)).resize((128, 128)).save(file, "JPEG")
            found.append((name, file.getvalue()))
    return tuple(found)


def zipped(per_class: int, *, repeated: int = 1, **more: bytes) -> bytes:
    """Class folders of crops, each ``repeated`` times under another name, and other members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for turn in range(repeated):
            for number, (name, data) in enumerate(crops(per_class)):
                archive.writestr(f"set/{name}/{turn:04d}_{number:03d}.jpg", data)
        for name, data in more.items():
            archive.writestr(name, data)
    return file.getvalue()
