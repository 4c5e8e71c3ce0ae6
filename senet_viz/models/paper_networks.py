"""SE networks built here, for which nobody publishes PyTorch weights.

Each is a plain network with SE put in by ``insert_se``: BN-Inception of this package, Inception v3
and VGG-16 (with BatchNorm, as in the paper's table 2) of torchvision, Inception-ResNet-v2 of timm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.inception import BNInception, initialise
from senet_viz.models.insertion import insert_in_place
from senet_viz.models.layouts import Layout, layout_of
from senet_viz.models.network import Network, building, from_file, untrained
from senet_viz.models.preprocess import Preprocess, timm_preprocess, torchvision_preprocess
from senet_viz.models.weight_files import read_checkpoint
from senet_viz.models.weight_fitting import classes_in, label_classes, load_state_dict_strictly

IMAGENET = 1000
AUXILIARY = "AuxLogits"  # of Inception v3, for training
Keys = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class System:
    """How one network is built: ``plain`` takes the number of classes and a state dict to fit.

    ``classifier`` names the last layer, ``preset`` torchvision's model of which ImageNet's labels
    are taken, and the preprocessing too where the plain network is not timm's.
    """

    title: str
    plain: Callable[[int, Keys], nn.Module]
    classifier: str
    preset: str

    def build(self, classes: int = IMAGENET, *, state: Keys | None = None) -> nn.Module:
        """The SE network, untrained; laid out so that ``state`` fits, if one is given.

        Weights of a network made with ``insert_se(..., start="unchanged")`` have factors of 2 in
        them that the published architecture does not have.
        """
        keys = state or {}
        inserted = any(key.endswith(".doubling.factor") for key in keys)
        return insert_in_place(
            self.plain(classes, keys), start="unchanged" if inserted else "random"
        )

    def preprocess(self, model: nn.Module) -> Preprocess:
        """That of the plain network's published weights; ``model`` is what ``build`` returned."""
        if hasattr(model, "pretrained_cfg"):
            return timm_preprocess(model)
        return torchvision_preprocess(self._published().transforms(), model)

    def labels(self, classes: int) -> tuple[str, ...]:
        """ImageNet's class names where there are as many classes, else numbers."""
        return label_classes(classes, self._published().meta["categories"])

    def _published(self) -> Any:
        from torchvision.models import get_model_weights

        return get_model_weights(self.preset).DEFAULT


def _bn_inception(classes: int, _state: Keys) -> nn.Module:
    return BNInception(classes=classes)


def _inception_v3(classes: int, state: Keys) -> nn.Module:
    """Without the auxiliary classifier of training, unless there are weights for it."""
    from torchvision.models import inception_v3

    auxiliary = any(key.startswith(f"{AUXILIARY}.") for key in state)
    model: nn.Module = inception_v3(
        weights=None, num_classes=classes, aux_logits=auxiliary, init_weights=False
    )
    return model.apply(initialise)


def _vgg16_bn(classes: int, _state: Keys) -> nn.Module:
    from torchvision.models import vgg16_bn

    model: nn.Module = vgg16_bn(weights=None, num_classes=classes)
    return model


def _inception_resnet_v2(classes: int, _state: Keys) -> nn.Module:
    import timm

    model: nn.Module = timm.create_model("inception_resnet_v2", num_classes=classes)
    return model.apply(initialise)


SYSTEMS = {
    "se_bn_inception": System("SE-BN-Inception", _bn_inception, "classifier", "googlenet"),
    "se_inception_v3": System("SE-Inception-v3", _inception_v3, "fc", "inception_v3"),
    "se_inception_resnet_v2": System(
        "SE-Inception-ResNet-v2", _inception_resnet_v2, "classif", "inception_v3"
    ),
    "se_vgg16_bn": System("SE-VGG-16 with BatchNorm", _vgg16_bn, "classifier.6", "vgg16_bn"),
}


def load(name: str, *, weights: Path | None = None, trained: bool = True) -> Network:
    """One of ``SYSTEMS`` with the weights of a local file, or untrained with ``trained=False``.

    Raises a WeightsError where neither is asked for, as there are no published weights, and where
    the file does not fit.

    >>> load("se_bn_inception", trained=False).title
    'SE-BN-Inception, untrained'
    """
    system = SYSTEMS[name]
    if weights is None and trained:
        raise WeightsError(
            tr(
                "there are no published PyTorch weights of {name}. What works: "
                "load_model({name!r}, trained=False) for the architecture with random "
                "weights, or load_model({name!r}, weights=PATH) for a file of your own.",
                name=name,
            )
        )
    if weights is None:
        with building():
            return untrained(_describe(name, system, system.build(), classes=IMAGENET))
    read = read_checkpoint(weights, layout(name))
    classes = classes_in(read.state, system.classifier) or IMAGENET
    with building():
        model = system.build(classes, state=read.state)
    load_state_dict_strictly(
        model, read.state, weights, architecture=name, classifier=system.classifier
    )
    described = _describe(name, system, model, classes=classes)
    return from_file(described, weights, notes=read.notes, contents=read.contents)


def layout(name: str) -> Layout:
    """The names and shapes of the tensors of one of ``SYSTEMS``."""
    system = SYSTEMS[name]
    with building():
        return layout_of(system.build, lambda _: system.classifier, optional=(AUXILIARY,))


def _describe(name: str, system: System, model: nn.Module, *, classes: int) -> Network:
    return Network(
        name=name,
        title=system.title,
        library="senet_viz",
        model=model.eval(),
        preprocess=system.preprocess(model),
        labels=system.labels(classes),
        licence="",
        source="",
        sha256="",
        trained=True,
    )
