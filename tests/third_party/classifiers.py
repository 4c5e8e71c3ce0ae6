"""Classifiers, and what is built on them."""

from importlib import import_module
from typing import Any

import torch
from torch import nn

from tests.third_party.inputs import named, noise, pictures
from tests.third_party.network import Inputs, Network

HARD = "mean, hardsigmoid, s"


def _hugging_face(config: str, model: str, **kwargs: Any) -> Any:
    transformers = import_module("transformers")
    return getattr(transformers, model)(getattr(transformers, config)(**kwargs))


def _regnet() -> Any:
    sizes = {"hidden_sizes": [16, 32, 48, 64], "depths": [1, 1, 2, 1], "groups_width": 8}
    return _hugging_face(
        "RegNetConfig", "RegNetForImageClassification", embedding_size=16, layer_type="y", **sizes
    )


def _efficientnet() -> Any:
    sizes = {"width_coefficient": 0.5, "depth_coefficient": 0.5, "hidden_dim": 640}
    return _hugging_face("EfficientNetConfig", "EfficientNetForImageClassification", **sizes)


def _mapping() -> Inputs:
    return {"pixel_values": torch.randn(2, 3, 64, 64)}


def _align_inputs() -> Inputs:
    words = torch.randint(0, 100, (2, 7))
    return {"input_ids": words, "pixel_values": torch.randn(2, 3, 64, 64)}


def _align() -> Any:
    text = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 100}
    vision = {"image_size": 64, "width_coefficient": 0.3, "depth_coefficient": 0.2}
    return _hugging_face(
        "AlignConfig", "AlignModel", text_config=text, vision_config=vision, projection_dim=96
    )


def _adapted() -> nn.Module:
    """Low-rank adapters on the convolutions that make the gates."""
    peft = import_module("peft")
    network = _efficientnet()
    config = peft.LoraConfig(r=4, target_modules=["squeezing.reduce", "squeezing.expand"])
    config.target_modules = [
        name
        for name, m in network.named_modules()
        if isinstance(m, nn.Conv2d) and "squeeze_excite" in name
    ]
    adapted = peft.get_peft_model(network, config)
    assert isinstance(adapted, nn.Module)
    return adapted


def _timm_inside(name: str) -> Any:
    config = import_module("transformers").TimmWrapperConfig(architecture=name, num_labels=10)
    return import_module("transformers").TimmWrapperForImageClassification(config)


HUGGING_FACE = (
    Network(
        "transformers",
        "EfficientNet b0",
        _efficientnet,
        _mapping,
        10,
    ),
    Network("transformers", "RegNet Y", _regnet, _mapping, 5),
    Network("transformers", "ALIGN, words and pictures", _align, _align_inputs, 7),
    Network(
        "transformers",
        "PP-LCNet",
        lambda: _hugging_face("PPLCNetConfig", "PPLCNetForImageClassification"),
        _mapping,
        2,
        says=(HARD,),
    ),
    Network(
        "transformers", "timm seresnet18 inside", lambda: _timm_inside("seresnet18"), _mapping, 8
    ),
    Network(
        "transformers",
        "ConvNeXt V2",
        lambda: _hugging_face(
            "ConvNextV2Config",
            "ConvNextV2ForImageClassification",
            depths=[1, 1, 2, 1],
            hidden_sizes=[16, 32, 48, 64],
        ),
        _mapping,
        0,
        others="5 no learned layer",
    ),
    Network("peft", "adapters on the gates of EfficientNet", _adapted, _mapping, 10),
)


def _geffnet(name: str, gates: int, **kwargs: Any) -> Network:
    return Network("geffnet", name, named("geffnet", name), pictures(64), gates, **kwargs)


def _pycls() -> Any:
    config = import_module("pycls.core.config").cfg
    config.merge_from_list(
        [
            "REGNET.DEPTH",
            6,
            "REGNET.SE_ON",
            True,
            "REGNET.W0",
            24,
            "REGNET.WA",
            24.0,
            "REGNET.WM",
            2.5,
            "REGNET.GROUP_W",
            8,
        ]
    )
    return import_module("pycls.models.regnet").RegNet()


PLAIN = (
    Network(
        "efficientnet-pytorch",
        "efficientnet-b0",
        lambda: import_module("efficientnet_pytorch").EfficientNet.from_name("efficientnet-b0"),
        pictures(64),
        16,
    ),
    Network(
        "efficientunet-pytorch",
        "efficientunet b0",
        lambda: import_module("efficientunet").get_efficientunet_b0(pretrained=False),
        pictures(64),
        16,
    ),
    _geffnet("efficientnet_b0", 16),
    _geffnet("mobilenetv3_large_100", 8, says=(HARD,)),
    _geffnet("mnasnet_a1", 8),
    _geffnet("tf_mixnet_s", 13),
    Network("pycls", "RegNet Y", _pycls, pictures(64), 6),
    Network(
        "pretrainedmodels",
        "se_resnet50",
        named("pretrainedmodels", "se_resnet50", pretrained=None),
        pictures(224, n=1),
        16,
    ),
    Network(
        "fastai",
        "xse_resnet18",
        named("fastai.vision.models.xresnet", "xse_resnet18", n_out=10),
        pictures(64),
        8,
    ),
    Network(
        "fastai",
        "xse_resnext18",
        named("fastai.vision.models.xresnet", "xse_resnext18", n_out=10),
        pictures(64),
        8,
    ),
    Network(
        "tsai",
        "xresnet1d18",
        named("tsai.models.XResNet1d", "xresnet1d18_deep", 3, 5),
        noise(2, 3, 64),
        0,
    ),
)
NETWORKS = (*HUGGING_FACE, *PLAIN)
