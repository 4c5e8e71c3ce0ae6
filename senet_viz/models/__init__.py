"""Networks and their weights: the catalogue, the embedded ones, a person's own."""

from senet_viz.core.asset_folder import ASSETS
from senet_viz.models.array_inputs import ArrayPreprocess, array_preprocess
from senet_viz.models.catalogue import ModelEntry, list_models, load_model
from senet_viz.models.embedded import ModelCard
from senet_viz.models.factories import load_factory
from senet_viz.models.insertion import insert_se
from senet_viz.models.label_files import read_labels
from senet_viz.models.network import Network
from senet_viz.models.own_network import adapt_network, load_checkpoint
from senet_viz.models.preprocess import (
    Preprocess,
    custom_preprocess,
    imagenet_preprocess,
    timm_preprocess,
    torchvision_preprocess,
)
from senet_viz.models.recognition import Likeness, recognise_architecture
from senet_viz.models.residual import slot_names
from senet_viz.models.saved_manifest import (
    CutBlock,
    FoldedBlock,
    Judged,
    JudgedFindings,
    Manifest,
    manifest_of,
)
from senet_viz.models.saved_reading import fill_saved
from senet_viz.models.saved_writing import save_network, saved_network
from senet_viz.models.weight_contents import Contents
from senet_viz.pictures.array_files import read_array

__all__ = [
    "ASSETS",
    "ArrayPreprocess",
    "Contents",
    "CutBlock",
    "FoldedBlock",
    "Judged",
    "JudgedFindings",
    "Likeness",
    "Manifest",
    "ModelCard",
    "ModelEntry",
    "Network",
    "Preprocess",
    "adapt_network",
    "array_preprocess",
    "custom_preprocess",
    "fill_saved",
    "imagenet_preprocess",
    "insert_se",
    "list_models",
    "load_checkpoint",
    "load_factory",
    "load_model",
    "manifest_of",
    "read_array",
    "read_labels",
    "recognise_architecture",
    "save_network",
    "saved_network",
    "slot_names",
    "timm_preprocess",
    "torchvision_preprocess",
]
