"""Networks for volumes and films."""

from importlib import import_module
from typing import Any

from torch import nn

from tests.third_party.blocks import between
from tests.third_party.inputs import named, noise, pictures
from tests.third_party.network import Network


def _monai(name: str, dims: int, side: int, gates: int, **kwargs: Any) -> Network:
    own = {k: kwargs.pop(k) for k in ("says", "others", "left") if k in kwargs}
    kind, _, rest = name.partition(" ")
    build = named("monai.networks.nets", kind, spatial_dims=dims, in_channels=3, **kwargs)
    inputs = noise(2, 3, *[side] * dims)
    return Network("monai", f"{kind} {dims}-D{rest}", build, inputs, gates, **own)


def _block(kind: str, dims: int, **say: Any) -> Network:
    build = between("monai.networks.blocks", kind, dims, 16, channels=16, dims=dims)
    inputs = pictures(9) if dims == 2 else noise(2, 3, 5, 6, 7)
    return Network("monai", f"{kind} {dims}-D", build, inputs, 1, **say)


def _encoder(dims: int) -> Any:
    package = import_module("dynamic_network_architectures.building_blocks.residual_encoders")
    conv, norm = (nn.Conv2d, nn.BatchNorm2d) if dims == 2 else (nn.Conv3d, nn.BatchNorm3d)
    return package.ResidualEncoder(
        3,
        3,
        [16, 16, 32],
        conv,
        3,
        [1, 2, 2],
        1,
        norm_op=norm,
        nonlin=nn.ReLU,
        squeeze_excitation=True,
    )


SMALL = {"layers": [1, 1, 1, 1], "num_classes": 5}
NETWORKS = (
    _monai("SEResNet50", 1, 64, 4, **SMALL),
    _monai("SEResNet50", 2, 48, 4, **SMALL),
    _monai("SEResNet50", 3, 32, 4, **SMALL),
    _monai("SEResNext50", 3, 32, 4, **SMALL),
    _monai("EfficientNetBN", 2, 48, 16, model_name="efficientnet-b0", pretrained=False),
    _monai("EfficientNetBN", 3, 48, 16, model_name="efficientnet-b0", pretrained=False),
    _monai(
        "AttentionUnet",
        2,
        32,
        0,
        out_channels=2,
        channels=(8, 16, 32),
        strides=(2, 2),
        others="2 per place",
    ),
    _block("ChannelSELayer", 2),
    _block("ChannelSELayer", 3),
    _block("ResidualSELayer", 2, says=("mean, relu, s",)),
    _block("ResidualSELayer", 3, says=("mean, relu, s",)),
    Network(
        "dynamic-network-architectures",
        "ResidualEncoder 2-D",
        lambda: _encoder(2),
        pictures(32),
        3,
    ),
    Network(
        "dynamic-network-architectures",
        "ResidualEncoder 3-D",
        lambda: _encoder(3),
        noise(2, 3, 16, 16, 16),
        0,
        others="3 per place",
    ),
    Network(
        "pytorch3dunet",
        "ResidualUNetSE3D",
        named("pytorch3dunet.unet3d.model", "ResidualUNetSE3D", 3, 2, f_maps=[8, 16, 32]),
        noise(1, 3, 16, 16, 16),
        5,
        others="5 per place",
    ),
    Network(
        "pytorchvideo",
        "X3D",
        named(
            "pytorchvideo.models.x3d",
            "create_x3d",
            input_clip_length=4,
            input_crop_size=64,
            depth_factor=1.0,
        ),
        noise(1, 3, 4, 64, 64),
        7,
    ),
    Network(
        "timm-3d",
        "seresnet18",
        named("timm_3d", "create_model", "seresnet18", num_classes=5),
        noise(1, 3, 32, 32, 32),
        8,
    ),
    Network(
        "timm-3d",
        "efficientnet_b0",
        named("timm_3d", "create_model", "efficientnet_b0", num_classes=5),
        noise(1, 3, 48, 48, 48),
        16,
    ),
    Network(
        "segmentation-models-pytorch-3d",
        "Unet(resnet18, scse)",
        named(
            "segmentation_models_pytorch_3d",
            "Unet",
            "resnet18",
            encoder_weights=None,
            decoder_attention_type="scse",
        ),
        noise(1, 3, 32, 32, 32),
        9,
        others="9 per place",
    ),
)
