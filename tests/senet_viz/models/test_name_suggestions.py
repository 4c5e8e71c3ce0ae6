"""Names as people write them, and what they are taken for."""

import pytest

from senet_viz.core.errors import WeightsError
from senet_viz.models.catalogue import load_model
from senet_viz.models.name_suggestions import suggestions

KNOWN = ("resnet50", "seresnet50", "legacy_seresnet50", "senet154", "mobilenetv3_small_100")


@pytest.mark.parametrize(
    ("written", "meant"),
    [  # behind each: what was suggested before
        ("SE-ResNet-50", "seresnet50 or legacy_seresnet50"),  # resnet50
        ("SENet154", "senet154 or legacy_senet154"),  # senet154 alone
        ("SENet-154", "senet154 or legacy_senet154"),  # nothing
        ("MobileNetV3 small", "mobilenet_v3_small or mobilenetv3_small"),  # mobilenet_v3_small
        (
            "se_resnext50_32x4d",
            "seresnext50_32x4d or legacy_seresnext50_32x4d",
        ),  # seresnext50_32x4d or skresnext50_32x4d
        ("SE ResNeXt-101 (32x4d)", "seresnext101_32x4d or"),  # resnext101_32x4d first
        ("ResNet50-SE", "seresnet50 or"),  # resnet50 or resnet50t
        ("SENet50", "seresnet50 or"),  # nothing
        ("squeeze-and-excitation ResNet-50", "seresnet50 or"),  # nothing
        (
            "EfficientNet-B0",
            "efficientnet_b0 or timm/efficientnet_b0",
        ),  # efficientnet_b0 or tf_efficientnet_b0
        ("SE-Inception-v3", "se_inception_v3 or"),  # inception_v3 first
        ("SE-VGG16", "se_vgg16_bn or"),  # nothing
        ("mobilenet v3 large 1.0", "mobilenetv3_large_100 or"),  # mobilenet_v3_large
        ("se_resnet50.pth", "seresnet50 or"),  # seresnet50 or resnet50 or
    ],
)
def test_what_was_meant_comes_first(written: str, meant: str) -> None:
    with pytest.raises(WeightsError) as caught:
        load_model(written)
    assert f"Did you mean {meant}" in str(caught.value)


def test_what_is_alike_to_nothing_gets_no_suggestion() -> None:
    assert suggestions("xyz", KNOWN) == () and suggestions("", KNOWN) == ()


def test_no_more_than_asked_for_and_each_once() -> None:
    assert suggestions("seresnet50", (*KNOWN, *KNOWN), count=2) == (
        "seresnet50",
        "legacy_seresnet50",
    )
