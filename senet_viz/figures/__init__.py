"""Records -> plotly figures and PNG mosaics: one chart a function. No torch, no Streamlit."""

from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.panel_tables import panel_table
from senet_viz.figures.base.print_files import printed, printed_panels
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.sheets import Paper
from senet_viz.figures.base.sources import Source
from senet_viz.figures.baselines.class_accuracy import class_differences
from senet_viz.figures.baselines.curve_charts import training_curves
from senet_viz.figures.baselines.fits import error_by_depth
from senet_viz.figures.baselines.gains import gain_profiles, mixing_heatmap
from senet_viz.figures.baselines.pixel_gate_maps import pixel_gates
from senet_viz.figures.baselines.training_steps import (
    gates_by_step,
    learning_by_step,
    spread_by_step,
)
from senet_viz.figures.baselines.treatments import Treatment, gains_in_one
from senet_viz.figures.block.branch_energy import energy_by_depth
from senet_viz.figures.block.branch_shares import branches_by_channel, branches_by_depth
from senet_viz.figures.block.feature_maps import Mosaic, focus_map, mosaic
from senet_viz.figures.block.gate_account import gate_waterfall, unit_waterfall
from senet_viz.figures.block.gate_places import places_map, places_overlay
from senet_viz.figures.block.gates import gate_histogram, sorted_gates, squeeze_against_gate
from senet_viz.figures.block.layers import depth_by_channel, depth_distributions, two_blocks
from senet_viz.figures.block.map_blocks import GateSpread, MapBlock, map_block
from senet_viz.figures.block.network_inputs import network_input
from senet_viz.figures.block.network_maps import network_map
from senet_viz.figures.block.place_deletion import deletion_curve
from senet_viz.figures.block.predictions import top_classes
from senet_viz.figures.block.receptive_field import field_picture
from senet_viz.figures.block.scenes import scene_picture
from senet_viz.figures.block.signals_and_volumes import signal_maps, volume_map
from senet_viz.figures.costs import cost_by_stage, price_by_block, ratios_by_round
from senet_viz.figures.interventions.block_effects import accuracy_by_depth, blocks_by_depth
from senet_viz.figures.interventions.channel_deletion import channels_deleted, channels_inserted
from senet_viz.figures.interventions.channel_effects import (
    effect_against_gate,
    estimate_against_measured,
)
from senet_viz.figures.interventions.channel_use import use_by_depth
from senet_viz.figures.interventions.gate_movement import gates_before_after, gates_moved_by_depth
from senet_viz.figures.interventions.perturbation_sweep import (
    class_trajectory,
    gate_trajectories,
    prediction_when_perturbed,
)
from senet_viz.figures.interventions.prediction_charts import prediction_change
from senet_viz.figures.interventions.removal_curves import right_by_share_removed
from senet_viz.figures.interventions.scene_effects import (
    scene_accuracy_by_depth,
    scene_blocks_by_depth,
    scene_effect_against_gate,
)
from senet_viz.figures.interventions.stability_by_depth import block_stability
from senet_viz.figures.lesson.placement_diagrams import placements
from senet_viz.figures.lesson.steps import gate_curve, squeezes, units_through
from senet_viz.figures.pictures.agreement import agreement_matrix
from senet_viz.figures.pictures.channel_bars import channel_by_picture
from senet_viz.figures.pictures.distance_by_depth import parting_by_depth
from senet_viz.figures.pictures.profile_charts import gate_difference, gate_profiles
from senet_viz.figures.pictures.separation import separating_channels
from senet_viz.figures.pictures.similarity import cosine_matrix, distance_matrix
from senet_viz.figures.pictures.two_networks import networks_by_depth
from senet_viz.figures.pictures.two_pictures import moved_gates
from senet_viz.figures.surveys.class_gates import gate_by_class
from senet_viz.figures.surveys.class_profiles import class_profile
from senet_viz.figures.surveys.embedding import picture_plane
from senet_viz.figures.surveys.idle_channels import idle_by_depth
from senet_viz.figures.surveys.redundancy import directions
from senet_viz.figures.surveys.selectivity import selectivity_by_depth
from senet_viz.figures.surveys.squeeze_correlation import squeeze_by_depth
from senet_viz.figures.surveys.two_surveys import mean_against_mean, surveys_by_depth
from senet_viz.figures.surveys.variance import channel_split, off_mean_by_depth, share_by_depth

__all__ = [
    "Chart",
    "GateSpread",
    "MapBlock",
    "Mosaic",
    "Paper",
    "Series",
    "Source",
    "Treatment",
    "accuracy_by_depth",
    "agreement_matrix",
    "block_stability",
    "blocks_by_depth",
    "branches_by_channel",
    "branches_by_depth",
    "channel_by_picture",
    "channel_split",
    "channels_deleted",
    "channels_inserted",
    "class_differences",
    "class_profile",
    "class_trajectory",
    "cosine_matrix",
    "cost_by_stage",
    "deletion_curve",
    "depth_by_channel",
    "depth_distributions",
    "directions",
    "distance_matrix",
    "effect_against_gate",
    "energy_by_depth",
    "error_by_depth",
    "estimate_against_measured",
    "field_picture",
    "focus_map",
    "gain_profiles",
    "gains_in_one",
    "gate_by_class",
    "gate_curve",
    "gate_difference",
    "gate_histogram",
    "gate_profiles",
    "gate_trajectories",
    "gate_waterfall",
    "gates_before_after",
    "gates_by_step",
    "gates_moved_by_depth",
    "idle_by_depth",
    "learning_by_step",
    "map_block",
    "mean_against_mean",
    "mixing_heatmap",
    "mosaic",
    "moved_gates",
    "network_input",
    "network_map",
    "networks_by_depth",
    "off_mean_by_depth",
    "panel_table",
    "parting_by_depth",
    "picture_plane",
    "pixel_gates",
    "placements",
    "places_map",
    "places_overlay",
    "prediction_change",
    "prediction_when_perturbed",
    "price_by_block",
    "printed",
    "printed_panels",
    "ratios_by_round",
    "right_by_share_removed",
    "scene_accuracy_by_depth",
    "scene_blocks_by_depth",
    "scene_effect_against_gate",
    "scene_picture",
    "selectivity_by_depth",
    "separating_channels",
    "share_by_depth",
    "signal_maps",
    "sorted_gates",
    "spread_by_step",
    "squeeze_against_gate",
    "squeeze_by_depth",
    "squeezes",
    "surveys_by_depth",
    "top_classes",
    "training_curves",
    "two_blocks",
    "unit_waterfall",
    "units_through",
    "use_by_depth",
    "volume_map",
]
