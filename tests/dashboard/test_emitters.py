"""Copy as code: a script is made of a record alone, whatever the page and the session are."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import dashboard
from dashboard.components import script_one_block
from dashboard.components.script_labelled import Folder
from dashboard.components.script_opening import Catalogued, Factory, Look, Noise, Redrawn
from dashboard.components.script_text import complete
from dashboard.runtime.offers import Chosen, OwnFile
from dashboard.views.costs import script
from dashboard.views.dataset import script as dataset_script
from dashboard.views.effects import script as effects_script
from dashboard.views.layers import script as layers_script
from dashboard.views.pictures import script as pictures_script
from dashboard.views.pointwise import script as pointwise_script
from dashboard.views.pointwise import trained_script
from dashboard.views.stability import script as stability_script
from dashboard.views.whatif import script as whatif_script
from senet_viz.analysis.gate_edits import GateEdit

APP = Path(dashboard.__file__).parent
EMITTERS = sorted(path.stem for path in (APP / "code").glob("*.py") if path.stem != "__init__")
SHARED = {"complete", "opening", "labelled", "one_block"}
SAME_VIEW = {("pointwise", "trained")}


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules and names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(name: str) -> Path | None:
    """The file of the app that a full name is imported from."""
    parts = name.split(".")
    if parts[0] != "dashboard":
        return None
    found = [APP.joinpath(*parts[1:end]).with_suffix(".py") for end in range(2, len(parts) + 1)]
    return next((path for path in reversed(found) if path.is_file()), None)


def reached(path: Path) -> set[Path]:
    """The file and every file of the app that it imports, also by way of others."""
    found, waiting = set(), [path]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for name in imported(path) if (file := file_of(name)) is not None]
    return found


@pytest.mark.parametrize("emitter", EMITTERS)
def test_an_emitter_knows_neither_streamlit_nor_the_session(emitter: str) -> None:
    for path in reached(APP / "code" / f"{emitter}.py"):
        modules = {name.partition(".")[0] for name in imported(path)}
        assert "streamlit" not in modules, path


def test_what_the_rule_would_find() -> None:
    assert APP / "state.py" in reached(APP / "subject.py")
    assert "streamlit" in {name.partition(".")[0] for name in imported(APP / "state.py")}


@pytest.mark.parametrize("emitter", EMITTERS)
def test_views_emitters_do_not_know_each_other(emitter: str) -> None:
    files = map(file_of, imported(APP / "code" / f"{emitter}.py"))
    known = {file.stem for file in files if file is not None and file.parent.name == "code"}
    assert {(emitter, other) for other in known - SHARED} <= SAME_VIEW


SAMPLE = Chosen("china", "China", b"", "", "0" * 64)
UPLOAD = Chosen("1" * 64, "cup.jpg", b"", "", "1" * 64)
NET = Catalogued("se_resnet18_imagenette", trained=True)
OWN = OwnFile("seresnet50", "best.pt", "2" * 64, b"weights", labels=("a", "b"), side=96)
LOOK = Look(NET, SAMPLE)
CONTROL = Look(Redrawn(OWN), Noise((96, 64), 3))
BLOCK = script_one_block.OneBlock(LOOK, "classes", "layer1.0.se", 5, 3, True, True, 2, 0.5)
EFFECTS = effects_script.Effects(LOOK, "layer1.0.se", 2, "0", True, None)
STABILITY = stability_script.Stability(
    LOOK, (("blur", 1.0), ("shift", 0.0)), "contrast", "layer1.0.se", (7,), True, True
)
COSTS = script.Costs(NET, True, (1, 16), 20, script.Fold(OWN, (SAMPLE, UPLOAD), 0.01), True)
EDITS = (
    (GateEdit("a", "one"), GateEdit("b", "one")),
    (GateEdit("b", "usual"), GateEdit("c", "usual")),
    (GateEdit("a", "zero"), GateEdit("c", "zero")),
    (GateEdit("c", "value", (1, 2), 0.25), GateEdit("c", "shuffle", seed=4)),
    (GateEdit("b", "transplant", source=UPLOAD.key),),
)
WHAT_IF = whatif_script.WhatIf(LOOK, ("a", "b", "c"), EDITS, (SAMPLE, UPLOAD), 1, False, False)
PICTURES = pictures_script.Pictures(
    NET, (SAMPLE, UPLOAD), ("one", 'two"'), ("made", ""), (0, 1), "a", 3, False, True
)
SURVEY, MINE = (
    dataset_script.Opened(shipped="it.survey"),
    dataset_script.Opened(folder="/tmp/of mine"),
)
FOLDER = Folder("/tmp/labelled", 50)
SCRIPTS = {
    "one block": script_one_block.script(BLOCK),
    "boxes": script_one_block.script(replace(BLOCK, answer="boxes", unusual=False, unit=None)),
    "regions": script_one_block.script(
        replace(BLOCK, answer="regions", explained=False, unit=None)
    ),
    "no answer": script_one_block.script(replace(BLOCK, look=CONTROL, answer="none")),
    "layers": layers_script.script(
        layers_script.Layers(Look(Factory("mine:make"), UPLOAD), "a", "b")
    ),
    "effects": effects_script.script(EFFECTS),
    "sweep": effects_script.script(replace(EFFECTS, reference=False, put="1", sweep=FOLDER)),
    "stability": stability_script.script(STABILITY),
    "most moving": stability_script.script(replace(STABILITY, channels=(), reference=False)),
    "costs": script.script(COSTS),
    "counts": script.script(replace(COSTS, blocks=False, batches=(), fold=None, paper=False)),
    "what if": whatif_script.script(WHAT_IF),
    "what if, found": whatif_script.script(
        replace(WHAT_IF, followed=None, scene=True, reference=True)
    ),
    "no edit": whatif_script.script(replace(WHAT_IF, steps=((),), followed=None)),
    "pictures": pictures_script.several(PICTURES),
    "direction": pictures_script.several(
        replace(PICTURES, groups=("a", "b"), cosine=True, reference=False)
    ),
    "networks": pictures_script.networks(pictures_script.Networks(NET, UPLOAD, Redrawn(NET), "a")),
    "one network": pictures_script.networks(pictures_script.Networks(NET, UPLOAD, None, "")),
    "depth": dataset_script.script(dataset_script.Depth(SURVEY, True, "a", 3)),
    "classes": dataset_script.script(dataset_script.Classes(MINE, ("a",), (0, 1), True, True)),
    "channel": dataset_script.script(dataset_script.Channel(dataset_script.Opened(), "a", 3, True)),
    "idle": dataset_script.script(
        dataset_script.Idle(MINE, False, dataset_script.Twins("a", 3, 4000))
    ),
    "two": dataset_script.script(dataset_script.Two(SURVEY, MINE, "a", True)),
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
