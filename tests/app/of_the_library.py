"""What the library says, as long as it speaks English alone. It goes when that is no longer so."""

import re
from collections.abc import Callable
from typing import Any

import pytest

import senet_viz as sv
from senet_viz import perturbing, runs, variance
from senet_viz.costs import paper
from senet_viz.figures import energy, versions
from senet_viz.figures.chart import Chart
from senet_viz.figures.maps import Mosaic
from senet_viz.images import ACCEPTED
from senet_viz.models.embedded import ASSETS
from senet_viz.training import small
from tests.app.made_up import said

Known = str | re.Pattern[str]


def following(made: Callable[..., None], names: tuple[str, ...]) -> Callable[..., None]:
    """What makes a picture of the library's, with its texts in the made-up language."""

    def follow(drawn: object, *given: Any, **named: Any) -> None:
        made(drawn, *given, **named)
        for name in names:
            object.__setattr__(drawn, name, said(getattr(drawn, name)))

    return follow


def of_the_library(monkeypatch: pytest.MonkeyPatch) -> tuple[Known, ...]:
    """What the library says, as long as it speaks English alone; its charts are made to follow."""
    for drawn, names in ((Chart, ("title", "reads", "caution", "alt")), (Mosaic, ("alt",))):
        monkeypatch.setattr(drawn, "__init__", following(drawn.__init__, names))
    net, trained = (
        sv.load_model("se_resnet18_imagenette"),
        runs.read_runs(ASSETS / "comparison.json"),
    )
    assert net.reference is not None
    units = [scale.unit for scale in perturbing.SCALES.values()]
    return (
        *(variance.RULE, *variance.WORDS.values(), *versions.NAMES.values(), ACCEPTED),
        *(scale.title for scale in perturbing.SCALES.values()),
        *(unit[:1].upper() + unit[1:] for unit in units),
        *(paper.SOURCE_RATIO_WORDS, paper.STRIDE_WORDS, trained.trained_with, trained.tested_on),
        *(trained.recipe[:1].upper() + trained.recipe[1:], net.preprocess.words),
        *(net.reference.source, net.accuracy_on, *net.notes, energy.READS, energy.CAUTION),
        *("random weights", small.digits().words),
        re.compile(r"\d to -?\d"),  # the range of a colour
        re.compile("The branch of .*? carries .*? of the energy where it meets the shortcut"),
        re.compile("'.' is no channel. Write numbers and ranges, such as 3, 7, 20-31"),
        re.compile(r"its gates depend on the picture: .*? more than [\d.]+"),
    )
