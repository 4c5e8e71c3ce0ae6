"""Families of pytorchcv, one network each."""

from typing import Any

from tests.third_party.inputs import named, pictures
from tests.third_party.network import Network


def _one(name: str, gates: int, *, side: int = 224, **kwargs: Any) -> Network:
    build = named("pytorchcv.model_provider", "get_model", name)
    return Network(
        "pytorchcv", name, build, pictures(side, n=1 if side > 128 else 2), gates, **kwargs
    )


HARD = "mean, hardsigmoid, s"
NETWORKS = (
    _one("seresnet10", 4),
    _one("sepreresnet10", 4),
    _one("senet16", 4),
    _one("seresnet20_cifar10", 9, side=32),
    _one("mobilenetv3_small_w1", 9, says=(HARD,)),
    _one("ghostnet", 7, says=("mean, clamp, s",)),
    _one("efficientnet_b0", 16, side=64),
    _one("mixnet_s", 13),
    _one("regnety002", 13, side=64),
    _one("spnasnet", 0),
    _one("fbnet_cb", 0),
    _one("tresnet_m", 18, side=64),
    _one("cbam_resnet18", 8, says=("mean and max, sigmoid, s",), others="8 per place"),
    _one("bam_resnet18", 0, others="3 another map, 3 per place"),
    _one("diaresnet10", 4, says=("mean, sigmoid, f(s)",)),
    _one("sknet50", 0, others="16 branches"),
    _one("resnesta18", 0, others="8 branches", side=64),
    _one("resattnet56", 0, others="3 per place"),
    _one("scnet50", 0, others="16 per place"),
    _one("sinet_cityscapes", 3, says=("mean, prelu, s",), side=128),
    _one("fastseresnet101b", 4),
)
