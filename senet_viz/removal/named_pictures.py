"""The pictures that a person names for a plan: labelled where they are, and how many."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import torch
from torch import Tensor

from senet_viz.blocks.examples import picture_channels
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.extras import require_extra
from senet_viz.core.left_out import LeftOut
from senet_viz.core.readable_text import readable
from senet_viz.core.scenes import Detection
from senet_viz.core.translation import tr
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.hooks.network_output import scenes_in
from senet_viz.models.network import Network
from senet_viz.pictures import decoding
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.pictures.labelled_folders import find_labelled, find_pictures
from senet_viz.pictures.scene_truth import ScenePictures, TrueBoxes, find_scenes
from senet_viz.pictures.zip_pictures import unpack_pictures
from senet_viz.removal.block_gates import Batch

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class NamedPictures:
    """Files in an order that mixes the classes, and class numbers; None where there are no labels.

    ``told`` says how the classes were determined, or why they were not; ``counted`` what was left
    out. ``shown`` is the name shown for them. ``scenes`` are the same files for a network that
    finds boxes or a class map, with boxes or masks where there are any.
    """

    folder: Path
    shown: str
    files: tuple[Path, ...]
    classes: tuple[int, ...] | None
    told: str
    counted: tuple[LeftOut, ...]
    scenes: ScenePictures | None = None

    @property
    def source(self) -> str:
        """Which, in words."""
        if self.scenes is None:
            known = tr("labelled") if self.classes is not None else tr("without labels")
        elif not self.scenes.truths:
            known = tr("without boxes or masks")
        else:
            boxes = isinstance(next(iter(self.scenes.truths.values())), TrueBoxes)
            known = tr("with boxes") if boxes else tr("with masks")
        return tr("{folder}, {labelled}", folder=self.shown, labelled=known)

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


def finds(net: Network) -> Literal["boxes", "map"] | None:
    """What the network finds in a picture; None for one that gives scores by class."""
    draw = torch.Generator().manual_seed(0)
    shape = (1, picture_channels(net.model), *net.preprocess.input_size)
    noise = placed(net.model, torch.rand(shape, generator=draw))
    with torch.no_grad():
        scenes = scenes_in(shared_copy(unwrapped(net.model)[0])(noise))
    return ("boxes" if isinstance(scenes[0], Detection) else "map") if scenes else None


def pictures_for(
    net: Network,
    folder: Path,
    *,
    most: int,
    may_open: MayOpen = anywhere,
    shown: str = "",
    truths: Path | None = None,
) -> NamedPictures:
    """As ``name_pictures``; for a network that finds boxes or a class map, as ``find_scenes``.

    truths: the COCO JSON or the folder of masks, where it is not in the folder. Raises an
    InputError where the network is a classifier and ``truths`` is given.
    """
    what = finds(net)
    if what is not None:
        scenes = scenes_for(net, folder, boxes=what == "boxes", may_open=may_open, truths=truths)
        return _named(scenes.head(most), shown or str(folder), boxes=what == "boxes")
    if truths is not None:
        raise InputError(
            tr(
                "{truths} was given, and {network} gives scores by class: boxes and masks are for "
                "detectors and segmentation networks",
                truths=readable(str(truths)),
                network=net.name,
            )
        )
    return name_pictures(folder, net.labels, most=most, may_open=may_open, shown=shown)


def scenes_for(
    net: Network,
    folder: Path,
    *,
    boxes: bool,
    may_open: MayOpen = anywhere,
    truths: Path | None = None,
) -> ScenePictures:
    """As ``find_scenes``; without boxes or masks where ``net`` is not given whole pictures.

    Raises a MissingExtraError if there are boxes but the extra ``detection`` is missing.
    """
    pictures = find_scenes(folder, net.labels, boxes=boxes, may_open=may_open, truths=truths)
    if pictures.truths and net.preprocess.whole is None:
        why = tr("its boxes or masks: the network is not given whole pictures")
        return replace(pictures, truths={}, left_out=(*pictures.left_out, why))
    if pictures.truths and boxes:
        require_extra("detection")
    return pictures


def _named(scenes: ScenePictures, shown: str, *, boxes: bool) -> NamedPictures:
    if scenes.truths:
        told = (
            tr("What is found is compared with the boxes of a COCO JSON.")
            if boxes
            else tr("The class map is compared with masks.")
        )
    else:
        told = tr(
            "There are neither boxes nor masks for them, so what the whole network finds counts as "
            "right."
        )
    if scenes.left_out:
        listed = "; ".join(scenes.left_out)
        told = tr("{told} Not used: {listed}.", told=told, listed=listed)
    return NamedPictures(scenes.folder, shown, scenes.files, None, told, (), scenes)


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
) -> Iterator[Batch]:
    """The pictures as batches for a network: images (n, 3, h, w), and class numbers (n,) or None.

    For a network that finds boxes or a class map: each picture by itself in its own shape, with its
    boxes or mask. Files that are no pictures are skipped and listed in ``unreadable`` with the
    reason.
    """
    ready: list[Tensor] = []
    places: list[int] = []
    for place, file in enumerate(pictures.files):
        try:
            image = decoding.read(file.read_bytes()).image
            truth = None if pictures.scenes is None else pictures.scenes.truth(file)
        except (ImageError, OSError) as error:
            if unreadable is not None:
                unreadable.append(f"{readable(file.name)}: {error.args[0]}")
            continue
        if pictures.scenes is not None:
            yield net.preprocess.uncropped(image), truth
            continue
        ready.append(net.preprocess(image))
        places.append(place)
        if len(ready) == at_once:
            yield torch.cat(ready), pictures.labels_at(places)
            ready, places = [], []
    if ready:
        yield torch.cat(ready), pictures.labels_at(places)
