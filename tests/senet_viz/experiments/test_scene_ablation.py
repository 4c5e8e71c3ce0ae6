"""What replacing gates does to boxes and class maps equals an override and a pass of its own."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.scene_effects import BoxChange, MapChange, compare_scenes, mean_overlap
from senet_viz.core.scenes import Detection, Scene, Segmentation
from senet_viz.experiments import (
    scene_accuracy_effects,
    scene_block_effects,
    scene_channel_effects,
)
from senet_viz.experiments.average_precision import mean_average_precision
from senet_viz.experiments.scene_tally import class_counts
from senet_viz.pictures.scene_truth import TrueBoxes
from tests.scene_networks import Detector, Segmenter, made, picture

KINDS = [Detector, Segmenter]


def seen(model: nn.Module, image: torch.Tensor) -> Scene:
    scene = sv.capture(model, image, features="none").scene
    assert scene is not None
    return scene


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_in_turn_is_an_override_of_it(kind: type) -> None:
    model, image = made(kind), picture()
    found = scene_channel_effects(model, image, "late", put=0.0)
    before = seen(model, image)
    gates = sv.capture(model, image, features="none")["late"].excitation
    for channel, change in enumerate(found.changes):
        put = gates.copy()
        put[0, channel] = 0
        with sv.override(model, {"late": put}):
            expected = compare_scenes(before, seen(model, image))
        assert change.size(0.0) == pytest.approx(expected.size(0.0), abs=1e-6)
    assert np.ptp(found.sizes(0.0)) > 0.001, "a change that is the same for all proves nothing"
    assert found.most_effective(1, 0.0)[0] == np.abs(found.sizes(0.0)).argmax()


@pytest.mark.parametrize("kind", KINDS)
def test_all_gates_of_a_block(kind: type) -> None:
    model, image = made(kind), picture()
    usual = {"early": np.zeros(8, np.float32), "late": np.full(8, 0.5, np.float32)}
    found = scene_block_effects(model, image, usual=usual)
    assert [(e.block.name, e.how) for e in found[:3]] == [
        ("early", "one"),
        ("early", "usual"),
        ("early", "shuffled"),
    ]
    assert [len(e.changes) for e in found[:3]] == [1, 1, 8] and found[2].spread(0.0) > 0
    before = seen(model, image)
    with sv.override(model, {"early": usual["early"][None]}):
        expected = compare_scenes(before, seen(model, image))
    assert found[1].size(0.0) == pytest.approx(expected.size(0.0), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_over_pictures_the_mean_and_its_error(kind: type) -> None:
    model, images = made(kind), [picture(seed) for seed in range(3)]
    *_, found = scene_accuracy_effects(model, [(image, None) for image in images])
    sizes = []
    for image in images:
        with sv.override(model, {"late": np.ones((1, 8), np.float32)}):
            after = seen(model, image)
        sizes.append(compare_scenes(seen(model, image), after).size())
    (late,) = (e for e in found.of("one") if e.block.name == "late")
    assert late.change == pytest.approx(np.mean(sizes), abs=1e-6) and found.truth is None
    assert late.standard_error == pytest.approx(np.std(sizes, ddof=1) / 3**0.5, abs=1e-6)


def test_what_the_network_finds_itself_is_a_mean_overlap_of_one() -> None:
    model, images = made(Segmenter), [picture(seed) for seed in range(3)]
    truths = [np.asarray(seen(model, image).classes) for image in images]
    *_, found = scene_accuracy_effects(model, list(zip(images, truths, strict=True)))
    assert (found.measure, found.truth) == ("mIoU", 1.0)
    assert all(e.truth_change <= 0 and e.truth_error >= 0 for e in found.effects)
    assert min(e.truth_change for e in found.effects) < -0.01


def test_the_surest_boxes_of_a_detector_are_a_precision_of_one() -> None:
    model, images = made(Detector), [picture()]
    boxes = [seen(model, image) for image in images]
    truths = [TrueBoxes(b.boxes[:6], b.classes[:6], np.zeros(6, bool)) for b in boxes]
    *_, before, found = scene_accuracy_effects(model, list(zip(images, truths, strict=True)))
    assert before.truth is None, "mAP is worked out once, at the end"
    assert found.measure == "mAP" and found.truth == pytest.approx(1)
    assert min(e.truth_change for e in found.effects) < -0.01


def test_a_classifier_is_told_where_to_go() -> None:
    net = sv.load_model("se_resnet18_imagenette")
    with pytest.raises(sv.CaptureError, match="channel_effects"):
        scene_block_effects(net.model, torch.zeros(1, 3, 64, 64))


def boxes(corners: list[list[float]], scores: list[float], classes: list[int]) -> Detection:
    return Detection(
        np.array(corners, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.array(classes, np.int64),
    )


def test_boxes_are_matched_by_class_and_overlap_one_to_one() -> None:
    before = boxes([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]], [0.9, 0.8, 0.7], [1, 1, 2])
    after = boxes([[0, 0, 10, 11], [50, 50, 60, 60]], [0.6, 0.5], [1, 3])
    change = compare_scenes(before, after)
    assert isinstance(change, BoxChange)
    np.testing.assert_allclose(change.after, [0.6, 0, 0])  # the second finds the first's box taken
    assert change.new.tolist() == [0.5]
    assert change.size(0.85) == pytest.approx(-0.3) and np.isnan(change.size(0.95))
    nothing = compare_scenes(before, boxes(np.empty((0, 4)).tolist(), [], []))
    assert nothing.size(0.0) == pytest.approx(-0.8)


def test_a_class_map_against_another() -> None:
    def of(classes: list[list[int]]) -> Segmentation:
        return Segmentation(np.array(classes), np.ones((1, 4), np.float32))

    assert compare_scenes(of([[0, 1, 2, 2]]), of([[0, 1, 1, 0]])) == MapChange(0.5)
    with pytest.raises(sv.SENetVizError, match="two of one kind"):
        compare_scenes(of([[0, 1, 2, 2]]), boxes([[0, 0, 1, 1]], [1], [1]))


def test_a_mask_of_another_size_and_places_that_do_not_count() -> None:
    found, wanted = np.array([[0, 1], [1, 1]]), np.repeat(np.repeat([[0, 1], [-1, 0]], 3, 0), 3, 1)
    counts = class_counts(found, wanted)
    assert (counts.right.tolist(), counts.wanted.tolist()) == ([1, 1], [2, 1])
    assert counts.predicted.tolist() == [1, 2]


def test_pictures_of_few_and_of_many_classes_are_counted_together() -> None:
    one, two, three = (np.full((2, 2), number) for number in range(3))
    whole, without_one = mean_overlap([class_counts(one, one), class_counts(three, two)])
    assert whole == pytest.approx(1 / 2) and without_one.tolist() == [0, 1]


def test_average_precision_of_a_miss_and_a_crowd() -> None:
    two = np.array([[0, 0, 10, 10], [20, 20, 30, 30]], np.float32)
    plain = TrueBoxes(two, np.array([1, 1]), np.array([False, False]))
    crowd = TrueBoxes(two, np.array([1, 1]), np.array([False, True]))
    found = boxes([[0, 0, 10, 10]], [0.9], [1])
    assert mean_average_precision([plain], [found])[0] == pytest.approx(51 / 101)
    assert mean_average_precision([crowd], [found])[0] == pytest.approx(1)
    none = TrueBoxes(np.empty((0, 4), np.float32), np.empty(0, np.int64), np.empty(0, bool))
    assert np.isnan(mean_average_precision([none], [found])[0])
