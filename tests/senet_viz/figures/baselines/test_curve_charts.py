"""Curves, classes and fits: the numbers given are the numbers drawn, and the sentences follow."""

import numpy as np
import pytest

from senet_viz.analysis.fixed_maps import FixedFit, FixedMaps
from senet_viz.analysis.training_runs import EpochLog, RunSet, TrainedRun
from senet_viz.core.records import SEBlock, Version
from senet_viz.figures.baselines.class_accuracy import class_differences
from senet_viz.figures.baselines.curve_charts import training_curves
from senet_viz.figures.baselines.fits import error_by_depth


def run(version: Version, seed: int, accuracies: list[float], said: list[int]) -> TrainedRun:
    log = tuple(
        EpochLog(i + 1, 1.0, 64, 0.1, 2.0 - i / 10, 9.0 if i == 0 else 1.5 - a, a)
        for i, a in enumerate(accuracies)
    )
    return TrainedRun(version, seed, log, np.array(said, np.uint8))


RUNS = RunSet(
    recipe="3 epochs",
    tested_on="4 pictures",
    trained_with="nothing",
    labels=("a", "$b$<i>"),
    truth=np.array([0, 0, 1, 1], np.uint8),
    runs=(
        run("se", 0, [0.2, 0.6, 0.9], [0, 0, 1, 1]),
        run("se", 1, [0.4, 0.8, 0.7], [0, 0, 1, 0]),
        run("plain", 0, [0.1, 0.2, 0.3], [0, 1, 1, 1]),
        run("plain", 1, [0.3, 0.4, 0.5], [0, 1, 1, 1]),
    ),
)


@pytest.mark.parametrize("dark", [False, True])
def test_thick_lines_are_means_over_seeds(dark: bool) -> None:
    chart = training_curves(RUNS.runs, what="accuracy", dark=dark)
    thick = {t.name: t for t in chart.figure.data if t.showlegend}
    np.testing.assert_allclose(thick["squeeze and excitation"].y, [0.3, 0.7, 0.8], rtol=1e-6)
    np.testing.assert_allclose(thick["nothing there"].x, [1, 2, 3])
    assert len(chart.figure.data) == 6
    assert "80.0% with squeeze and excitation and 40.0% with nothing there" in chart.title
    assert [s.y0 for s in chart.figure.layout.shapes] == [0.8, 0.85]


def test_losses_that_are_cut_off_are_said_to_be() -> None:
    chart = training_curves(RUNS.runs, what="loss", dark=False)
    top = chart.figure.layout.yaxis.range[1]
    assert top == pytest.approx(2.2) and "over 2.2 in the first epochs are cut off" in chart.reads
    dotted = [t for t in chart.figure.data if t.line.dash == "dot"]
    np.testing.assert_allclose(dotted[0].y, [2.0, 1.9, 1.8], rtol=1e-6)
    one = training_curves(RUNS.runs[::2], what="loss", dark=False)
    assert one.reads.startswith("One run of each") and len(one.figure.data) == 4


def test_classes_by_seed_and_the_sentence() -> None:
    chart = class_differences(RUNS, than="plain", dark=False)
    (marks,) = chart.figure.data
    np.testing.assert_allclose(marks.x, [50, -25])  # a: 100 - 50; b: (100, 50) - 100
    np.testing.assert_allclose(marks.error_x.array, [0, np.std([0, -50], ddof=1)], rtol=1e-6)
    assert "in 1 of 2 classes: from +50.0 points (a) to −25.0 ($b$<i>)" in chart.title
    assert "<i>" not in "".join(chart.figure.layout.yaxis.ticktext)


def fit(name: str, scale: float, convolution: float) -> FixedFit:
    one = np.ones(2, np.float32)
    errors = {"unchanged": 1.0, "scale": scale, "convolution": convolution}
    maps = FixedMaps(one, np.eye(2, dtype=np.float32), one)
    block = SEBlock(name, 0, "SE", "sigmoid", 2, 1)
    return FixedFit(block, 6, 600, {k: v / 2 for k, v in errors.items()}, errors, 1e-2, maps)


def test_errors_by_depth_leave_what_depends_on_the_picture() -> None:
    fits = [fit("layer1.0.se", 0.3, 0.2), fit("layer2.0.se", 0.1, 0.05)]
    chart = error_by_depth(fits, picked="layer2.0.se", dark=False)
    scale, convolution, own = chart.figure.data
    np.testing.assert_allclose(scale.y, [0.3, 0.1], rtol=1e-6)
    np.testing.assert_allclose(convolution.y, [0.2, 0.05], rtol=1e-6)
    assert list(own.y) == [0, 0]
    assert "leaves 5% of a block's output in layer2.0.se, 20% in layer1.0.se" in chart.title
    assert list(convolution.customdata) == ["layer1.0.se", "layer2.0.se"]
    assert convolution.marker.line.width == (0, 2)
    np.testing.assert_allclose(chart.table["unchanged"], [1, 1])
    nothing = error_by_depth([fit("a.se", np.nan, np.nan)], picked="a.se", dark=True)
    assert "nothing to fit" in nothing.title
