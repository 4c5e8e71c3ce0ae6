"""Copy as code: a script is made of a record alone, whatever the page and the session are."""

import ast
import builtins
import re
from dataclasses import replace

import pytest

import senet_viz as sv
from dashboard.components import script_one_block
from dashboard.components.script_labelled import Folder
from dashboard.components.script_opening import (
    Catalogued,
    Factory,
    Look,
    Noise,
    Opened,
    Redrawn,
    Referenced,
)
from dashboard.components.script_text import complete
from dashboard.runtime.offers import Chosen, OwnFile
from dashboard.views.costs import script as costs_script
from dashboard.views.dataset import script as dataset_script
from dashboard.views.dataset.script_channel import Channel
from dashboard.views.dataset.script_claims import Measured
from dashboard.views.effects import script as effects_script
from dashboard.views.inspect import script as inspect_script
from dashboard.views.layers import script as layers_script
from dashboard.views.pictures import script as pictures_script
from dashboard.views.pointwise import script as pointwise_script
from dashboard.views.pointwise import trained_script
from dashboard.views.stability import script as stability_script
from dashboard.views.whatif import script as whatif_script
from senet_viz.analysis.gate_edits import GateEdit

SAMPLE = Chosen("china", "China", b"", "", "0" * 64)
UPLOAD = Chosen("1" * 64, "cup.jpg", b"", "", "1" * 64)
NET = Catalogued("se_resnet18_imagenette", trained=True)
OWN = OwnFile("seresnet50", "best.pt", "2" * 64, b"weights", labels=("a", "b"), side=96)
LOOK = Look(NET, SAMPLE)
CONTROL = Look(Redrawn(OWN), Noise((96, 64), 3))
BLOCK = script_one_block.OneBlock(LOOK, "classes", "layer1.0.se", 5, 3, True, True, 2, 0.5)
EFFECTS = effects_script.Effects(LOOK, "layer1.0.se", 2, None, "0", True, False, None)
STABILITY = stability_script.Stability(
    LOOK, (("blur", 1.0), ("shift", 0.0)), "contrast", "layer1.0.se", (7,), True, True
)
CHANNELS = costs_script.Channels(("gate", "random"), "probability", ("gate", 0.1, True))
COSTS = costs_script.Costs(
    NET,
    True,
    (1, 16),
    20,
    costs_script.Plan(OWN, "/tmp/labelled", 200, ("layer1.0.se",), CHANNELS),
    True,
)
EDITS = (
    (GateEdit("a", "one"), GateEdit("b", "one")),
    (GateEdit("b", "usual"), GateEdit("c", "usual")),
    (GateEdit("a", "zero"), GateEdit("c", "zero")),
    (GateEdit("c", "value", (1, 2), 0.25), GateEdit("c", "shuffle", seed=4)),
    (GateEdit("b", "transplant", source=UPLOAD.key),),
)
WHAT_IF = whatif_script.WhatIf(
    LOOK, ("a", "b", "c"), EDITS, (SAMPLE, UPLOAD), (1, None), False, False
)
PICTURES = pictures_script.Pictures(
    NET, (SAMPLE, UPLOAD), ("one", 'two"'), ("made", ""), (0, 1), "a", 3, False, True
)
SURVEY, MINE = (
    Opened(shipped="it.survey"),
    Opened(folder="/tmp/of mine", part="wrong"),
)
FOLDER = Folder("/tmp/labelled", 50)
PLACES = inspect_script.Places("channel", 2, UPLOAD, 1, True, 3, "blur")
WHOLE = inspect_script.Places("channels", 2, None, 1, False, None, None)
SCRIPTS = {
    "one block": script_one_block.script(BLOCK),
    "places": script_one_block.script(
        BLOCK, more=inspect_script.parts(PLACES), figures=inspect_script.charts(PLACES)
    ),
    "whole block": script_one_block.script(
        BLOCK, more=inspect_script.parts(WHOLE), figures=inspect_script.charts(WHOLE)
    ),
    "boxes": script_one_block.script(replace(BLOCK, answer="boxes", unusual=False, unit=None)),
    "regions": script_one_block.script(
        replace(BLOCK, answer="regions", explained=False, unit=None)
    ),
    "no answer": script_one_block.script(replace(BLOCK, look=CONTROL, answer="none")),
    "layers": layers_script.script(
        layers_script.Layers(Look(Referenced(Factory("mine:make"), MINE), UPLOAD), "a", "b")
    ),
    "effects": effects_script.script(EFFECTS),
    "sweep": effects_script.script(replace(EFFECTS, reference=False, put="1", sweep=FOLDER)),
    "two classes": effects_script.script(replace(EFFECTS, against=4, faithful=True)),
    "stability": stability_script.script(STABILITY),
    "attacked": stability_script.script(
        replace(STABILITY, attack=stability_script.Attacking("pgd", 2))
    ),
    "most moving": stability_script.script(replace(STABILITY, channels=(), reference=False)),
    "costs": costs_script.script(COSTS),
    "counts": costs_script.script(replace(COSTS, blocks=False, batches=(), plan=None, paper=False)),
    "what if": whatif_script.script(WHAT_IF),
    "what if, found": whatif_script.script(
        replace(WHAT_IF, followed=None, scene=True, reference=True)
    ),
    "what if, two classes": whatif_script.script(replace(WHAT_IF, followed=(1, 2))),
    "no edit": whatif_script.script(replace(WHAT_IF, steps=((),), followed=None)),
    "pictures": pictures_script.several(PICTURES),
    "direction": pictures_script.several(
        replace(PICTURES, groups=("a", "b"), cosine=True, reference=False)
    ),
    "networks": pictures_script.networks(pictures_script.Networks(NET, UPLOAD, Redrawn(NET), "a")),
    "one network": pictures_script.networks(pictures_script.Networks(NET, UPLOAD, None, "")),
    "depth": dataset_script.script(dataset_script.Depth(SURVEY, True, "a", 3, True, True)),
    "measured": dataset_script.script(
        dataset_script.Depth(
            SURVEY, True, "a", 3, True, measured=Measured(NET, 0, (SAMPLE, UPLOAD))
        )
    ),
    "measured in the survey": dataset_script.script(
        dataset_script.Depth(MINE, True, "a", 3, True, measured=Measured(NET, 60, ()))
    ),
    "answers": dataset_script.script(dataset_script.Depth(MINE, False, "a", 3, answered=True)),
    "classes": dataset_script.script(dataset_script.Classes(MINE, ("a",), (0, 1), True, True)),
    "channel": dataset_script.script(Channel(Opened(), "a", 3, True, "account", NET)),
    "idle": dataset_script.script(
        dataset_script.Idle(MINE, False, dataset_script.Twins("a", 3, 4000))
    ),
    "classes beside": dataset_script.script(
        dataset_script.Classes(SURVEY, ("a",), (0, 1), False, False, beside=MINE)
    ),
    "two": dataset_script.script(dataset_script.Two(SURVEY, MINE, "a", True, agree=True)),
    "one survey": dataset_script.script(dataset_script.Two(SURVEY, None, "a", False)),
    "seeds": pointwise_script.script(trained_script.Seeds()),
    "curves": pointwise_script.script(trained_script.Curves((("net", "se"),))),
    "stored": pointwise_script.script(
        trained_script.Stored(UPLOAD, ("net",), (SAMPLE,), "layer3.1")
    ),
    "fitted": pointwise_script.script(pointwise_script.Fitted(NET, (SAMPLE,), None)),
    "fitted to a folder": pointwise_script.script(pointwise_script.Fitted(NET, (), FOLDER)),
    "unpooled": pointwise_script.script(pointwise_script.Unpooled(LOOK, "a", True, FOLDER)),
    "no such block": pointwise_script.script(pointwise_script.Unpooled(LOOK, None, True, None)),
    "gains": pointwise_script.script(
        pointwise_script.Gains(NET, (SAMPLE,), (UPLOAD,), "a", True, ("net",))
    ),
    "live": pointwise_script.script(pointwise_script.Live(None, 500, 10, 2, "half")),
    "live, zip": pointwise_script.script(
        pointwise_script.Live(pointwise_script.Zip("a.zip", "3" * 64), 500, 10, 2, "drawn")
    ),
    "live, folder": pointwise_script.script(pointwise_script.Live("/tmp/mine", 500, 10, 2, "half")),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_record_makes_a_script_without_a_page(name: str) -> None:
    """Every name that it reads is one that it, or an import that goes with it, has made."""
    made, read = set(dir(builtins)), set()
    for node in ast.walk(ast.parse(complete(SCRIPTS[name]))):
        match node:
            case ast.Name(id=found, ctx=ast.Load()):
                read.add(found)
            case ast.Name(id=found) | ast.arg(arg=found) | ast.FunctionDef(name=found):
                made.add(found)
            case ast.ExceptHandler(name=str(found)):
                made.add(found)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                made |= {alias.asname or alias.name for alias in names}
    assert read <= made


def used(code: str) -> set[str]:
    """The names of the library that a script uses, as they are written after ``sv.``."""
    attributes = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Attribute)]
    written = {ast.unparse(node) for node in attributes}
    return {name.removeprefix("sv.") for name in written if re.fullmatch(r"sv(\.\w+)+", name)}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_uses_public_names_alone(name: str) -> None:
    code = complete(SCRIPTS[name])
    assert "senet_viz" not in code.replace("import senet_viz as sv", "")
    packages = {package: getattr(sv, package) for package in sv.PACKAGES}
    public = {*sv.__all__, *packages}
    public |= {f"{name}.{each}" for name, package in packages.items() for each in package.__all__}
    assert used(code) - public == set()


def test_a_name_that_is_not_public_is_found() -> None:
    assert used("sv.costs.counting.unit_of(sv.capture)") == {
        "costs",
        "costs.counting",
        "costs.counting.unit_of",
        "capture",
    }
