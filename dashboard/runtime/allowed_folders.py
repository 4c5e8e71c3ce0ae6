"""Which files of this machine a person may name: those in allowed folders, links followed."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr

FOLDERS = "SENET_VIZ_FOLDERS"


class PlaceError(InputError):
    """A path that may not be opened from the browser."""


def allowed_folders() -> tuple[Path, ...]:
    """The folders that SENET_VIZ_FOLDERS lists; else home, the current and the temporary one."""
    named = [part for part in os.environ.get(FOLDERS, "").split(os.pathsep) if part.strip()]
    usual = (str(Path.home()), str(Path.cwd()), tempfile.gettempdir())
    return tuple(Path(part).expanduser().resolve() for part in named or usual)


def named(text: str) -> Path:
    """The path that was typed.

    Raises a PlaceError where it lies in no allowed folder, whether or not there is such a file.
    """
    if "\0" in text:
        raise PlaceError(tr("a path cannot contain a zero byte. Type it again"))
    return next(iter(inside([Path(text.strip()).expanduser()])))


def may_open(real: str) -> bool:
    """Whether a link in a folder may be followed to this real path."""
    path = Path(real)
    return any(path.is_relative_to(folder) for folder in allowed_folders())


def inside(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The same paths, once each of them is known to lie in an allowed folder."""
    folders, checked = allowed_folders(), tuple(paths)
    for path in checked:
        if not any(path.resolve().is_relative_to(folder) for folder in folders):
            raise PlaceError(
                tr(
                    "{path} is not in a folder that may be opened from the browser. Move it to "
                    "one of {folders}, or start the app with {setting} set to its folder",
                    path=path,
                    folders=", ".join(map(str, folders)),
                    setting=FOLDERS,
                )
            )
    return checked
