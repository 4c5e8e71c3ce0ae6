"""Networks that find people, things and words, and those of libraries with one gate or two."""

from importlib import import_module
from typing import Any

from tests.third_party.blocks import between
from tests.third_party.inputs import named, noise, pictures
from tests.third_party.network import Network

HARD = "mean, hardsigmoid, s"


def _reid(name: str, gates: int, **kwargs: Any) -> Network:
    own = {k: kwargs.pop(k) for k in ("says", "others", "left", "blocks") if k in kwargs}
    build = named("torchreid.reid.models", "build_model", name, 10, pretrained=False, **kwargs)
    return Network("torchreid", name, build, noise(1, 3, 256, 128), gates, **own)


def _detector() -> Any:
    package = import_module("effdet")
    config = package.get_efficientdet_config("tf_efficientdet_d0")
    config.image_size = [128, 128]
    return package.EfficientDet(config, pretrained_backbone=False)


def _max_vit() -> Any:
    package = import_module("vit_pytorch.max_vit")
    return package.MaxViT(num_classes=5, dim=16, depth=(1, 1), dim_head=8, window_size=4)


def _x_unet() -> Any:
    return import_module("x_unet").XUnet(
        dim=8,
        channels=3,
        dim_mults=(1, 2),
        nested_unet_depths=(1, 1),
        num_blocks_per_stage=(1, 1),
        num_self_attn_per_stage=(0, 1),
    )


NETWORKS = (
    _reid("osnet_x0_25", 24, blocks=6),
    _reid("osnet_ain_x0_25", 24, blocks=6),
    _reid("mlfn", 0, others="16 another map"),
    _reid("se_resnet50", 16),
    Network("effdet", "EfficientDet d0", _detector, pictures(128, n=1), 16),
    Network(
        "python-doctr",
        "mobilenet_v3_small_r",
        named("doctr.models.classification", "mobilenet_v3_small_r", pretrained=False),
        pictures(32),
        9,
        says=(HARD,),
    ),
    Network("vit-pytorch", "MaxViT", _max_vit, pictures(64), 2),
    Network("x-unet", "XUnet", _x_unet, pictures(32), 0),
    Network(
        "mobileone-pytorch",
        "mobileone_s4",
        named("mobileone_pytorch", "mobileone_s4"),
        pictures(64),
        0,
    ),
    Network(
        "resnest",
        "resnest50",
        named("resnest.torch", "resnest50"),
        pictures(64),
        0,
        others="16 branches",
    ),
    Network(
        "mmcv-lite",
        "ContextBlock",
        between("mmcv.cnn", "ContextBlock", 16, 0.25, fusion_types=("channel_mul",), channels=16),
        pictures(9),
        1,
        says=("weighted mean, sigmoid, s",),
    ),
    Network(
        "mmcv-lite",
        "ContextBlock, adding",
        between("mmcv.cnn", "ContextBlock", 16, 0.25, channels=16),
        pictures(9),
        0,
        others="1 sum",
    ),
)
