"""Training runs of the four versions beside each other: loss and accuracy by epoch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.training_runs import EpochLog, TrainedRun
from senet_viz.core.records import Version
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite
from senet_viz.figures.base.formats import hover, number, paragraph
from senet_viz.figures.base.shapes import level
from senet_viz.figures.base.theme import faded, mode
from senet_viz.figures.base.version_looks import COLOURS, NAMES

What = Literal["loss", "accuracy"]
LEVELS = (0.80, 0.85)
HEIGHT = 340
_VALUES: Mapping[str, Callable[[EpochLog], float]] = {
    "loss": lambda line: line.val_loss,
    "accuracy": lambda line: line.val_accuracy,
    "train": lambda line: line.train_loss,
}


def training_curves(runs: Sequence[TrainedRun], *, what: What, dark: bool) -> Chart:
    """How fast do the versions learn? Validation loss with training loss, or accuracy, by epoch.

    Thick lines are means over the seeds of a version, thin ones its single runs.
    """
    versions = list(dict.fromkeys(run.version for run in runs))
    traces: list[Any] = []
    for version in versions:
        own = [run for run in runs if run.version == version]
        if len(own) > 1:
            traces += [_line(run, what, width=1, opacity=0.35) for run in own]
        traces.append(_mean(own, what, dash="solid"))
        if what == "loss":
            traces.append(_mean(own, "train", dash="dot"))
    layout, cut = _axis(runs, what)
    title = _ends(runs, versions, what)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=HEIGHT,
            xaxis=axis(tr("epoch")),
            yaxis=layout,
            shapes=[level(y, mode(dark).line, width=1) for y in LEVELS]
            if what == "accuracy"
            else [],
            top=44,
        ),
        title=title,
        reads=paragraph(_reads(what, runs, versions), cut),
        caution=tr(
            "The rate falls to 0 at the last epoch, so a curve is steep or flat by "
            "plan, not only by what the network can do: a run twice as long would "
            "stand elsewhere at each epoch."
        ),
        alt=tr(
            "{title}. {runs} runs of {versions} versions, {log} epochs.",
            title=title,
            runs=len(runs),
            versions=len(versions),
            log=len(runs[0].log),
        ),
        table=_table(runs),
    )


def _line(run: TrainedRun, what: What, *, width: float, opacity: float) -> go.Scatter:
    return go.Scatter(
        x=_epochs(run.log),
        y=_values(run.log, what),
        mode="lines",
        line={"width": width, "color": faded(COLOURS[run.version], opacity=opacity)},
        name=tr("seed {seed}", seed=run.seed),
        showlegend=False,
        hovertemplate=hover(
            tr("{names}, seed {seed}", names=NAMES[run.version], seed=run.seed),
            tr("epoch {x}: {y}", x="%{x}", y="%{y:.3f}"),
        ),
    )


def _mean(own: Sequence[TrainedRun], what: str, *, dash: str) -> go.Scatter:
    shortest = min(len(run.log) for run in own)
    rows = [_values(run.log[:shortest], what) for run in own]
    version, training = own[0].version, what == "train"
    return go.Scatter(
        x=_epochs(own[0].log[:shortest]),
        y=np.mean(rows, axis=0, dtype=np.float32),
        mode="lines",
        line={"width": 1.2 if training else 2.4, "color": COLOURS[version], "dash": dash},
        name=NAMES[version],
        showlegend=not training,
        hovertemplate=hover(
            tr("{name}, training", name=NAMES[version]) if training else NAMES[version],
            tr("epoch {x}: {y}", x="%{x}", y="%{y:.3f}"),
        ),
    )


def _axis(runs: Sequence[TrainedRun], what: What) -> tuple[dict[str, Any], str]:
    """Settings of the y axis, and a sentence where it does not show everything."""
    if what == "accuracy":
        reached = finite(np.array([line.val_accuracy for run in runs for line in run.log]))
        top = float(reached.max(initial=0.0))
        words = {"text": tr("validation accuracy, top-1")}
        return {"title": words, "tickformat": ".0%", "range": [0, max(top, LEVELS[-1]) + 0.05]}, ""
    losses = finite(np.array([line.train_loss for run in runs for line in run.log]))
    top = 1.1 * float(losses.max(initial=0.0)) or 1.0
    beyond = any(line.val_loss > top for run in runs for line in run.log)
    cut = (
        tr("Validation losses over {top:.1f} in the first epochs are cut off.", top=top)
        if beyond
        else ""
    )
    return axis(tr("cross-entropy, nats"), range=[0, top]), cut


def _ends(runs: Sequence[TrainedRun], versions: Sequence[Version], what: What) -> str:
    """The last values of SE and of nothing in its place, else of the first and the last version."""
    pair: tuple[Version, Version] = (versions[0], versions[-1])
    if {"se", "plain"} <= set(versions):
        pair = ("se", "plain")

    def end(version: Version) -> float:
        return float(
            np.mean([_values(run.log, what)[-1] for run in runs if run.version == version])
        )

    epochs = len(runs[0].log)
    first, second = (end(version) for version in pair)
    one, other = NAMES[pair[0]], NAMES[pair[1]]
    if what == "accuracy":
        return tr(
            "After {epochs} epochs the validation accuracy is {first} with {one} and "
            "{second} with {other}",
            epochs=epochs,
            first=number(first, ".1%"),
            one=one,
            second=number(second, ".1%"),
            other=other,
        )
    return tr(
        "After {epochs} epochs the validation loss is {first} with {one} and {second} with {other}",
        epochs=epochs,
        first=number(first, ".3f"),
        one=one,
        second=number(second, ".3f"),
        other=other,
    )


def _reads(what: What, runs: Sequence[TrainedRun], versions: Sequence[Version]) -> str:
    several = len(runs) > len(versions)
    lines = tr("Thick: mean over seeds; thin: single runs.") if several else tr("One run of each.")
    if what == "accuracy":
        return paragraph(
            lines, tr("Accuracy on validation pictures after each epoch; dotted: 80% and 85%.")
        )
    return paragraph(
        lines,
        tr(
            "Solid: loss on validation pictures; dotted: on augmented training "
            "pictures, with label smoothing, so the two are not on one footing."
        ),
    )


def _table(runs: Sequence[TrainedRun]) -> dict[str, list[Any] | Numbers]:
    lines = [(run, line) for run in runs for line in run.log]
    return {
        "version": [run.version for run, _ in lines],
        "seed": [run.seed for run, _ in lines],
        "epoch": [line.epoch for _, line in lines],
        "training_loss": [line.train_loss for _, line in lines],
        "validation_loss": [line.val_loss for _, line in lines],
        "validation_accuracy": [line.val_accuracy for _, line in lines],
    }


def _epochs(log: Sequence[EpochLog]) -> Numbers:
    return np.array([line.epoch for line in log], dtype=np.float64)


def _values(log: Sequence[EpochLog], what: str) -> Numbers:
    return np.array([_VALUES[what](line) for line in log], dtype=np.float64)
