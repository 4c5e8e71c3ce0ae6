"""What a network's output is read as, on torchvision's own detectors and segmentation networks."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import senet_viz as sv
from senet_viz.core.scenes import Detection, Segmentation
from senet_viz.hooks.network_output import guess_activation, read_output
from senet_viz.models.from_torchvision import build_untrained
from tests.randomise_norms import randomise_norms

DETECTORS = ("ssdlite320_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_fpn")
SEGMENTERS = ("lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large")


def small(name: str) -> nn.Module:
    """Untrained at 128 px; a Faster R-CNN that keeps boxes of every score, as no box is sure."""
    sizes = {"min_size": 128, "max_size": 128, "box_score_thresh": 0.0}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        options = sizes if name.startswith("fasterrcnn") else {}
        return randomise_norms(build_untrained(name, **options)).eval()


def picture(height: int = 96, width: int = 128) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(1, 3, height, width, generator=generator)


@pytest.mark.parametrize("name", [*DETECTORS, *SEGMENTERS])
def test_every_block_of_the_backbone_is_seen_once_and_proved(name: str) -> None:
    model = small(name)
    fired: list[str] = []
    for path, module in model.named_modules():
        if type(module).__name__ == "SqueezeExcitation":
            module.register_forward_hook(lambda *_, path=path: fired.append(path))
    seen = sv.capture(model, picture())
    backbone = [b for b in seen if b.block.kind == "torchvision SqueezeExcitation"]
    assert len(backbone) == 8 and [b.block.name for b in backbone] == fired
    assert {b.proof for b in seen} == {"verified"}
    assert all(b.excitation.std() > 1e-3 for b in backbone), "gates that hardly vary prove nothing"
    assert seen.logits is None


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detection_is_the_models_own_in_pixels_of_the_input(name: str) -> None:
    model, x = small(name), picture()
    with torch.no_grad():
        (expected,) = model(x)
    scene = sv.capture(model, x, features="none").scene
    assert isinstance(scene, Detection) and len(scene) > 10
    assert (scene.boxes.dtype, scene.classes.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(scene.boxes, expected["boxes"].numpy())
    np.testing.assert_array_equal(scene.scores, expected["scores"].numpy())
    np.testing.assert_array_equal(scene.classes, expected["labels"].numpy())
    assert scene.boxes.min() >= 0 and scene.boxes[:, 2].max() <= 128
    assert 90 < scene.boxes[:, 3].max() <= 96, "the input's pixels, not those of the inner resize"


@pytest.mark.parametrize("name", SEGMENTERS)
def test_a_segmentation_is_the_models_own_argmax(name: str) -> None:
    model, x = small(name), picture()
    last = [m for m in model.modules() if isinstance(m, nn.Conv2d)][-1]
    with torch.no_grad():
        last.bias -= model(x)["out"].mean((0, 2, 3))  # no class is ahead everywhere
        out = model(x)["out"]
    scene = sv.capture(model, x, features="none").scene
    assert isinstance(scene, Segmentation) and scene.classes.shape == (96, 128)
    np.testing.assert_array_equal(scene.classes, out[0].argmax(0).numpy())
    np.testing.assert_allclose(scene.probability, out[0].softmax(0).amax(0).numpy(), rtol=1e-5)
    assert len(np.unique(scene.classes)) > 5, "one class everywhere would prove little"


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_takes_one_picture(name: str) -> None:
    two = picture().repeat(2, 1, 1, 1)
    with pytest.raises(sv.CaptureError, match=r"2 pictures .* detector .* one picture at a time"):
        sv.capture(small(name), two)


def test_a_segmentation_network_takes_many_pictures_but_makes_no_scene_of_them() -> None:
    seen = sv.capture(small(SEGMENTERS[0]), picture(64, 64).repeat(2, 1, 1, 1), features="none")
    assert (seen.pictures, seen.scene, seen.logits) == (2, None, None)


def test_a_classifier_has_logits_and_no_scene(network: nn.Module, images: Tensor) -> None:
    seen = sv.capture(network, images, features="none")
    assert seen.scene is None and seen.logits is not None
    with torch.no_grad():
        np.testing.assert_allclose(seen.logits, network.eval()(images).numpy(), atol=1e-6)


def test_scores_that_are_not_finite_make_no_box() -> None:
    bad, nan = float("inf"), float("nan")
    found = {
        "boxes": torch.tensor([[0, 0, 1, 1], [0, 0, nan, 1], [0, 0, bad, 1], [2, 2, 3, 3]]),
        "scores": torch.tensor([0.25, 0.9, 0.9, 0.5]),
        "labels": torch.tensor([1, 2, 3, 4]),
    }
    scene = read_output([found]).scene
    assert isinstance(scene, Detection)
    assert scene.classes.tolist() == [4, 1], "the surest first"
    found["scores"][3] = nan
    assert read_output([found]).scene.classes.tolist() == [1]


def test_pixels_without_a_finite_score_have_no_class() -> None:
    scores = torch.zeros(1, 3, 2, 2)
    scores[0, 1] = 2.0
    scores[0, 2, 0, 0] = float("nan")
    scores[0, 2, 0, 1] = float("inf")
    scores[0, 0, 1, 0] = -float("inf")
    scene = read_output({"out": scores}).scene
    assert isinstance(scene, Segmentation)
    assert scene.classes.tolist() == [[-1, -1], [1, 1]]
    e2 = np.exp(2)
    expected = [[0, 0], [e2 / (e2 + 1), e2 / (e2 + 2)]]
    np.testing.assert_allclose(scene.probability, expected, rtol=1e-6)


def test_no_box_at_all() -> None:
    nothing = {"boxes": torch.zeros(0, 4), "scores": torch.zeros(0), "labels": torch.zeros(0)}
    scene = read_output([nothing]).scene
    assert isinstance(scene, Detection) and len(scene) == 0
    assert (scene.boxes.shape, scene.classes.dtype) == ((0, 4), np.int64)


def test_half_precision_is_read_as_float32() -> None:
    found = {
        "boxes": torch.ones(1, 4, dtype=torch.bfloat16),
        "scores": torch.ones(1, dtype=torch.bfloat16),
        "labels": torch.ones(1, dtype=torch.int32),
    }
    scene = read_output([found]).scene
    assert (scene.boxes.dtype, scene.scores.dtype, scene.classes.dtype) == (
        np.float32,
        np.float32,
        np.int64,
    )


@pytest.mark.parametrize(
    "output",
    [
        None,
        "words",
        torch.zeros(1, 2, 3, 4),
        (torch.zeros(1, 2, 3), torch.zeros(1, 2, 3, 4)),
        [],
        [{"boxes": torch.zeros(1, 4)}],
        [{"boxes": torch.zeros(2, 4), "scores": torch.zeros(1), "labels": torch.zeros(1)}],
        [{"boxes": torch.zeros(1, 5), "scores": torch.zeros(1), "labels": torch.zeros(1)}],
        [{"boxes": torch.zeros(4), "scores": torch.tensor(0.5), "labels": torch.tensor(1)}],
        {"scores of mine": torch.zeros(1, 2)},
        {"out": torch.zeros(1, 1, 4, 4)},
        {"out": torch.zeros(2, 21, 4, 4)},
    ],
)
def test_anything_else_is_neither(output: object) -> None:
    answer = read_output(output)
    assert answer.logits is None and answer.scene is None


def test_what_was_read_is_a_copy_and_closed() -> None:
    boxes = torch.ones(1, 4)
    found = {"boxes": boxes, "scores": torch.ones(1), "labels": torch.ones(1, dtype=torch.int64)}
    scene = read_output([found]).scene
    logits = read_output(boxes).logits
    boxes.zero_()
    assert scene.boxes.min() == logits.min() == 1
    segmented = read_output({"out": torch.zeros(1, 2, 3, 3)}).scene
    for array in (
        *(scene.boxes, scene.scores, scene.classes, logits),
        *(segmented.classes, segmented.probability),
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


MATRIX = torch.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("output", "taken"),
    [
        (MATRIX, ""),
        (MATRIX[:, :, None, None], ""),
        ({"logits": MATRIX, "hidden": MATRIX + 1}, "'logits'"),
        ({"out": MATRIX}, "'out'"),
        (SimpleNamespace(logits=MATRIX), ".logits"),
        ((torch.zeros(2, 3, 4), MATRIX, MATRIX + 1), "part 1"),
    ],
    ids=["matrix", "maps of one place", "mapping", "out", "attribute", "tuple"],
)
def test_class_scores_are_found_wherever_they_are(output: object, taken: str) -> None:
    answer = read_output(output)
    assert answer.taken == taken
    np.testing.assert_array_equal(answer.logits, MATRIX)


def test_another_part_is_taken_where_it_is_named() -> None:
    output = {"logits": MATRIX, "main": MATRIX + 1}
    np.testing.assert_array_equal(read_output(output, scores="main").logits, MATRIX + 1)
    np.testing.assert_array_equal(read_output((MATRIX, MATRIX + 1), scores=1).logits, MATRIX + 1)
    with pytest.raises(sv.CaptureError, match="no matrix of class scores at 'maim'"):
        read_output(output, scores="maim")


@pytest.mark.parametrize(
    ("logits", "settings", "activation"),
    [
        ([[3.0, -1.0]], {}, "softmax"),
        ([[3.0]], {}, "sigmoid"),
        ([[0.25, 0.75]], {}, "none"),
        ([[3.0, -1.0]], {"problem_type": "multi_label_classification"}, "sigmoid"),
    ],
)
def test_what_makes_shares_of_scores(
    logits: list[list[float]], settings: dict[str, str], activation: str
) -> None:
    model = nn.Identity()
    model.config = SimpleNamespace(**settings)
    found, why = guess_activation(np.array(logits, np.float32), model)
    assert found == activation and why.endswith(".")


def test_what_makes_shares_can_be_said(network: nn.Module, images: Tensor) -> None:
    assert sv.capture(network, images).activation == "softmax"
    assert sv.capture(network, images, activation="sigmoid").activation == "sigmoid"
