"""One picture of an input, and how its path is kept."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from senet_viz.core.told_classes import NOTHING, Told


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of the input and where it is.

    ``name`` is unique in the survey, ``label`` the class as the input writes it ("" for none) and
    ``told`` how it was told. ``file`` is the tar, Parquet or Arrow file it is in, relative to the
    root, and ``offset`` and ``size`` are bytes of a tar file; of a table they are the row, and -1
    less the place in a list of pictures. A file of its own has ``file`` "", offset 0 and size -1,
    and ``path``, as ``kept_path`` writes it, where it does not lie under its name.
    """

    name: str
    label: str
    file: str
    offset: int
    size: int
    path: str = ""
    told: Told = NOTHING


def kept_path(path: str) -> str:
    """A path of any bytes as ASCII, for tables and messages; ``found_path`` gives it back."""
    return quote(path, errors="surrogateescape")


def found_path(path: str) -> str:
    return unquote(path, errors="surrogateescape")
