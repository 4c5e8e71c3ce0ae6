"""What a network found in a picture, drawn and in words: boxes, or a class for every pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.core.translation import tr
from senet_viz.figures.base import palette_images
from senet_viz.figures.base.formats import listing, percent
from senet_viz.figures.block.scene_marks import Box, Mark, Pixels, draw_boxes, paint_classes

BACKGROUND = "background"
MOST_BOXES = 40
SIDE = 640  # about the longest side of the PNG: sharp letters on a small input too
NAMED = 3  # classes named in a sentence


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One box, or one class of a segmented picture.

    ``score`` in [0, 1] is the box's own, or the mean probability over the class's pixels;
    ``share`` in [0, 1] is the class's share of the picture, None for a box. ``place`` is that in
    the network's labels, -1 where the scores were not finite.
    """

    place: int
    label: str
    score: float
    share: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ScenePicture:
    """A scene on its picture as a PNG, its sentence, its words and its rows.

    The words are plain text, as those of a ``Chart``. ``note`` says what is not drawn, "" where
    everything is. ``rows`` holds all boxes above the threshold, drawn or not, or all classes.
    """

    png: bytes
    title: str
    reads: str
    caution: str
    note: str
    alt: str
    rows: tuple[SceneRow, ...]


def scene_rows(
    scene: Scene, labels: Sequence[str], *, threshold: float = 0.0
) -> tuple[SceneRow, ...]:
    """What was found, in words and numbers: the surest box or the largest class first.

    Boxes below ``threshold`` are left out; a segmented picture's shares add up to 1. ``labels``
    names the classes; one without a name of its own is called by its number.

    >>> box = np.array([[4, 8, 20, 30]], dtype=np.float32)
    >>> found = Detection(box, np.array([0.5], dtype=np.float32), np.array([1]))
    >>> scene_rows(found, ("__background__", "dog"))
    (SceneRow(place=1, label='dog', score=0.5, share=None),)
    """
    if isinstance(scene, Detection):
        scored = zip(scene.classes.tolist(), scene.scores.tolist(), strict=True)
        return tuple(SceneRow(p, class_name(p, labels), s) for p, s in scored if s >= threshold)
    places, inverse, sizes = np.unique(scene.classes, return_inverse=True, return_counts=True)
    sums = np.bincount(inverse.ravel(), weights=scene.probability.ravel())
    rows = [
        SceneRow(int(p), class_name(int(p), labels), float(s / n), float(n / scene.classes.size))
        for p, s, n in zip(places, sums, sizes, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -(row.share or 0)))


def class_name(place: int, labels: Sequence[str]) -> str:
    """The label, or the class's number where it has none."""
    if place < 0:
        return tr("scores not finite")
    label = labels[place] if place < len(labels) else "N/A"
    return tr("class {place}", place=place) if label == "N/A" else label.strip("_")


def scene_picture(
    picture: Pixels,
    scene: Scene,
    *,
    labels: Sequence[str],
    threshold: float = 0.5,
    opacity: float = 0.6,
) -> ScenePicture:
    """What did the network find, and where? On picture (h, w, 3), the network's own input.

    ``threshold`` is the lowest score of a box that is shown, ``opacity`` that of the colours of
    a segmented picture.
    """
    factor = max(1, round(SIDE / max(picture.shape[:2])))
    size = picture.shape[1] * factor, picture.shape[0] * factor
    large = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    if isinstance(scene, Detection):
        return _detected(large, scene, labels, factor=factor, threshold=threshold)
    return _segmented(large, scene, labels, opacity=opacity)


def _detected(
    large: Image.Image, scene: Detection, labels: Sequence[str], *, factor: int, threshold: float
) -> ScenePicture:
    rows = scene_rows(scene, labels, threshold=threshold)
    boxes = [_on_page(box * factor, large.size) for box in scene.boxes[: len(rows)]]
    marks = [
        Mark(box, row.place, f"{row.label} {row.score:.2f}")
        for box, row in zip(boxes, rows, strict=True)
        if box is not None
    ]
    unnamed = draw_boxes(large, marks[:MOST_BOXES])
    return ScenePicture(
        png=palette_images.png(large),
        title=_boxes_title(scene, rows, labels, threshold),
        reads=tr("Each box holds what the network takes for one thing, with its class and score."),
        caution=tr(
            "A score is not the chance of being right, and what has no box was not "
            "proved absent: it may stand below the lowest score shown."
        ),
        note=_boxes_note(len(rows), len(marks), unnamed),
        alt=tr(
            "Boxes on the picture: {first}.",
            first=_first([f"{r.label} {r.score:.2f}" for r in rows]),
        ),
        rows=rows,
    )


def _on_page(box: npt.NDArray[np.float32], page: tuple[int, int]) -> Box | None:
    """The part of a box on the page, in whole pixels; None where there is none."""
    left, right = sorted((float(box[0]), float(box[2])))
    top, bottom = sorted((float(box[1]), float(box[3])))
    if right <= 0 or bottom <= 0 or left >= page[0] or top >= page[1]:
        return None
    x1, y1 = int(max(left, 0)), int(max(top, 0))
    return x1, y1, max(x1, int(min(right, page[0])) - 1), max(y1, int(min(bottom, page[1])) - 1)


def _boxes_title(
    scene: Detection, rows: Sequence[SceneRow], labels: Sequence[str], threshold: float
) -> str:
    if len(scene) == 0:
        return tr("The network found no box")
    surest = class_name(int(scene.classes[0]), labels)
    if not rows:
        best = tr("the surest is {surest} at {scores:.2f}", surest=surest, scores=scene.scores[0])
        return tr("No box scores {threshold:.2f} or more: {best}", threshold=threshold, best=best)
    if len(rows) == 1:
        return tr(
            "1 box scores {threshold:.2f} or more, the surest {surest}",
            threshold=threshold,
            surest=surest,
        )
    return tr(
        "{rows} boxes score {threshold:.2f} or more, the surest {surest}",
        rows=len(rows),
        threshold=threshold,
        surest=surest,
    )


def _boxes_note(rows: int, inside: int, unnamed: int) -> str:
    drawn, notes = min(inside, MOST_BOXES), []
    if inside > drawn:
        notes.append(tr("The {drawn} surest boxes are drawn.", drawn=drawn))
    if rows > inside:
        notes.append(tr("{boxes} outside the picture.", boxes=_boxes(rows - inside)))
    if unnamed:
        notes.append(tr("{boxes} without room for a name.", boxes=_boxes(unnamed)))
    return " ".join(notes)


def _boxes(number: int) -> str:
    return tr("{number} box", number=number) if number == 1 else tr("{number} boxes", number=number)


def _segmented(
    large: Image.Image, scene: Segmentation, labels: Sequence[str], *, opacity: float
) -> ScenePicture:
    rows = scene_rows(scene, labels)
    bare = [row.place for row in rows if row.label == BACKGROUND]
    places = _stretched(scene.classes, large.size)
    painted = paint_classes(np.asarray(large), places, bare=bare, opacity=opacity)
    words = [f"{row.label} {percent(row.share or 0)}" for row in rows]
    return ScenePicture(
        png=palette_images.png(Image.fromarray(painted)),
        title=_classes_title(rows, words),
        reads=tr(
            "Each pixel wears the colour and texture of the class that won it; the "
            "list names them. The background stays bare."
        ),
        caution=tr(
            "Every pixel is given to one of the classes the network knows, whatever it "
            "shows: a low mean probability says that the win was narrow."
        ),
        note="",
        alt=tr("Classes on the picture, by share: {first}.", first=_first(words)),
        rows=rows,
    )


def _stretched(places: npt.NDArray[np.int64], size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """The map of classes at the size (w, h) of the picture, each value a square."""
    rows = np.arange(size[1]) * places.shape[0] // size[1]
    columns = np.arange(size[0]) * places.shape[1] // size[0]
    return np.asarray(places[rows[:, None], columns])


def _classes_title(rows: Sequence[SceneRow], words: Sequence[str]) -> str:
    if len(rows) == 1:
        return tr("The whole picture is one class: {label}", label=rows[0].label)
    named = listing(words[:NAMED])
    if len(rows) > NAMED:
        return tr(
            "{classes} classes: {named} and {more} more",
            classes=len(rows),
            named=named,
            more=len(rows) - NAMED,
        )
    return tr("{rows} classes: {named}", rows=len(rows), named=named)


def _first(words: Sequence[str]) -> str:
    """The first of the words, and how many more there are."""
    shown = listing(words[:MOST_BOXES]) or tr("none")
    return (
        tr("{shown} and {words} more", shown=shown, words=len(words) - MOST_BOXES)
        if len(words) > MOST_BOXES
        else shown
    )
