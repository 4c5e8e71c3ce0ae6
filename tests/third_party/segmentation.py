"""Networks that colour pictures in."""

from typing import Any

from tests.third_party.inputs import named, pictures
from tests.third_party.network import Network

_OWN = ("says", "others", "left", "blocks")


def _smp(network: str, encoder: str, gates: int, *, side: int = 64, **kwargs: Any) -> Network:
    own = {key: kwargs.pop(key) for key in _OWN if key in kwargs}
    name = f"{network}({', '.join([encoder, *map(str, kwargs.values())])})"
    build = named("segmentation_models_pytorch", network, encoder, encoder_weights=None, **kwargs)
    return Network("segmentation-models-pytorch", name, build, pictures(side), gates, **own)


NETWORKS = (
    _smp("Unet", "se_resnet50", 16),
    _smp("FPN", "se_resnext50_32x4d", 16),
    _smp("Unet", "efficientnet-b0", 16),
    _smp("Unet", "timm-efficientnet-b0", 16),
    _smp("Unet", "mobileone_s4", 12),
    _smp("Unet", "tu-mobilenetv3_small_100", 9, says=("mean, hardsigmoid, s",)),
    _smp("Unet", "timm-regnety_002", 13),
    _smp("Unet", "timm-skresnet18", 0, others="8 branches"),
    _smp("Unet", "timm-resnest14d", 0, others="4 branches"),
    _smp("Unet", "resnet18", 9, decoder_attention_type="scse", others="9 per place"),
    _smp("MAnet", "resnet18", 0, others="4 another map"),
    _smp("PAN", "resnet18", 0, others="3 another map", side=128),
    _smp("Linknet", "resnet18", 0),
)
