"""Run in an environment without extras: as JSON, what works there and what says why it does not."""

import importlib
import io
import json
import pkgutil
from collections.abc import Callable
from contextlib import redirect_stderr
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import timm
import torch
from torch import Tensor
from torchvision.models import mobilenet_v3_small

import senet_viz as sv
from senet_viz.cli import main
from senet_viz.core.errors import MissingExtraError, SENetVizError
from senet_viz.core.extras import PACKAGES
from senet_viz.core.package_versions import versions
from senet_viz.training.small_sets import digits

NAME, CHANNEL = "se_resnet18_imagenette", 5


def noise() -> Tensor:
    """A picture (1, 3, 64, 64), the same each time."""
    return torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))


def core() -> dict[str, Any]:
    """Capture, proof and explanation of the embedded network; proofs of two others."""
    torch.manual_seed(0)
    seen = sv.capture(sv.load_model(NAME).model, noise())
    others = (timm.create_model("mobilenetv3_small_050"), mobilenet_v3_small())
    why = sv.explain_gate(seen["layer3.1.se"], CHANNEL)
    captures = (seen, *(sv.capture(other.eval(), noise()) for other in others))
    return {
        "file": sv.__file__,
        "gates": seen["layer3.1.se"].excitation.tolist(),
        "logit": why.logit,
        "sum": float(why.bias + why.contribution.sum()),
        "proofs": [[block.proof for block in capture] for capture in captures],
    }


def packages() -> list[str]:
    """Those of extras that can be imported, and some that only come with them."""
    wanted = {name for each in PACKAGES.values() for name in each}
    return [name for name in (*wanted, "pandas", "scipy", "pytest") if find_spec(name)]


def modules() -> list[str]:
    """The library's that name an extra when they are imported."""
    found = []
    for module in pkgutil.walk_packages(sv.__path__, "senet_viz."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except MissingExtraError:
                found.append(module.name)
    return found


def said(folder: Path) -> dict[str, str]:
    """The error of each call and command that needs an extra, by what was called."""
    out = str(folder / "out")
    calls: dict[str, Callable[[], object]] = {
        "load_sample": lambda: sv.load_sample("china"),
        "load_sample of scikit-image": lambda: sv.load_sample("chelsea"),
        "digits": digits,
        "survey": lambda: sv.survey(folder, NAME, out=out),
        "load_survey": lambda: sv.load_survey(folder),
        "figures": lambda: importlib.import_module("senet_viz.figures.block.gates"),
        "senet-viz survey": lambda: typed("survey", str(folder), "--model", NAME, "--out", out),
        "senet-viz verdict": lambda: typed("verdict", str(folder)),
        "senet-viz inspect": lambda: typed("inspect", "x.png", "--model", NAME, "--out", out),
        "senet-viz app": lambda: typed("app"),
    }
    found = {}
    for name, call in calls.items():
        try:
            call()
        except SENetVizError as error:
            found[name] = str(error)
    return found


def typed(*words: str) -> None:
    """A command as it is typed; raises what it says."""
    with redirect_stderr(io.StringIO()) as error:
        assert main(words) == 1
    raise SENetVizError(error.getvalue().removeprefix("senet-viz: ").strip())


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        found = {
            "core": core(),
            "said": said(Path(name)),
            "left": [*map(str, Path(name).iterdir())],
        }
    found |= {
        "packages": packages(),
        "modules": modules(),
        "public": dir(sv),
        "versions": [*versions()],
    }
    print(json.dumps(found))
