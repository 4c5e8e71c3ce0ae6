"""Session keys of what one view alone lets a person choose, where its address names the choice."""

from senet_viz.core.records import PerturbationKind

WHY_CONTROL, WHY_OPEN, ACTS_OPEN = "why_control", "why_open", "acts_open"
PLACES_OPEN, PLACES_OF, PLACES_LESS = "places_open", "places_of", "places_less"
PLACES_OPACITY, SQUEEZE_OPEN = "places_opacity", "squeeze_open"
CLASS_MAP_OPEN, CLASS_MAP_CLASS = "class_map_open", "class_map_class"
DELETION_OPEN, DELETION_COVER = "deletion_open", "deletion_cover"
FIELD_OPEN, FIELD_ROW, FIELD_COLUMN = "field_open", "field_row", "field_column"
LESSON_STEP, LESSON_OTHER = "lesson_step", "lesson_other"
OTHER_NETWORK, OTHER_TRAINED = "pictures_other", "pictures_other_trained"
PICTURES_NUMBERS = "pictures_numbers_open"
WHATIF_CONTROL, EFFECTS_CONTROL = "whatif_control", "effects_control"
ATTACK_OPEN, ATTACK_KIND, ATTACK_LEVELS = "attack_open", "attack_kind", "attack_levels"
STABILITY_CONTROL, SWEEP = "stability_control", "perturbing_sweep"
SWEPT_CHANNELS = "perturbing_channels"
POOLED_ROWS, CONTEXTS = "pooled_rows", (0, 1, 2, 3, 5, 7, 14, 28, 9999)  # the last: whole maps
TRAINED_PART, TRAINED_RUNS = "pointwise_part", "pointwise_curves"
ACCURACY_NUMBERS, FIT_NUMBERS, RECIPE = "accuracy_numbers", "fit_numbers", "seeds_recipe"
COST_NUMBERS, COST_RATIOS, COST_CHANNELS = "cost_numbers", "cost_ratios_why", "cost_channels"
FAITHFUL = "effects_faithful"
FITTED_TO, MAPS_SLICE = "fitting_source", "maps_slice"
TRAIN_ON, TRAIN_STEPS, TRAIN_BEGINNING = "watching_data", "watching_steps", "watching_beginning"


def strength(kind: PerturbationKind) -> str:
    """The key of a perturbation's slider."""
    return f"perturbing_{kind}"
