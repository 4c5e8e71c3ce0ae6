"""What takes many passes to answer: effects of channels and blocks, baselines, fits, sweeps."""

from senet_viz.experiments.ablation import (
    accuracy_effects,
    block_effects,
    channel_effects,
    mean_gates,
)
from senet_viz.experiments.adversarial import attack
from senet_viz.experiments.channel_deletion import delete_channels
from senet_viz.experiments.class_maps import class_map, gate_relevance
from senet_viz.experiments.exemplars import exemplar
from senet_viz.experiments.fitted_maps import fit_blocks
from senet_viz.experiments.null_controls import noise_picture, random_copy, random_network
from senet_viz.experiments.perturbation_sweep import gate_spread, trajectories
from senet_viz.experiments.pixel_form import pixel_form_cost, shuffle_places
from senet_viz.experiments.place_deletion import (
    delete_from_picture,
    deletion_by_block,
)
from senet_viz.experiments.pointwise_baselines import (
    Shuffle,
    capture_places,
    mixing_matrix,
    pointwise_is_linear,
    shuffle_pixels,
)
from senet_viz.experiments.pooling_removal import (
    UnpooledAccuracy,
    WithoutPooling,
    accuracy_without_pooling,
    at_pixels,
    without_pooling,
)
from senet_viz.experiments.scene_ablation import (
    scene_accuracy_effects,
    scene_block_effects,
    scene_channel_effects,
)
from senet_viz.pictures.file_kinds import PICTURES
from senet_viz.pictures.labelled_folders import find_labelled
from senet_viz.pictures.perturbations import Perturbation, perturb
from senet_viz.pictures.scene_truth import find_scenes

__all__ = [
    "PICTURES",
    "Perturbation",
    "Shuffle",
    "UnpooledAccuracy",
    "WithoutPooling",
    "accuracy_effects",
    "accuracy_without_pooling",
    "at_pixels",
    "attack",
    "block_effects",
    "capture_places",
    "channel_effects",
    "class_map",
    "delete_channels",
    "delete_from_picture",
    "deletion_by_block",
    "exemplar",
    "find_labelled",
    "find_scenes",
    "fit_blocks",
    "gate_relevance",
    "gate_spread",
    "mean_gates",
    "mixing_matrix",
    "noise_picture",
    "perturb",
    "pixel_form_cost",
    "pointwise_is_linear",
    "random_copy",
    "random_network",
    "scene_accuracy_effects",
    "scene_block_effects",
    "scene_channel_effects",
    "shuffle_pixels",
    "shuffle_places",
    "trajectories",
    "without_pooling",
]
