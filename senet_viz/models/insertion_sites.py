"""Where SE goes in each class of unit that ``insert_se`` knows. SITES is the one table of it.

Classes are known by path, so neither timm nor torchvision is imported.
"""

from dataclasses import dataclass
from typing import Literal

from torch import nn

Where = Literal["standard", "pre", "post", "identity"]


@dataclass(frozen=True, slots=True)
class Site:
    """A class of unit that SE can be put into, by its path; the rest names its sub-modules.

    ``last`` is the layer that ends the transformation to be gated, "" for the whole unit; ``slot``
    an empty place for SE after it. Of a residual unit, ``first`` is the branch's first layer and
    ``shortcut`` the module on the identity path. ``chain`` is a Sequential of convolutions and
    activations, gated after every activation.
    """

    family: str
    path: str
    last: str = ""
    slot: str = ""
    first: str = ""
    shortcut: str = ""
    chain: str = ""

    @property
    def places(self) -> tuple[Where, ...]:
        residual: tuple[Where, ...] = ("pre", "post") if self.first else ()
        beside: tuple[Where, ...] = ("identity",) if self.shortcut else ()
        return ("standard", *residual, *beside)


def _resnet(library: str, unit: str, last: str, *, slot: str = "") -> Site:
    path = f"{library}.models.resnet.{unit}"
    return Site("ResNet, ResNeXt", path, last, slot, first="conv1", shortcut="downsample")


SITES = (
    _resnet("torchvision", "BasicBlock", "bn2"),
    _resnet("torchvision", "Bottleneck", "bn3"),
    _resnet("timm", "BasicBlock", "bn2", slot="se"),
    _resnet("timm", "Bottleneck", "bn3", slot="se"),
    Site("MobileNetV2", "torchvision.models.mobilenetv2.InvertedResidual", "conv", first="conv"),
    # A dense layer's new features, before they join the others: gates work best before a merge.
    Site("DenseNet", "torchvision.models.densenet._DenseLayer", "conv2"),
    Site("DenseNet", "timm.models.densenet.DenseLayer", "conv2"),
    *(
        Site("Inception-ResNet-v2", f"timm.models.inception_resnet_v2.{unit}", "conv2d")
        for unit in ("Block35", "Block17", "Block8")
    ),
    *(
        Site("Inception v3", f"{module}.Inception{letter}")
        for module in ("torchvision.models.inception", "timm.models.inception_v3")
        for letter in "ABCDE"
    ),
    Site("GoogLeNet", "torchvision.models.googlenet.Inception"),
    Site("BN-Inception", "senet_viz.models.inception.InceptionModule", slot="se"),
    Site("VGG", "torchvision.models.vgg.VGG", chain="features"),
    Site("VGG", "timm.models.vgg.VGG", chain="features"),
)
_SITE_OF = {site.path: site for site in SITES}


def site_of(unit: nn.Module) -> Site | None:
    """The entry for the class of ``unit`` or the nearest of its base classes; None if unknown."""
    paths = (f"{c.__module__}.{c.__qualname__}" for c in type(unit).__mro__)
    return next((_SITE_OF[path] for path in paths if path in _SITE_OF), None)
