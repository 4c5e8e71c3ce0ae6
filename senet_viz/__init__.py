"""See what every Squeeze-and-Excitation block of a network did with a picture, and check it.

>>> import senet_viz as sv
>>> net = sv.load_model("se_resnet18_imagenette")
>>> seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
>>> seen["layer3.1.se"].excitation.shape
(1, 128)
"""

from importlib import import_module
from typing import Any

from senet_viz.analysis.fixed_maps import FixedFit
from senet_viz.analysis.gate_account import GateAccount, explain_gate
from senet_viz.analysis.gate_places import GatePlaces, explain_gate_by_place
from senet_viz.analysis.picture_distances import PictureComparison, compare_pictures
from senet_viz.analysis.ranking import rank_channels, summarize
from senet_viz.analysis.separation import ChannelSeparation, separate_channels
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.variance import VarianceSplit, split_variance
from senet_viz.blocks.finding import find_blocks, find_others
from senet_viz.core.errors import BlockError, CaptureError, ImageError, SENetVizError, WeightsError
from senet_viz.core.records import BlockActivation, Capture, OtherAttention, SEBlock
from senet_viz.core.scenes import Detection, Segmentation
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.experiments.fitted_maps import fit_blocks
from senet_viz.hooks import capture, override, record
from senet_viz.models.catalogue import list_models, load_model
from senet_viz.models.insertion import insert_se
from senet_viz.pictures.decoding import decode
from senet_viz.pictures.samples import load_sample
from senet_viz.surveys.runner import survey  # the function hides the package of that name
from senet_viz.surveys.tables import load_survey

PACKAGES = (
    "analysis",
    "costs",
    "experiments",
    "figures",
    "hooks",
    "models",
    "removal",
    "reports",
    "surveys",
    "training",
)
__all__ = [
    "BlockActivation",
    "BlockError",
    "BlockSummary",
    "Capture",
    "CaptureError",
    "ChannelRanking",
    "ChannelSeparation",
    "Detection",
    "FixedFit",
    "GateAccount",
    "GatePlaces",
    "ImageError",
    "OtherAttention",
    "PictureComparison",
    "SEBlock",
    "SENetVizError",
    "Segmentation",
    "Survey",
    "VarianceSplit",
    "WeightsError",
    "capture",
    "compare_pictures",
    "decode",
    "explain_gate",
    "explain_gate_by_place",
    "find_blocks",
    "find_others",
    "fit_blocks",
    "insert_se",
    "list_models",
    "load_model",
    "load_sample",
    "load_survey",
    "override",
    "rank_channels",
    "record",
    "separate_channels",
    "split_variance",
    "summarize",
    "survey",
]


def __getattr__(name: str) -> Any:
    """``sv.figures`` and the other packages of subjects, imported when first asked for."""
    if name in PACKAGES:
        return import_module(f"senet_viz.{name}")
    raise AttributeError(f"module 'senet_viz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *PACKAGES})
