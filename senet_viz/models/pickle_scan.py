"""What a pickle would import, found by reading it and never by running it."""

import pickletools
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from senet_viz.models.harmless_objects import LISTED

HARMLESS = ("torch.", "collections.OrderedDict", "collections.Counter", "_codecs.encode")
SAFE_BUILTINS = ("builtins.set", "builtins.complex")
HUNGRY = ("builtins.bytearray", "__builtin__.bytearray")  # PyTorch lets them fill any memory
PYTHON_2 = {  # torch.save writes builtins under the names that Python 2 had for them
    "__builtin__.long": "builtins.int",
    "__builtin__.unicode": "builtins.str",
    "__builtin__.xrange": "builtins.range",
}
TEXTS = {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
STORES, RECALLS = {"PUT", "BINPUT", "LONG_BINPUT"}, {"GET", "BINGET", "LONG_BINGET"}
OLD_FORMAT = 4  # a file of PyTorch before 1.6 begins with three small pickles of its own


class Import(NamedTuple):
    """A dotted name that loading would import, and the last text before it: mostly its key."""

    name: str
    beside: str


def foreign_import(path: Path) -> Import | None:
    """The first name beyond those known to be harmless that loading ``path`` would import.

    None where there is no such name, or the file is no pickle.

    >>> from senet_viz.models.embedded import asset_paths
    >>> foreign_import(asset_paths("resnet18_imagenette")[0])
    """
    return next((each for each in imports(path) if not _is_harmless(each.name)), None)


def hungry_import(path: Path) -> Import | None:
    """The first name that PyTorch allows although a few bytes can make it fill the memory.

    >>> from senet_viz.models.embedded import asset_paths
    >>> hungry_import(asset_paths("resnet18_imagenette")[0])
    """
    return next((each for each in imports(path) if each.name in HUNGRY), None)


def imports(path: Path) -> Iterator[Import]:
    """What loading ``path`` would import, in order, as far as it is a pickle.

    >>> from senet_viz.models.embedded import asset_paths
    >>> list(imports(asset_paths("resnet18_imagenette")[0]))
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
    except Exception:  # not a pickle, or a damaged one, of which anything may be raised
        return


def protocol(path: Path) -> int:
    """The pickle protocol of what ``torch.save`` wrote; 0 where the file is no such thing.

    >>> from senet_viz.models.embedded import asset_paths
    >>> protocol(asset_paths("resnet18_imagenette")[0])
    0
    """
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                start = file.read(2)
        else:
            with zipfile.ZipFile(path) as archive:
                (inner,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
                start = archive.read(inner)[:2]
    except Exception:  # as above
        return 0
    return start[1] if len(start) == 2 and start[:1] == b"\x80" else 0


def _is_harmless(name: str) -> bool:
    now = PYTHON_2.get(name, name.replace("__builtin__.", "builtins."))
    return now in LISTED or now in SAFE_BUILTINS or now.startswith(HARMLESS)


def _imports(stream: IO[bytes]) -> Iterator[Import]:
    """What a pickle imports, in order; its newer form takes the names from earlier strings."""
    texts: list[str] = [""]
    memo: dict[int, list[str]] = {}
    on_top: list[str] = []  # the text that the last operation left on the stack, if it was one
    for operation, argument, _ in pickletools.genops(stream):
        if operation.name == "MEMOIZE":
            memo[len(memo)] = on_top
        elif operation.name in STORES:
            memo[int(str(argument))] = on_top
        elif operation.name in TEXTS:
            on_top = [str(argument)]
            texts += on_top
        elif operation.name in RECALLS:
            on_top = memo.get(int(str(argument)), [])
            texts += on_top
        else:
            on_top = []
            if operation.name in ("GLOBAL", "INST"):
                yield Import(str(argument).replace(" ", "."), texts[-1])
            elif operation.name == "STACK_GLOBAL":
                yield Import(".".join(texts[-2:]), "".join(texts[-3:-2]))
