"""A picture perturbed more and more: the prediction, and single gates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.analysis.stability import Trajectories
from senet_viz.core.arrays import Array
from senet_viz.core.records import Activation
from senet_viz.core.shares import shares
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, gate_words, probability_axis, row_axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, require
from senet_viz.figures.base.formats import hover, literal, percent, shorten
from senet_viz.figures.base.shapes import upright
from senet_viz.figures.base.theme import OKABE_ITO, Mode, mode
from senet_viz.figures.block.predictions import NAME_LENGTH
from senet_viz.figures.interventions import perturbation_sentences
from senet_viz.figures.interventions.perturbation_sentences import Labels, class_name, kind_word
from senet_viz.pictures.perturbations import SCALES

MOST_CHANNELS = len(OKABE_ITO)
MOST_CLASSES = 5
OF_EACH = 3
NARROWEST = 0.2


def prediction_when_perturbed(
    before: Array,
    after: Array,
    *,
    labels: Labels,
    activation: Activation | None = None,
    dark: bool,
) -> Chart:
    """What does the perturbation do to the prediction? Scores (k,) before and after.

    The likeliest classes of both, at most five, by their probability before.
    """
    look = mode(dark)
    old, new = shares(before, activation), shares(after, activation)
    chosen = np.array(_likeliest(old, new))
    names = [class_name(c, labels) for c in chosen]
    rows = np.arange(len(chosen), dtype=np.float32)
    title = perturbation_sentences.change_sentence(old, new, labels)
    return Chart(
        figure=draw(
            [
                _share_bars(old[chosen], rows, tr("before"), look.neutral),
                _share_bars(new[chosen], rows, tr("after"), look.accent),
            ],
            dark=dark,
            height=70 + 40 * len(chosen),
            top=28,
            bargap=0.3,
            xaxis=probability_axis(end=1.22),
            yaxis={
                **row_axis(rows, [literal(shorten(n, limit=NAME_LENGTH)) for n in names]),
                "tickfont": {"color": look.text},
            },
        ),
        title=title,
        reads=tr("The likeliest classes of the picture as given, and under the perturbation."),
        caution=tr(
            "A prediction that changes does not show that the gates changed it: "
            "everything in the network sees the perturbed picture."
        ),
        alt=tr("Probabilities before and after. {title}.", title=title),
        table={"class": names, "before": old[chosen], "after": new[chosen]},
    )


def _share_bars(share: Numbers, rows: Array, words: str, colour: str) -> go.Bar:
    return go.Bar(
        x=share.astype(np.float32),
        y=rows,
        orientation="h",
        name=words,
        text=[percent(s) for s in share],
        textposition="outside",
        cliponaxis=False,
        marker={"color": colour, "line": {"width": 0}},
        hovertemplate=hover("%{text}", extra=words),
    )


def _likeliest(old: Numbers, new: Numbers) -> list[int]:
    front = [int(c) for share in (new, old) for c in np.argsort(-share, kind="stable")[:OF_EACH]]
    unique = sorted(dict.fromkeys(front), key=lambda c: -max(old[c], new[c]))[:MOST_CLASSES]
    return sorted(unique, key=lambda c: -old[c])


def gate_trajectories(
    moved: Trajectories,
    block: str,
    channels: Sequence[int],
    *,
    strength: float,
    gates: Array,
    dark: bool,
) -> Chart:
    """How do the gates of these channels move along the sweep?

    At most eight channels. ``gates`` (c,) are those at ``strength``, the current one: a dotted line
    and a mark on every channel.
    """
    require(len(channels), "channel")
    curves, shown = moved.gates[block][:, list(channels)], gates[list(channels)]
    lines = _curves(moved, curves, channels, strength, shown, mode(dark))
    gates_axis = axis(gate_words(), range=_reach(np.vstack([curves, shown[None]])))
    title = perturbation_sentences.movement_sentence(moved, block, channels)
    return Chart(
        figure=_along(lines, moved, strength, dark=dark, height=320, yaxis=gates_axis),
        title=title,
        reads=tr(
            "One line for each channel; the marks on the dotted line are the picture "
            "shown above. All other sliders stay where they are. The axis is a part of "
            "0 to 1."
        ),
        caution=tr(
            "A gate that moves is not wrong: a changed picture may need other "
            "channels. A gate that stays does not keep the features it scales from "
            "changing."
        ),
        alt=tr(
            "{gates} of {block} over {strengths} strengths of {word}. {title}.",
            gates=count(len(channels), "gate"),
            block=block,
            strengths=len(moved.strengths),
            word=kind_word(moved),
            title=title,
        ),
        table={
            "perturbation": [moved.kind] * len(channels) * len(moved.strengths),
            "strength": np.tile(moved.strengths, len(channels)),
            "channel": np.repeat(np.array(channels), len(moved.strengths)),
            "gate": curves.T.ravel(),
        },
    )


def _curves(
    moved: Trajectories,
    curves: Array,
    channels: Sequence[int],
    strength: float,
    gates: Array,
    look: Mode,
) -> list[go.Scatter]:
    """For each channel its gates (p,) over the strengths, and a mark at the current strength."""
    traces = []
    for place, (channel, colour) in enumerate(zip(channels, OKABE_ITO, strict=False)):
        shared = {"legendgroup": str(channel), "name": tr("ch {channel}", channel=channel)}
        traces += [
            go.Scatter(
                x=moved.strengths,
                y=curves[:, place],
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={"size": 5},
                hovertemplate="%{x:g}: %{y:.3f}",
                customdata=np.full(len(moved.strengths), channel),
                **shared,
            ),
            go.Scatter(
                x=[strength],
                y=gates[[place]],
                customdata=[channel],
                mode="markers",
                marker={"size": 12, "color": colour, "line": {"color": look.text, "width": 1.5}},
                hovertemplate=tr("now: {value}", value="%{y:.3f}"),
                showlegend=False,
                **shared,
            ),
        ]
    return traces


def class_trajectory(moved: Trajectories, *, strength: float, labels: Labels, dark: bool) -> Chart:
    """Does the network still see the same class? Needs a network that ends in class scores."""
    if moved.probability is None or moved.likeliest is None or moved.followed is None:
        raise ValueError("there are no class scores along this sweep")
    name = class_name(moved.followed, labels)
    ahead = moved.likeliest == moved.followed
    names = [class_name(int(c), labels) for c in moved.likeliest]
    title = perturbation_sentences.class_sentence(name, ahead)
    return Chart(
        figure=_along(
            [_probability(moved, ahead, names, mode(dark))],
            moved,
            strength,
            dark=dark,
            height=220,
            yaxis=axis(
                tr("probability"), range=[-0.02, 1.05], tickformat=".0%", tickvals=[0, 0.5, 1]
            ),
        ),
        title=title,
        reads=tr(
            "The probability of {name}. Filled: it is the likeliest class; open: it is not.",
            name=name,
        ),
        caution=tr("A class can stay the likeliest on less and less evidence."),
        alt=tr("Probability along the sweep. {title}.", title=title),
        table={
            "perturbation": [moved.kind] * len(moved.strengths),
            "strength": moved.strengths,
            "probability": moved.probability,
        },
    )


def _probability(
    moved: Trajectories, ahead: npt.NDArray[np.bool_], names: Sequence[str], look: Mode
) -> go.Scatter:
    """Over the strengths (p,), filled where the class is ``ahead``; ``names`` are the likeliest."""
    return go.Scatter(
        x=moved.strengths,
        y=moved.probability,
        mode="lines+markers",
        line={"color": look.neutral, "width": 2},
        marker={
            "size": 9,
            "color": [look.neutral if a else look.background for a in ahead],
            "line": {"color": look.neutral, "width": 2},
        },
        text=names,
        hovertemplate=hover("%{x:g}: %{y:.1%}", tr("likeliest: {value}", value="%{text}")),
        showlegend=False,
    )


def _along(
    traces: list[Any],
    moved: Trajectories,
    strength: float,
    *,
    dark: bool,
    height: int,
    yaxis: dict[str, Any],
) -> go.Figure:
    """An axis of the strengths of a sweep, with a dotted line at the current strength."""
    scale = SCALES[moved.kind]
    spare = 0.03 * (scale.high - scale.low)
    return draw(
        traces,
        dark=dark,
        height=height,
        top=30,
        xaxis=axis(
            tr("{word}, {unit}", word=kind_word(moved), unit=scale.brief),
            range=[scale.low - spare, scale.high + spare],
        ),
        yaxis=yaxis,
        shapes=[upright(strength, mode(dark).text)],
    )


def _reach(gates: Array) -> tuple[float, float]:
    """A part of 0 to 1 that holds all of these gates, never less than a fifth of it."""
    known = finite(gates)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    half = max(0.6 * (high - low), NARROWEST / 2)
    middle = min(max((low + high) / 2, half), 1 - half) if half < 0.5 else 0.5
    return max(middle - half, 0.0) - 0.01, min(middle + half, 1.0) + 0.01
