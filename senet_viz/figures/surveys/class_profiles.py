"""The gates of one block by class: the paper's figure, with the spread inside each class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.class_profiles import ClassMoments, mean_of_classes
from senet_viz.analysis.gate_shape import ALIKE
from senet_viz.core.translation import count, thousands, tr
from senet_viz.figures.base.axes import WHOLE, axis, channel_axis, gate_words, roomy
from senet_viz.figures.base.chart import Chart, Numbers, draw, known, require
from senet_viz.figures.base.columns import numbered, stacked
from senet_viz.figures.base.formats import gate
from senet_viz.figures.base.profile_lines import profile_line, reference_line
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import Mode, mode
from senet_viz.figures.base.traces import ranks, ribbon

FEWEST_TO_SPREAD = 2
BAND = 0.16


def class_profile(
    moments: ClassMoments,
    classes: Sequence[tuple[int, Series]],
    *,
    channels: Sequence[int],
    ordered: str,
    name: str = "",
    bands: bool = True,
    span: tuple[float, float] = WHOLE,
    dark: bool,
) -> Chart:
    """Do classes open the same channels? One line a class, a band of one deviation inside it.

    ``classes`` are class numbers, each with its look; a dotted line is the mean of all classes.
    ``channels`` are drawn from left to right, ``ordered`` says how they were put in order, and
    ``name`` is what the block is called. ``customdata`` is the channel number.
    """
    require(int(moments.count.sum()), "picture")
    require(len(channels), "channel")
    shown = np.asarray(channels, dtype=np.int16)
    title = _sentence(name or moments.block, moments, classes)
    return Chart(
        figure=draw(
            _traces(moments, classes, shown, bands=bands, look=mode(dark)),
            dark=dark,
            height=300,
            top=30 + 18 * (len(classes) // 4),
            xaxis=channel_axis(shown, ordered),
            yaxis=axis(gate_words(), range=roomy(span)),
        ),
        title=title,
        reads=_reads(),
        caution=tr(
            "Bands are the spread of pictures, not the uncertainty of the means. "
            "Neighbouring channels have nothing to do with one another: lines only "
            "lead the eye. A gate that differs by class need not matter for telling "
            "the classes apart."
        ),
        alt=tr(
            "{class_lines} over {channels}. {title}.",
            class_lines=count(len(classes), "class line"),
            channels=count(shown.size, "channel"),
            title=title,
        ),
        table=_table(moments, classes, shown),
    )


def _traces(
    moments: ClassMoments,
    classes: Sequence[tuple[int, Series]],
    shown: npt.NDArray[np.int16],
    *,
    bands: bool,
    look: Mode,
) -> list[go.Scatter]:
    classes_with_pictures = int((moments.count > 0).sum())
    traces = [_reference(mean_of_classes(moments), shown, classes_with_pictures, look)]
    for number, one in classes:
        mean, spread = moments.mean[number], np.sqrt(moments.variance[number])
        if bands and moments.count[number] >= FEWEST_TO_SPREAD:
            traces.append(_band(mean, spread, shown, one))
        traces.append(_line(mean, spread, shown, one))
    return traces


def _reads() -> str:
    return tr(
        "One line for each class: the mean gate over its pictures. The band "
        "reaches one standard deviation over the class's pictures to both sides; a "
        "class of one picture has none. The dotted line is the mean of all "
        "classes, each counting the same. Lines that run together: the block does "
        "the same to every class."
    )


def _table(
    moments: ClassMoments, classes: Sequence[tuple[int, Series]], shown: npt.NDArray[np.int16]
) -> dict[str, Any]:
    return stacked(
        "class",
        numbered([one.name for _, one in classes]),
        {"channel": shown, "mean_of_all_classes": mean_of_classes(moments)[shown]},
        mean=[moments.mean[number][shown] for number, _ in classes],
        deviation=[np.sqrt(moments.variance[number][shown]) for number, _ in classes],
    )


def _reference(mean: Numbers, shown: npt.NDArray[np.int16], classes: int, look: Mode) -> go.Scatter:
    words = tr("mean of {digits} classes", digits=thousands(classes)) if classes > 1 else tr("mean")
    hover = tr("{words} {value}", words=words, value="%{y:.3f}")
    return reference_line(mean, shown, name=words, hover=hover, colour=look.text)


def _line(mean: Numbers, spread: Numbers, shown: npt.NDArray[np.int16], one: Series) -> go.Scatter:
    return profile_line(
        mean,
        shown,
        one,
        marked=shown.size <= 200,
        hovertext=[
            tr(
                "{label}<br>channel {channel}<br>gate {mean} ± {spread}",
                label=one.label,
                channel=c,
                mean=gate(mean[c]),
                spread=gate(spread[c]),
            )
            for c in shown
        ],
        hoverinfo="text",
    )


def _band(mean: Numbers, spread: Numbers, shown: npt.NDArray[np.int16], one: Series) -> go.Scatter:
    """One deviation to both sides, cut to what a gate can be."""
    mean, spread = known(mean), known(spread)
    return ribbon(
        ranks(shown.size),
        np.clip(mean - spread, 0, 1)[shown],
        np.clip(mean + spread, 0, 1)[shown],
        fill=one.fill(opacity=BAND),
        showlegend=False,
    )


def _sentence(name: str, moments: ClassMoments, classes: Sequence[tuple[int, Series]]) -> str:
    """How far the drawn classes are apart, against the spread within a class."""
    numbers = [number for number, _ in classes if moments.count[number]]
    if not numbers:
        return tr("{name}: none of the chosen classes has a picture", name=name)
    means = moments.mean[numbers]
    if not np.isfinite(means).all():
        return tr("Some gates of {name} are not finite", name=name)
    if len(numbers) == 1:
        only = next(one for number, one in classes if number == numbers[0])
        spread = float(np.sqrt(moments.variance[numbers[0]].mean()))
        return tr(
            "{name}, {short}: one class, spread {spread} inside it",
            name=name,
            short=only.short,
            spread=gate(spread),
        )
    apart = np.ptp(means, axis=0)
    if apart.max() < ALIKE:
        return tr("{name} gives these classes the same gates", name=name)
    words = tr(
        "{name}: these classes are {median} apart in the median channel",
        name=name,
        median=gate(float(np.median(apart))),
    )
    several = [number for number in numbers if moments.count[number] >= FEWEST_TO_SPREAD]
    if not several:
        return tr(
            "{sentence}; with one picture each, nothing says how far pictures of a class are",
            sentence=words,
        )
    within = float(np.sqrt(moments.variance[several].mean()))
    return tr(
        "{sentence}, pictures of one class spread by {within}", sentence=words, within=gate(within)
    )


def block_title(block: str, paper: str) -> str:
    """A block's name with the paper's for it, where there is one."""
    return f"{paper} ({block})" if paper else block
