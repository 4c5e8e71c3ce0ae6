"""What a pickle would import, found by reading it and never by running it."""

import pickletools
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

HARMLESS = ("torch.", "collections.OrderedDict")
HUNGRY = ("builtins.bytearray", "__builtin__.bytearray")  # PyTorch lets them fill any memory
TEXTS = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
STORES, RECALLS = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}
OLD_FORMAT = 4  # a file of PyTorch before 1.6 begins with three small pickles of its own


def foreign_import(path: Path) -> str | None:
    """The first name beyond PyTorch's own that loading ``path`` would import and could run.

    None where there is no such name, or the file is no pickle.

    >>> from senet_viz.models.embedded import asset_paths
    >>> foreign_import(asset_paths("resnet18_imagenette")[0])
    """
    return next((n for n in imported_names(path) if not n.startswith(HARMLESS)), None)


def hungry_import(path: Path) -> str | None:
    """The first name that PyTorch allows although a few bytes can make it fill the memory.

    >>> from senet_viz.models.embedded import asset_paths
    >>> hungry_import(asset_paths("resnet18_imagenette")[0])
    """
    return next((n for n in imported_names(path) if n in HUNGRY), None)


def imported_names(path: Path) -> Iterator[str]:
    """Dotted names that loading ``path`` would import, as far as it is a pickle.

    >>> from senet_viz.models.embedded import asset_paths
    >>> list(imported_names(asset_paths("resnet18_imagenette")[0]))
    []
    """
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                for _ in range(OLD_FORMAT):
                    yield from _imports(file)
            return
        with zipfile.ZipFile(path) as archive:
            (inner,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
            yield from _imports(BytesIO(archive.read(inner)))
    except (ValueError, zipfile.BadZipFile):  # not a pickle, or cut short
        return


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
