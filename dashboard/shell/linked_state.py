"""What the address of each view names, beside the network, the picture, the block and the channel.

One row a choice: its name in the address, its key in the session, what it can be, its usual value.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from dashboard.components import copy_as_code, panels
from dashboard.runtime import language_choice
from dashboard.runtime.link_values import (
    Linked,
    Name,
    Names,
    Number,
    Numbers,
    OneOf,
    Switch,
)
from dashboard.runtime.offers import AXES, LIKELIEST
from dashboard.runtime.views import COMPARED, PART, SECTION, View
from dashboard.services import controls, references, surveys
from dashboard.session import followed, hidden_unit, measurement_requests, selection, view_keys
from dashboard.session import pinned_pictures as pinned
from dashboard.shell.link_kinds import Picture, Pictures, SecondNetwork, Survey, Surveys
from senet_viz.analysis.gate_places import Of
from senet_viz.analysis.place_deletion import COVERS
from senet_viz.analysis.survey_answers import SLICES
from senet_viz.core.translation import LANGUAGES
from senet_viz.figures.block.feature_maps import Scope
from senet_viz.pictures.perturbations import SCALES

AXIS, CONTROL = OneOf(tuple(AXES)), OneOf(tuple(controls.WORDS))
SHARE, CLASS = Number(0, 1), Number(LIKELIEST, 99_999, whole=True)
FOLLOWED = (
    Linked("class", followed.CLASS, CLASS, LIKELIEST),
    Linked("against", followed.AGAINST, CLASS, followed.NO_CLASS),
)
MOST_LISTED = 8  # blocks, classes or channels drawn at once
ANYWHERE = (
    Linked("order", selection.ORDER, OneOf(("gate", "unusual"))),
    Linked("scale", selection.SCALE, OneOf(get_args(Scope))),
    Linked("lang", language_choice.LANGUAGE, OneOf(tuple(LANGUAGES))),
    Linked("beside", selection.BESIDE, Switch(), usual=False),
    Linked("run", measurement_requests.BY_ITSELF, Switch(), usual=False),
    Linked("true", followed.TRUE, CLASS, followed.NO_CLASS),
    Linked("reference", references.CHOSEN, Surveys(references.MOST)),
)
UNIT = Number(0, 99_999, whole=True)
STEPS = OneOf(("u", "squeeze", "reduce", "relu", "expand", "gate", "scale"))
TRAINING = (SECTION.key, "live")
SEVERAL, NETWORKS = (COMPARED.key, "pictures"), (COMPARED.key, "networks")
CLASSES, TWO = (PART.key, "classes"), (PART.key, "two")
OF_SURVEY = ("classes", "blocks", "dot")  # what they mean depends on the survey

BY_VIEW: Mapping[str, tuple[Linked, ...]] = MappingProxyType(
    {
        "inspect": (
            Linked("maps", selection.TOP, Number(1, 32, whole=True), 8),
            Linked("opacity", selection.OPACITY, SHARE, 0.6),
            Linked("score", selection.SCORE, SHARE, 0.5),
            Linked("mask", selection.MASK, SHARE, 0.6),
            Linked("module", selection.MODULE, Name()),
            Linked("unit", hidden_unit.UNIT, UNIT),
            Linked("explained", view_keys.PLACES_OF, OneOf(get_args(Of)), "channel"),
            Linked("less", view_keys.PLACES_LESS, Picture(), ""),
            Linked("over", view_keys.PLACES_OPACITY, SHARE, 0.6),
            Linked("class", view_keys.CLASS_MAP_CLASS, UNIT),
            Linked("cover", view_keys.DELETION_COVER, OneOf(COVERS), "mean"),
            Linked("row", view_keys.FIELD_ROW, UNIT),
            Linked("column", view_keys.FIELD_COLUMN, UNIT),
            Linked("control", view_keys.WHY_CONTROL, CONTROL, "none"),
        ),
        "learn": (
            Linked("step", view_keys.LESSON_STEP, STEPS, "u"),
            Linked("unit", hidden_unit.UNIT, UNIT),
            Linked("with", view_keys.LESSON_OTHER, Picture()),
        ),
        "layers": (
            Linked("second", selection.SECOND, Name()),
            Linked("module", selection.MODULE, Name()),
        ),
        "pictures": (
            COMPARED,
            Linked("with", pinned.SECOND, Picture(), shown_in=SEVERAL),
            Linked("curves", pinned.CURVES, OneOf(("picture", "group")), "picture", SEVERAL),
            Linked("drawn", pinned.SHOWN, OneOf(("all", "sampled", "differing")), "all", SEVERAL),
            Linked("by", pinned.ORDER, OneOf(("open", "number")), "open", SEVERAL),
            Linked("axis", pinned.SPAN, AXIS, "0 to 1", SEVERAL),
            Linked("measure", pinned.MEASURE, OneOf(("distance", "cosine")), "distance", SEVERAL),
            Linked("more", pinned.BESIDE, Names(MOST_LISTED), shown_in=SEVERAL),
            Linked("other_trained", view_keys.OTHER_TRAINED, Switch(), True, NETWORKS),
            Linked("other", view_keys.OTHER_NETWORK, SecondNetwork(), shown_in=NETWORKS),
        ),
        "dataset": (
            PART,
            Linked("survey", surveys.OPEN, Survey()),
            Linked("slice", surveys.SLICE, OneOf((surveys.WHOLE, *SLICES)), surveys.WHOLE),
            Linked("beside_survey", surveys.BESIDE, Survey(), shown_in=CLASSES),
            Linked("second", surveys.SECOND, Survey(), shown_in=TWO),
            Linked("classes", surveys.CLASSES, Numbers(MOST_LISTED)),
            Linked("blocks", surveys.BLOCKS, Names(MOST_LISTED), shown_in=CLASSES),
            Linked("drawn", surveys.SHOWN, OneOf(("sampled", "all")), "sampled", CLASSES),
            Linked("by", surveys.ORDER, OneOf(("number", "open")), "number", CLASSES),
            Linked("axis", surveys.SPAN, AXIS, "fitted", CLASSES),
            Linked(
                "crop",
                surveys.CROP,
                OneOf(("whole", "account", "activation")),
                "whole",
                (PART.key, "channel"),
            ),
            Linked("bands", surveys.BANDS, Switch(), True, CLASSES),
            Linked(
                "dot",
                surveys.PICTURE,
                Number(0, 999_999, whole=True),
                shown_in=(PART.key, "channel"),
            ),
        ),
        "whatif": (
            *FOLLOWED,
            Linked("control", view_keys.WHATIF_CONTROL, CONTROL, "none"),
        ),
        "effects": (
            *FOLLOWED,
            Linked("put", measurement_requests.PUT, OneOf(("0", "1", "its usual value")), "0"),
            Linked("score", selection.SCORE, SHARE, 0.5),
            Linked("control", view_keys.EFFECTS_CONTROL, CONTROL, "none"),
        ),
        "stability": (
            *(
                Linked(kind, view_keys.strength(kind), Number(scale.low, scale.high), scale.none)
                for kind, scale in SCALES.items()
            ),
            Linked("along", view_keys.SWEEP, OneOf(tuple(SCALES)), "blur"),
            Linked("attack", view_keys.ATTACK_KIND, OneOf(("fgsm", "pgd")), "fgsm"),
            Linked("levels", view_keys.ATTACK_LEVELS, Number(1, 16, whole=True), 4),
            Linked("channels", view_keys.SWEPT_CHANNELS, Numbers(MOST_LISTED)),
            Linked("control", view_keys.STABILITY_CONTROL, CONTROL, "none"),
        ),
        "pointwise": (
            SECTION,
            Linked(
                "trained", view_keys.TRAINED_PART, OneOf(("seeds", "curves", "stored")), "seeds"
            ),
            Linked("runs", view_keys.TRAINED_RUNS, OneOf(("short", "long")), "short"),
            Linked("place", selection.PLACE, Name(), shown_in=(view_keys.TRAINED_PART, "stored")),
            Linked("gains", selection.GAIN_PICTURES, Pictures(MOST_LISTED)),
            Linked("fitted_to", view_keys.FITTED_TO, OneOf(("offer", "folder")), "offer"),
            Linked("rows", view_keys.POOLED_ROWS, UNIT, 0, (SECTION.key, "unpooled")),
            Linked("begin", view_keys.TRAIN_BEGINNING, OneOf(("half", "drawn")), "half", TRAINING),
            Linked("on", view_keys.TRAIN_ON, OneOf(("digits", "zip")), "digits", TRAINING),
            Linked("steps", view_keys.TRAIN_STEPS, Number(10, 1000, whole=True), 200, TRAINING),
        ),
        "costs": (),
    }
)
SECTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "inspect": {
            "why": view_keys.WHY_OPEN,
            "acts": view_keys.ACTS_OPEN,
            "squeeze": view_keys.SQUEEZE_OPEN,
            "places": view_keys.PLACES_OPEN,
            "field": view_keys.FIELD_OPEN,
            "class_map": view_keys.CLASS_MAP_OPEN,
            "covered": view_keys.DELETION_OPEN,
            "take": "take_picture",
        },
        "pictures": {"numbers": view_keys.PICTURES_NUMBERS, "take": "take_pictures"},
        "dataset": {"take": "take_survey", "papers": surveys.PAPERS_OPEN},
        "stability": {"attacked": view_keys.ATTACK_OPEN},
        "effects": {"numbers": view_keys.ACCURACY_NUMBERS, "rankings": view_keys.FAITHFUL},
        "pointwise": {"recipe": view_keys.RECIPE, "numbers": view_keys.FIT_NUMBERS},
        "costs": {
            "numbers": view_keys.COST_NUMBERS,
            "ratio": view_keys.COST_RATIOS,
            "channels": view_keys.COST_CHANNELS,
        },
    }
)


def choices(view: View) -> tuple[Linked, ...]:
    """What the address of this view names."""
    return (*ANYWHERE, *BY_VIEW[view.name])


def sections(view: View) -> Mapping[str, str]:
    """The sections of this view that can be opened: their session keys by name."""
    usual = {"take": "take_page", "code": copy_as_code.OPEN, "panels": panels.OPEN}
    return {**usual, **SECTIONS.get(view.name, {})}
