"""Which classes gain or lose by what stands in the block's place, over several trainings."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.training_runs import RunSet
from senet_viz.core.arrays import Counts, Doubles
from senet_viz.core.records import Version
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.formats import hover, literal, signed
from senet_viz.figures.base.theme import mode
from senet_viz.figures.base.version_looks import COLOURS, NAMES, SYMBOLS


def class_differences(runs: RunSet, *, than: Version, dark: bool) -> Chart:
    """Accuracy of each class minus that with ``than`` in place, in points, seed by seed.

    Marks are means over the seeds that both were trained with, lines their standard deviation.
    Classes are ordered by the gain of squeeze and excitation, or of the first version there is.
    """
    require(runs.truth.size, "picture")
    others = [version for version in runs.versions if version != than]
    differences = {version: _by_seed(runs, version, than) for version in others}
    lead = "se" if "se" in differences else others[0]
    order = np.argsort(-np.nan_to_num(differences[lead].mean(0)), kind="stable")
    title = _sentence(runs.labels, differences[lead], lead, than)
    return Chart(
        figure=_figure(differences, [runs.labels[i] for i in order], order, than, dark=dark),
        title=title,
        reads=tr(
            "One row a class of the test pictures. A mark right of 0: more of that "
            "class are right than with {names}. Lines: one standard deviation over "
            "seeds each way.",
            names=NAMES[than],
        ),
        caution=tr(
            "A class has a few hundred test pictures, so one row alone moves by two or "
            "three points by chance; three seeds are few for a deviation."
        ),
        alt=tr(
            "{title}. {order} classes, {others} versions.",
            title=title,
            order=len(order),
            others=len(others),
        ),
        table={
            "class": [runs.labels[i] for _ in others for i in order],
            "version": [version for version in others for _ in order],
            "mean": np.concatenate([100 * differences[v].mean(0)[order] for v in others]),
            "deviation": np.concatenate([100 * _deviation(differences[v])[order] for v in others]),
        },
    )


def _figure(
    differences: dict[Version, Doubles],
    labels: Sequence[str],
    order: Counts,
    than: Version,
    *,
    dark: bool,
) -> go.Figure:
    look = mode(dark)
    return draw(
        _marks(differences, order),
        dark=dark,
        height=60 + 44 * len(labels),
        xaxis=axis(
            tr("accuracy minus that with {names}, points", names=NAMES[than]),
            **zero_line(look),
            showgrid=True,
        ),
        yaxis={
            "tickvals": list(range(len(labels))),
            "ticktext": [literal(label) for label in labels],
            "tickfont": {"color": look.text},
            "range": [len(labels) - 0.4, -0.6],
            "ticks": "",
        },
        margin={"l": 8, "r": 16, "t": 56, "b": 8},
    )


def _by_seed(runs: RunSet, version: Version, other: Version) -> Doubles:
    """Differences (s, k) over the seeds that both have, 0 to 1."""
    own, theirs = ({run.seed: i for i, run in enumerate(runs.of(v))} for v in (version, other))
    common = sorted(own.keys() & theirs.keys())
    first, second = runs.per_class(version), runs.per_class(other)
    difference: Doubles = first[[own[s] for s in common]] - second[[theirs[s] for s in common]]
    return difference


def _marks(differences: dict[Version, Doubles], order: Counts) -> list[go.Scatter]:
    step = 0.5 / len(differences)
    traces = []
    for index, (version, values) in enumerate(differences.items()):
        spread = (100 * _deviation(values)[order]).astype(np.float32)
        traces.append(
            go.Scatter(
                x=(100 * values.mean(0)[order]).astype(np.float32),
                y=(np.arange(len(order)) + (index - (len(differences) - 1) / 2) * step).astype(
                    np.float32
                ),
                error_x={"type": "data", "array": spread, "thickness": 1.2, "width": 0},
                mode="markers",
                marker={"color": COLOURS[version], "symbol": SYMBOLS[version], "size": 8},
                name=NAMES[version],
                hovertemplate=hover(
                    tr(
                        "{name}: {value} ± {spread} points",
                        name=NAMES[version],
                        value="%{x:+.1f}",
                        spread="%{error_x.array:.1f}",
                    )
                ),
            )
        )
    return traces


def _deviation(values: Doubles) -> Doubles:
    """Sample standard deviation over seeds (k,); 0 for one seed."""
    spread: Doubles = values.std(0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
    return spread


def _sentence(labels: Sequence[str], values: Doubles, version: Version, than: Version) -> str:
    means = 100 * values.mean(0)
    better = int((means > 0).sum())
    best, worst = int(np.nanargmax(means)), int(np.nanargmin(means))
    return tr(
        "{version} is ahead of {other} in {better} of {classes} classes: from "
        "{most} points ({most_class}) to {least} ({least_class})",
        version=NAMES[version].capitalize(),
        other=NAMES[than],
        better=better,
        classes=len(labels),
        most=signed(means[best], decimals=1),
        most_class=labels[best],
        least=signed(means[worst], decimals=1),
        least_class=labels[worst],
    )
