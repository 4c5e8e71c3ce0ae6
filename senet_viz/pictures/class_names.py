"""Names that folders and tables use -> class numbers of a network."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from senet_viz.core.readable_text import composed, decode_text


class ClassNames:
    """The k classes of a network, by every way to name one: name, number, or both.

    A label may be any of the names that stand between commas in the network's own, and for
    ImageNet's 1,000 classes the number of WordNet that its folders are named by (n01440764).

    >>> names = ClassNames(["tench, Tinca tinca", "golf ball"])
    >>> names.number("Golf_Ball"), names.number("0"), names.number("01_golf_ball")
    (1, 0, 1)
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self._count = len(labels)
        self._names: dict[str, int | None] = {}  # None where two classes share the name
        for number, label in enumerate(labels):
            for name in {plain_class(label), *(plain_class(part) for part in label.split(","))}:
                self._names[name] = None if name in self._names else number
        if self._count == len(_wordnet()) and labels[0].startswith("tench"):
            self._names |= _wordnet()

    def number(self, label: str) -> int | None:
        """The class's number; None for no class, or for several of that name."""
        plain = plain_class(label)
        if plain in self._names:
            return self._names[plain]
        numbered = re.fullmatch(r"(\d+)(?: (.+))?", plain)
        if numbered is None:
            return None
        number, name = int(numbered[1]), numbered[2]
        if name is not None:
            return self._names.get(name)
        return number if number < self._count else None

    def by_position(self, folders: Iterable[str]) -> dict[str, int]:
        """Class number by folder, sorted by name: only where there are as many as classes."""
        names = sorted(set(folders))
        if len(names) != self._count or any(self.number(name) is not None for name in names):
            return {}
        return {name: number for number, name in enumerate(names)}


@cache
def _wordnet() -> dict[str, int]:
    """The class number by WordNet's, of ImageNet's 1,000 classes, from a file that timm has."""
    package = find_spec("timm")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder) / "data" / "_info" / "imagenet_synsets.txt"
        if file.is_file():
            return {wnid: number for number, wnid in enumerate(file.read_text().split())}
    return {}


def read_class_numbers(data: bytes, count: int) -> Mapping[str, int]:
    """What ImageFolder's ``class_to_idx``, saved as JSON, says; nothing where it does not fit.

    >>> read_class_numbers(b'{"n02": 1, "n01": 0}', 2)
    {'n02': 1, 'n01': 0}
    """
    decoded = decode_text(data)
    try:
        content = json.loads(decoded.text if decoded else "")
    except ValueError:
        return {}
    if not isinstance(content, dict):
        return {}
    fits = all(isinstance(n, int) and 0 <= n < count for n in content.values())
    return {str(name): number for name, number in content.items()} if fits else {}


def plain_class(name: str) -> str:
    """A class's name in one spelling: no case, and a space for hyphens and underscores."""
    return re.sub(r"[\s_-]+", " ", composed(name)).strip().casefold()
