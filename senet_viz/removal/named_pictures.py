"""The pictures that a person names for a plan: labelled where they are, and how many."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.left_out import LeftOut
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.models.network import Network
from senet_viz.pictures import decoding
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.pictures.labelled_folders import find_labelled, find_pictures
from senet_viz.pictures.zip_pictures import unpack_pictures

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class NamedPictures:
    """Files in an order that mixes the classes, and class numbers; None where there are no labels.

    ``told`` says how the classes were told, or why they were not; ``counted`` what was left out.
    ``shown`` is what they are called.
    """

    folder: Path
    shown: str
    files: tuple[Path, ...]
    classes: tuple[int, ...] | None
    told: str
    counted: tuple[LeftOut, ...]

    @property
    def source(self) -> str:
        """Which, in words."""
        labelled = tr("labelled") if self.classes is not None else tr("without labels")
        return tr("{folder}, {labelled}", folder=self.shown, labelled=labelled)

    def halves(self) -> tuple["NamedPictures", "NamedPictures"]:
        """Every second picture, and the others: to rank on, and to judge on."""
        first, second = (
            replace(
                self,
                files=self.files[start::2],
                classes=None if self.classes is None else self.classes[start::2],
            )
            for start in (0, 1)
        )
        return first, second

    def labels_at(self, places: Sequence[int]) -> list[int] | None:
        """The class numbers of the files at these places; None where there are no labels."""
        return None if self.classes is None else [self.classes[place] for place in places]


def name_pictures(
    folder: Path,
    labels: Sequence[str],
    *,
    most: int,
    may_open: MayOpen = anywhere,
    shown: str = "",
) -> NamedPictures:
    """At most ``most`` pictures of a folder, with the classes of a network of these ``labels``.

    Where no picture has a label that is one of them, all are taken without, and ``told`` says so.
    Raises an InputError or ImageError where the folder is not there or holds no picture.
    """
    name = shown or str(folder)
    try:
        labelled = find_labelled(folder, labels, may_open=may_open)
    except ImageError as error:
        every = find_pictures(folder, may_open=may_open)
        if not every.files:
            raise ImageError(
                tr("{folder} holds no pictures. Give a folder of pictures", folder=name)
            ) from error
        files = every.files[:: max(1, len(every.files) // most)][:most]
        told = tr(
            "No picture has a label that is a class of the network, so its own answers are taken "
            "for the right ones."
        )
        return NamedPictures(folder, name, files, None, told, every.counted)
    head = labelled.head(most)
    return NamedPictures(folder, name, head.files, head.classes, labelled.told, labelled.counted)


def require_apart(first: NamedPictures, second: NamedPictures) -> None:
    """Raise an InputError where a picture to rank on is one to judge on, by its content."""
    known = {_sha256(file) for file in first.files}
    twice = sum(_sha256(file) in known for file in second.files)
    if twice:
        raise InputError(
            tr(
                "{twice} of the pictures in {second} are in {first} too. Channels are judged on "
                "pictures that they were not ranked on: give other ones",
                twice=twice,
                second=second.shown,
                first=first.shown,
            )
        )


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else str(file)


@contextmanager
def opened(pictures: Path) -> Iterator[Path]:
    """A folder as it is, or a zip unpacked as long as the ``with`` block lasts."""
    if pictures.is_dir() or pictures.suffix.lower() != ".zip":
        yield pictures
        return
    with TemporaryDirectory(prefix="senet_viz_") as place:
        folder = Path(place) / pictures.stem
        unpack_pictures(pictures, folder)
        yield folder


def read_batches(
    net: Network,
    pictures: NamedPictures,
    *,
    unreadable: list[str] | None = None,
    at_once: int = AT_ONCE,
) -> Iterator[tuple[Tensor, list[int] | None]]:
    """The pictures as batches for a network: images (n, 3, h, w), and class numbers (n,) or None.

    Files that are no pictures are passed over, and named in ``unreadable`` with the reason.
    """
    ready: list[Tensor] = []
    places: list[int] = []
    for place, file in enumerate(pictures.files):
        try:
            ready.append(net.preprocess(decoding.read(file.read_bytes()).image))
            places.append(place)
        except (ImageError, OSError) as error:
            if unreadable is not None:
                unreadable.append(f"{readable(file.name)}: {error.args[0]}")
        if len(ready) == at_once:
            yield torch.cat(ready), pictures.labels_at(places)
            ready, places = [], []
    if ready:
        yield torch.cat(ready), pictures.labels_at(places)
