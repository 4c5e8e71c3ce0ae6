"""Scenes drawn: the box or the class is where it was found, in words that count right."""

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import get_model_weights

import senet_viz as sv
from senet_viz.core.scenes import Detection, Segmentation
from senet_viz.figures.base.theme import rgb
from senet_viz.figures.block.scene_marks import (
    CLASS_COLOURS,
    FAINT,
    box_swatch,
    class_colour,
    class_swatch,
)
from senet_viz.figures.block.scenes import MOST_BOXES, scene_picture, scene_rows
from senet_viz.models.from_torchvision import build_untrained

LABELS = ("__background__", "person", "bicycle", "N/A", "cat")


def detection(boxes: Any, scores: Any, classes: Any) -> Detection:
    return Detection(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.array(classes, np.int64),
    )


def segmentation(classes: Any, probability: float = 0.5) -> Segmentation:
    places = np.array(classes, np.int64)
    return Segmentation(places, np.full(places.shape, probability, np.float32))


def plain(value: int, *, side: int = 320) -> np.ndarray:
    return np.full((side, side, 3), value, np.uint8)


def holds(drawn: np.ndarray, colour: tuple[int, ...]) -> np.ndarray:
    """(rows, columns) of the pixels of exactly this colour."""
    return np.argwhere((drawn == np.array(colour)).all(axis=2))


# --- boxes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", [0, 255, 128])
def test_a_box_is_drawn_where_it_is_on_any_ground(make: Any, ground: int) -> None:
    scene = detection([[40, 60, 200, 300]], [0.9], [1])
    shown = scene_picture(plain(ground), scene, labels=LABELS)
    drawn = make.pixels(shown.png)
    assert drawn.shape == (640, 640, 3), "twice the input's size"
    line = holds(drawn, class_colour(1))
    below_the_name = line[line[:, 0] > 160]
    assert abs(below_the_name[:, 1].min() - 80) <= 1 and abs(below_the_name[:, 1].max() - 399) <= 1
    assert abs(line[:, 0].max() - 599) <= 1
    assert (drawn[130:590, 90:390] == ground).all(), "nothing is drawn inside the box"
    assert (drawn[610:, :] == ground).all(), "nothing is drawn outside it"
    rim = holds(drawn, (0, 0, 0))
    assert ground == 0 or rim[:, 1].min() < below_the_name[:, 1].min(), "a dark rim round the line"
    assert shown.title == "1 box scores 0.50 or more, the surest person"
    assert shown.alt == "Boxes on the picture: person 0.90."
    assert shown.note == ""


def test_boxes_of_a_real_detector_are_drawn_where_it_found_them(make: Any) -> None:
    """Untrained, so its scores are low; its classes and places are real."""
    labels = get_model_weights("ssdlite320_mobilenet_v3_large").DEFAULT.meta["categories"]
    pixels, scene = real_detection()
    shown = scene_picture(pixels, scene, labels=labels, threshold=0.0)
    assert len(shown.rows) == len(scene) > MOST_BOXES
    assert shown.rows[0].label == labels[scene.classes[0]]
    assert f"The {MOST_BOXES} surest boxes are drawn." in shown.note
    drawn, bare = make.pixels(shown.png), make.pixels(empty(pixels).png)
    left, top, _, bottom = (scene.boxes[0] * 2).round().astype(int)
    colour = class_colour(int(scene.classes[0]))
    middle = (top + bottom) // 2
    found = holds(drawn[middle - 20 : middle + 20, max(0, left - 2) : left + 3], colour)
    assert len(found) > 0 and not (drawn == bare).all()


@cache
def real_detection() -> tuple[np.ndarray, Detection]:
    net = sv.load_model("ssdlite320_mobilenet_v3_large", trained=False)
    batch = net.preprocess(sv.decode(sv.load_sample("china")))
    scene = sv.capture(net.model, batch, features="none").scene
    assert isinstance(scene, Detection)
    return net.preprocess.pixels(batch)[0], scene


def empty(pixels: np.ndarray) -> Any:
    return scene_picture(pixels, detection([], [], []), labels=LABELS)


def test_no_box_at_all_and_none_above_the_threshold(make: Any) -> None:
    nothing = empty(plain(90))
    assert nothing.title == "The network found no box"
    assert nothing.alt == "Boxes on the picture: none."
    assert (nothing.rows, nothing.note) == ((), "")
    low = detection([[1, 1, 9, 9]], [0.3], [4])
    shown = scene_picture(plain(90), low, labels=LABELS)
    assert shown.title == "No box scores 0.50 or more: the surest is cat at 0.30"
    assert shown.png == nothing.png, "and nothing is drawn"
    assert (make.pixels(shown.png) == 90).all()


def test_the_threshold_is_the_lowest_score_shown() -> None:
    scene = detection(np.tile([5, 5, 50, 50], (3, 1)), [0.75, 0.5, 0.25], [1, 2, 4])
    assert [r.label for r in scene_rows(scene, LABELS, threshold=0.5)] == ["person", "bicycle"]
    assert len(scene_rows(scene, LABELS)) == 3
    assert scene_rows(scene, LABELS, threshold=0.76) == ()
    title = scene_picture(plain(0), scene, labels=LABELS, threshold=0.25).title
    assert title == "3 boxes score 0.25 or more, the surest person"


def test_hundreds_of_boxes_are_capped_in_words() -> None:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 260, (300, 2))
    boxes = np.hstack([corner, corner + 50])
    scores = np.sort(rng.uniform(0.5, 1, 300))[::-1]
    scene = detection(boxes, scores, rng.integers(1, 5, 300))
    shown = scene_picture(plain(255), scene, labels=LABELS)
    assert len(shown.rows) == 300
    assert shown.note.startswith(f"The {MOST_BOXES} surest boxes are drawn.")
    assert shown.note.endswith("without room for a name.")
    assert shown.alt.endswith(f"and {300 - MOST_BOXES} more.")
    first = detection(boxes[:MOST_BOXES], scores[:MOST_BOXES], scene.classes[:MOST_BOXES])
    assert scene_picture(plain(255), first, labels=LABELS).png == shown.png


@pytest.mark.parametrize(
    "box",
    [
        [400, 400, 500, 500],
        [-50, -50, -1, -1],
        [-90, 10, 0, 20],
        [10, 320, 20, 1e30],
        [-1e30, -1e30, -1e20, 5],
    ],
)
def test_a_box_outside_the_picture_is_said_not_drawn(box: list[float]) -> None:
    shown = scene_picture(plain(70), detection([box], [0.9], [1]), labels=LABELS)
    assert shown.note == "1 box outside the picture."
    assert shown.png == empty(plain(70)).png
    assert len(shown.rows) == 1


@pytest.mark.parametrize(
    "box",
    [
        [-1e30, -1e30, 1e30, 1e30],
        [-40, -30, 60, 60],
        [300, 300, 400, 400],
        [60, 60, 20, 20],
        [30, 30, 30, 30],
        [319.9, 319.9, 320, 320],
    ],
)
def test_boxes_over_the_edge_turned_round_or_of_no_size_are_drawn(make: Any, box: Any) -> None:
    shown = scene_picture(plain(70), detection([box], [0.9], [1]), labels=LABELS)
    assert len(holds(make.pixels(shown.png), class_colour(1))) > 0
    assert shown.note == ""


@pytest.mark.parametrize("turned", [[60, 20, 20, 90], [20, 90, 60, 20], [60, 90, 20, 20]])
def test_a_box_turned_round_is_the_same_box(turned: list[float]) -> None:
    upright, other = (
        scene_picture(plain(70), detection([box], [0.9], [1]), labels=LABELS).png
        for box in ([20, 20, 60, 90], turned)
    )
    assert upright == other


def test_names_never_cover_each_other(make: Any) -> None:
    """Ten boxes in one place: three names have room, over, inside and under."""
    scene = detection(np.tile([60, 60, 200, 200], (10, 1)), np.full(10, 0.9), np.full(10, 1))
    shown = scene_picture(plain(255), scene, labels=LABELS)
    assert shown.note == "7 boxes without room for a name."


def test_an_odd_label_is_drawn_as_far_as_the_font_goes() -> None:
    labels = ("__background__", "猫<b>$x$", "w" * 500)
    scene = detection([[9, 9, 90, 90], [9, 150, 90, 300]], [0.9, 0.8], [1, 2])
    shown = scene_picture(plain(255), scene, labels=labels)
    assert [r.label for r in shown.rows] == list(labels[1:])


def test_classes_without_a_name_go_by_their_number() -> None:
    scene = detection(np.tile([9, 9, 90, 90], (3, 1)), [0.9, 0.8, 0.7], [3, 7, 0])
    assert [r.label for r in scene_rows(scene, LABELS)] == ["class 3", "class 7", "background"]
    assert [r.label for r in scene_rows(scene, ())] == ["class 3", "class 7", "class 0"]


def test_labels_of_torchvisions_detectors_index_as_its_documentation_says() -> None:
    labels = get_model_weights("fasterrcnn_mobilenet_v3_large_fpn").DEFAULT.meta["categories"]
    scene = detection(np.zeros((4, 4)), [0.9, 0.8, 0.7, 0.6], [1, 12, 17, 90])
    rows = scene_rows(scene, labels)
    assert [r.label for r in rows] == ["person", "class 12", "cat", "toothbrush"]
    model = build_untrained("ssdlite320_mobilenet_v3_large")
    assert len(labels) == model.head.classification_head.num_columns == 91


# --- classes ------------------------------------------------------------------------------------


def test_shares_sum_to_one_and_the_largest_comes_first() -> None:
    places = np.random.default_rng(1).integers(0, 5, (33, 21))
    rows = scene_rows(segmentation(places, 0.25), LABELS)
    assert sum(r.share for r in rows) == pytest.approx(1)
    assert [r.share for r in rows] == sorted((r.share for r in rows), reverse=True)
    for row in rows:
        assert row.share == pytest.approx((places == row.place).mean())
        assert row.score == pytest.approx(0.25)


def test_the_score_of_a_class_is_the_mean_over_its_own_pixels() -> None:
    scene = Segmentation(np.array([[1, 1, 4]]), np.array([[0.2, 0.4, 0.9]], np.float32))
    first, second = scene_rows(scene, LABELS)
    assert (first.label, second.label) == ("person", "cat")
    assert (first.score, second.score) == (pytest.approx(0.3), pytest.approx(0.9))


def test_rows_of_a_real_network_are_its_own_argmax() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = build_untrained("lraspp_mobilenet_v3_large").eval()
    x = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    scene = sv.capture(model, x, features="none").scene
    with torch.no_grad():
        own = model(x)["out"][0].argmax(0).numpy()
    rows = scene_rows(scene, ())
    assert sum(r.share for r in rows) == pytest.approx(1)
    assert {r.place: r.share for r in rows} == {
        int(p): pytest.approx((own == p).mean()) for p in np.unique(own)
    }


def test_a_class_is_painted_where_it_won_and_the_background_stays_bare(make: Any) -> None:
    places = np.zeros((640, 640), np.int64)
    places[:320, 320:] = 1
    shown = scene_picture(plain(200, side=640), segmentation(places), labels=LABELS, opacity=0.6)
    drawn = make.pixels(shown.png)
    mixed = (0.4 * 200 + 0.6 * np.array(class_colour(1))).round()
    assert (drawn[:319, 321:] == mixed).all()
    assert (drawn[330:] == 200).all() and (drawn[:, :310] == 200).all()
    assert (drawn[100, 319] == 0).all(), "a dark line where two classes meet"
    assert shown.title == "2 classes: background 75%, person 25%"
    assert shown.alt == "Classes on the picture, by share: background 75%, person 25%."


def test_no_opacity_is_the_picture_itself(make: Any) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (640, 640, 3)).astype(np.uint8)
    places = np.indices((640, 640)).sum(0) // 100
    shown = scene_picture(picture, segmentation(places), labels=(), opacity=0.0)
    np.testing.assert_array_equal(make.pixels(shown.png), picture)


def test_a_coarse_map_of_classes_is_stretched_over_the_picture(make: Any) -> None:
    scene = segmentation([[1, 2], [4, 1]])
    drawn = make.pixels(scene_picture(plain(0), scene, labels=LABELS, opacity=1.0).png)
    for (row, column), place in {(100, 100): 1, (100, 500): 2, (500, 100): 4}.items():
        assert tuple(drawn[row, column]) == class_colour(place)


def test_one_class_only_is_said() -> None:
    shown = scene_picture(plain(9), segmentation(np.full((8, 8), 4)), labels=LABELS)
    assert shown.title == "The whole picture is one class: cat"
    assert shown.rows[0].share == 1


def test_twenty_one_classes_all_look_different() -> None:
    swatches = {class_swatch(place) for place in range(21)}
    assert len(swatches) == 21
    assert class_swatch(0, bare=True) not in swatches
    places = np.arange(21).repeat(30)[None].repeat(40, 0)
    shown = scene_picture(np.zeros((40, 630, 3), np.uint8), segmentation(places), labels=())
    assert len(shown.rows) == 21 and shown.title.endswith("and 18 more")


@pytest.mark.parametrize("place", [1, 8, 15])
def test_a_texture_lets_the_picture_through_but_keeps_the_colour(make: Any, place: int) -> None:
    scene = segmentation(np.full((640, 640), place))
    drawn = make.pixels(scene_picture(plain(0, side=640), scene, labels=(), opacity=1.0).png)
    full = np.array(rgb(CLASS_COLOURS[1]), np.float64)
    faint = (FAINT * full).round()
    shades = [full] if place == 1 else [full, faint]
    seen = np.unique(drawn @ [65536, 256, 1])
    assert set(seen) == {shade @ [65536, 256, 1] for shade in shades}
    if place > 1:
        solid = (drawn == full).all(axis=2).mean()
        assert 0.25 < solid < 0.75


def test_pixels_without_a_class_are_grey_and_named(make: Any) -> None:
    places = np.ones((640, 640), np.int64)
    places[:64] = -1
    shown = scene_picture(plain(0, side=640), segmentation(places), labels=LABELS, opacity=1.0)
    assert shown.rows[1].label == "scores not finite"
    assert shown.title == "2 classes: person 90%, scores not finite 10%"
    assert tuple(make.pixels(shown.png)[10, 10]) == class_colour(-1) != class_colour(6)


def test_swatches_are_small_framed_pngs(make: Any) -> None:
    for place in (0, 1, 8, 15, -1):
        png = class_swatch(place)
        assert Image.open(BytesIO(png)).size == (32, 32) and len(png) < 800
        drawn = make.pixels(png)
        assert (drawn[0] == class_colour(-1)).all() and (drawn[:, -1] == class_colour(-1)).all()
        assert len(holds(drawn, class_colour(place))) > 200


def test_a_small_box_has_the_colour_of_its_class_whatever_the_texture(make: Any) -> None:
    drawn = np.asarray(Image.open(BytesIO(box_swatch(15))))
    assert tuple(drawn[16, 5]) == (*class_colour(15), 255)
    assert class_colour(15) == class_colour(1)
    assert drawn[16, 16, 3] == drawn[0, 0, 3] == 0, "an outline on no ground"


def test_the_swatch_of_a_bare_class_is_an_empty_frame() -> None:
    drawn = np.asarray(Image.open(BytesIO(class_swatch(0, bare=True))))
    assert tuple(drawn[0, 5]) == (*class_colour(-1), 255)
    assert (drawn[1:-1, 1:-1, 3] == 0).all()
    assert np.asarray(Image.open(BytesIO(class_swatch(0))))[:, :, 3].min() == 255
