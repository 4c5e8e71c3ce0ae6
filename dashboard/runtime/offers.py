"""What a person can choose from: a picture on offer, a checkpoint of their own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from senet_viz.core.arrays import Array
from senet_viz.core.translation import Words, tr
from senet_viz.pictures.array_files import is_array

LIKELIEST = -1  # in place of a class's number: the one the network finds likeliest
AXES = Words[str](
    {
        "0 to 1": lambda: tr("0 to 1"),
        "fitted": lambda: tr("fitted"),
    }
)


def sha256(data: bytes) -> str:
    """Of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A picture or an array on offer: ``key`` is a sample's name or the sha256 of the bytes."""

    key: str
    title: str
    data: bytes
    origin: str
    sha256: str

    @property
    def is_array(self) -> bool:
        """Whether it is a signal or a volume."""
        return is_array(self.data)


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A checkpoint of the person's own, and what goes with it; None where left to the network.

    ``weights`` are uploaded bytes, or a path on this machine, under ``name``; ``sha256`` is that
    of the file. ``side`` is in px, ``mean`` and ``std`` are of red, green and blue, 0 to 1.
    """

    architecture: str
    name: str
    sha256: str
    weights: bytes | Path
    labels: tuple[str, ...] | None = None
    side: int | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    title: str = ""
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``own:`` and the SHA-256 of everything chosen, the same on every machine."""
        file = (self.architecture, self.name, self.sha256)
        return f"own:{sha256(repr((file, self.labels, self.side, self.mean, self.std)).encode())}"


class Takes(Protocol):
    """What a network takes instead of pictures: ``wanted`` in words, and a check of an array."""

    @property
    def wanted(self) -> str: ...

    def shaped(self, given: Array) -> Array: ...


class Upload(Protocol):
    """What Streamlit's uploader hands over."""

    name: str

    def getvalue(self) -> bytes: ...
