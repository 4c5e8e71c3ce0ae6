"""Preprocess: what the libraries would do, any shape of picture, and back to pixels."""

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from torch import nn
from torchvision.models import get_model_weights, list_models

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import again, speaking
from senet_viz.models.from_torchvision import build_untrained
from senet_viz.models.preprocess import (
    Preprocess,
    custom_preprocess,
    embedded_preprocess,
    imagenet_preprocess,
    timm_preprocess,
    torchvision_preprocess,
)
from senet_viz.training.augmentation import normalise


def noise(width: int, height: int) -> Image.Image:
    draw = np.random.default_rng(width)
    return Image.fromarray(draw.integers(0, 256, (height, width, 3), dtype=np.uint8))


@cache
def of_timm(name: str) -> Preprocess:
    return timm_preprocess(timm.create_model(name))


@cache
def of_torchvision(name: str) -> Preprocess:
    with torch.device("meta"):
        model = build_untrained(name)
    return torchvision_preprocess(get_model_weights(name).DEFAULT.transforms(), model)


EVERY_KIND = {
    "embedded": embedded_preprocess,
    "timm centre": lambda: of_timm("test_efficientnet"),
    "torchvision classification": lambda: of_torchvision("mobilenet_v3_small"),
    "torchvision segmentation": lambda: of_torchvision("lraspp_mobilenet_v3_large"),
    "ImageNet's": imagenet_preprocess,
    "another mean": lambda: custom_preprocess(embedded_preprocess(), mean=(0.5, 0.4, 0.3)),
    "torchvision detection": lambda: of_torchvision("ssdlite320_mobilenet_v3_large"),
}


@pytest.fixture(params=EVERY_KIND)
def preprocess(request: pytest.FixtureRequest) -> Preprocess:
    return EVERY_KIND[request.param]()


@pytest.mark.parametrize("size", [(3000, 60), (60, 3000), (31, 20), (1, 1), (500, 375)])
def test_any_shape_of_picture_gives_one_input(
    preprocess: Preprocess, size: tuple[int, int]
) -> None:
    x = preprocess(noise(*size))
    assert x.shape == (1, 3, *preprocess.input_size)
    assert x.dtype == torch.float32


def test_pixels_is_the_inverse(preprocess: Preprocess) -> None:
    side = max(preprocess.input_size)
    x = preprocess(noise(side, side))
    pixels = preprocess.pixels(x)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (1, *preprocess.input_size, 3)
    mean, std = (torch.tensor(v)[:, None, None] for v in (preprocess.mean, preprocess.std))
    back = (torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255 - mean) / std
    torch.testing.assert_close(back, x, rtol=0, atol=1e-5)
    assert np.array_equal(preprocess.pixels(x.numpy()), pixels)


def test_it_can_be_sent_to_another_process(preprocess: Preprocess) -> None:
    sent, picture = pickle.loads(pickle.dumps(preprocess)), noise(70, 50)
    assert torch.equal(sent(picture), preprocess(picture))
    assert sent.words == preprocess.words


def test_other_modes_are_converted(preprocess: Preprocess) -> None:
    grey = noise(200, 200).convert("L")
    assert torch.equal(preprocess(grey), preprocess(grey.convert("RGB")))


def test_the_embedded_family_sees_a_128_px_picture_as_training_did() -> None:
    picture = noise(128, 128)
    as_trained = normalise(torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None])
    torch.testing.assert_close(embedded_preprocess()(picture), as_trained)
    assert np.array_equal(embedded_preprocess().pixels(as_trained)[0], np.array(picture))


def test_the_embedded_family_sees_the_centre() -> None:
    halves = np.zeros((100, 300, 3), np.uint8)
    halves[:, 100:200] = 255
    pixels = embedded_preprocess().pixels(embedded_preprocess()(Image.fromarray(halves)))
    assert pixels[:, :, 1:-1].min() == 255, "beyond the edges, where neighbours are mixed in"


def test_timm_transforms_are_timms() -> None:
    model = timm.create_model("test_efficientnet")
    config = timm.data.resolve_model_data_config(model)
    transform, picture = timm.data.create_transform(**config, is_training=False), noise(300, 200)
    assert torch.equal(timm_preprocess(model)(picture)[0], transform(picture))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_efficientnet", "shorter side to 168 px (bicubic), centre 160 x 160, ImageNet mean"),
        (
            "tf_mobilenetv3_small_100",
            "shorter side to 256 px (bilinear), centre 224 x 224, mean 0.5 and",
        ),
        ("resnetrs50", "centre 160 x 160, ImageNet mean and deviation"),
        ("tresnet_m", "values from 0 to 1"),
        ("fbnetv3_b", "centre 224 x 224, ImageNet mean and deviation"),
    ],
)
def test_timm_words(name: str, words: str) -> None:
    model = nn.Identity()
    model.pretrained_cfg = timm.get_pretrained_cfg(name).to_dict()
    assert words in timm_preprocess(model).words


def test_squeezed_pictures_say_so() -> None:
    model = nn.Identity()
    model.pretrained_cfg = {"input_size": (3, 96, 96), "crop_mode": "squash", "crop_pct": 1.0}
    assert timm_preprocess(model).words.startswith("both sides to 96 px (bicubic)")
    model.pretrained_cfg["crop_mode"] = "border"
    assert timm_preprocess(model).words.startswith("longer side to 96 px, shorter padded")
    assert timm_preprocess(model)(noise(300, 20)).shape == (1, 3, 96, 96)


def test_torchvision_classification_presets_are_used_as_they_are() -> None:
    picture, names = noise(300, 260), [n for n in list_models() if n.startswith("efficientnet")]
    for name in [*names, "maxvit_t", "regnet_y_16gf"]:
        preset = get_model_weights(name).DEFAULT.transforms()
        preprocess = torchvision_preprocess(preset, nn.Identity())
        assert torch.equal(preprocess(picture)[0], preset(picture))
        assert preprocess.input_size == (preset.crop_size[0],) * 2
        assert f"shorter side to {preset.resize_size[0]} px" in preprocess.words


def test_detection_and_segmentation_get_the_centre_square() -> None:
    assert EVERY_KIND["torchvision detection"]().words == (
        "centre square resized to 320 x 320 px (bilinear), values from 0 to 1"
    )
    assert EVERY_KIND["torchvision segmentation"]().input_size == (520, 520)
    assert of_torchvision("fasterrcnn_mobilenet_v3_large_320_fpn").input_size == (320, 320)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("torchvision detection", (20, 40)),
        ("torchvision segmentation", (520, 1040)),
        ("timm centre", (0, 0)),
    ],
)
def test_the_whole_picture_where_the_network_takes_one(kind: str, shape: tuple[int, int]) -> None:
    preprocess = EVERY_KIND[kind]()
    found = preprocess.uncropped(noise(40, 20))
    assert found.shape[2:] == (shape if preprocess.whole else preprocess.input_size)
    other = custom_preprocess(preprocess, mean=[0.5] * 3, std=[0.5] * 3)
    assert other.uncropped(noise(40, 20)).shape[2:] == other.input_size


def test_imagenets_preprocessing_is_the_usual_one() -> None:
    """Against torchvision's resize and crop, on a picture where both fall on whole pixels."""
    picture = noise(512, 256)
    crop = picture.crop((144, 16, 368, 240))
    unit = torch.from_numpy(np.array(crop)).permute(2, 0, 1)[None]
    torch.testing.assert_close(imagenet_preprocess()(picture), normalise(unit))
    assert imagenet_preprocess(64)(noise(3000, 60)).shape == (1, 3, 64, 64)


def test_another_mean_keeps_the_pixels(preprocess: Preprocess) -> None:
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.6, 0.7)
    changed, picture = custom_preprocess(preprocess, mean=mean, std=std), noise(300, 260)
    x = changed(picture)
    before = preprocess.pixels(preprocess(picture))
    assert np.array_equal(changed.pixels(x), before)
    low, deviation = (np.array(v)[:, None, None] for v in (mean, std))
    expected = (before[0].transpose(2, 0, 1) / 255 - low) / deviation
    np.testing.assert_allclose(x[0].numpy(), expected, atol=5e-3 / 0.5)
    assert changed.words.endswith("mean (0.1, 0.2, 0.3) and deviation (0.5, 0.6, 0.7)")
    assert changed.words.count("mean") == 1 and changed.input_size == preprocess.input_size
    assert torch.equal(pickle.loads(pickle.dumps(changed))(picture), x)


def test_which_pixels_are_taken_is_kept_apart_from_how_they_are_normalised(
    preprocess: Preprocess,
) -> None:
    with speaking("zh"):
        changed = custom_preprocess(preprocess, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
        assert changed.words == f"{again(preprocess.geometry)}，均值 0.5，标准差 0.2"
    assert changed.geometry is preprocess.geometry
    assert changed.words == f"{preprocess.geometry}, mean 0.5 and deviation 0.2"


def test_words_for_the_pixels_may_end_as_those_for_the_mean_do() -> None:
    base = replace(imagenet_preprocess(), geometry="centre, ImageNet mean and deviation")
    changed = custom_preprocess(base, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
    assert changed.words == "centre, ImageNet mean and deviation, mean 0.5 and deviation 0.2"


def test_another_side(preprocess: Preprocess) -> None:
    changed = custom_preprocess(preprocess, side=96)
    assert changed(noise(300, 260)).shape == (1, 3, 96, 96)
    assert (changed.mean, changed.std) == (preprocess.mean, preprocess.std)
    assert "96 x 96 px" in changed.words


def test_what_is_the_same_is_left_alone(preprocess: Preprocess) -> None:
    same = {"side": preprocess.input_size[0], "mean": list(preprocess.mean)}
    assert custom_preprocess(preprocess, **same) is preprocess
    assert custom_preprocess(preprocess) is preprocess


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"side": 8}, "side of 8 px was given. Give one from 16 to 2048"),
        ({"side": 100_000}, "16 to 2048"),
        ({"mean": [0.5]}, r"the mean was given as 0\.5\. Give three numbers, for red"),
        ({"mean": [0.5, 0.5, float("nan")]}, "three numbers"),
        ({"std": [0.5, 0.0, 0.5]}, r"standard deviation was given as .*three numbers above 0"),
        ({"std": []}, "given as nothing"),
    ],
)
def test_impossible_wishes_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        custom_preprocess(imagenet_preprocess(), **wrong)
