"""What a pickle would import, found by reading it and never by running it."""

import pickletools
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

HARMLESS = ("torch.", "collections.OrderedDict")
TEXTS = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
STORES, RECALLS = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}
OLD_FORMAT = 4  # a file of PyTorch before 1.6 begins with three small pickles of its own


def foreign_import(path: Path) -> str | None:
    """The first name beyond PyTorch's own that loading ``path`` would import and could run.

    None where there is no such name, or the file is no pickle.

    >>> from senet_viz.models.embedded import asset_paths
    >>> foreign_import(asset_paths("resnet18_imagenette")[0])
    """
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                return _first_foreign(file, pickles=OLD_FORMAT)
        with zipfile.ZipFile(path) as archive:
            (inner,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
            return _first_foreign(BytesIO(archive.read(inner)), pickles=1)
    except (ValueError, zipfile.BadZipFile):  # not a pickle, or cut short
        return None


def _first_foreign(stream: IO[bytes], *, pickles: int) -> str | None:
    for _ in range(pickles):
        for name in _imports(stream):
            if not name.startswith(HARMLESS):
                return name
    return None


def _imports(stream: IO[bytes]) -> Iterator[str]:
    """Dotted names a pickle imports, in order; its newer form takes them from earlier strings."""
    texts: list[str] = []
    memo: dict[int, list[str]] = {}
    for operation, argument, _ in pickletools.genops(stream):
        if operation.name in TEXTS:
            texts.append(str(argument))
        elif operation.name in ("GLOBAL", "INST"):
            yield str(argument).replace(" ", ".")
        elif operation.name == "STACK_GLOBAL":
            yield ".".join(texts[-2:])
        elif operation.name == "MEMOIZE":
            memo[len(memo)] = texts[-1:]
        elif operation.name in STORES:
            memo[int(str(argument))] = texts[-1:]
        elif operation.name in RECALLS:
            texts += memo.get(int(str(argument)), [])
