"""A picture perturbed more and more: the prediction, and single gates."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.arrays import Array
from senet_viz.figures import stability_sentences
from senet_viz.figures.axes import axis, gate_axis
from senet_viz.figures.chart import Chart, Numbers, draw, finite, require
from senet_viz.figures.formats import hover, literal, percent, shorten
from senet_viz.figures.predictions import NAME_LENGTH
from senet_viz.figures.stability_sentences import Labels, class_name, kind_word
from senet_viz.figures.theme import OKABE_ITO, Mode, mode
from senet_viz.language import count, tr
from senet_viz.numerics import softmax
from senet_viz.perturbing import SCALES
from senet_viz.stability import Trajectories

MOST_CHANNELS = len(OKABE_ITO)
MOST_CLASSES = 5
OF_EACH = 3
NARROWEST = 0.2


def prediction_change(before: Array, after: Array, *, labels: Labels, dark: bool) -> Chart:
    """What does the perturbation do to the prediction? Logits (k,) before and after.

    The likeliest classes of both, at most five, by their probability before.
    """
    look = mode(dark)
    old, new = softmax(before), softmax(after)
    chosen = np.array(_likeliest(old, new))
    names = [class_name(c, labels) for c in chosen]
    rows = np.arange(len(chosen), dtype=np.float32)
    bars = [
        go.Bar(
            x=share[chosen].astype(np.float32),
            y=rows,
            orientation="h",
            name=words,
            text=[percent(s) for s in share[chosen]],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate=hover("%{text}", extra=words),
        )
        for words, share, colour in (
            (tr("before"), old, look.neutral),
            (tr("after"), new, look.accent),
        )
    ]
    title = stability_sentences.change_sentence(old, new, labels)
    return Chart(
        figure=draw(
            bars,
            dark=dark,
            height=70 + 40 * len(chosen),
            bargap=0.3,
            xaxis=axis(tr("probability"), range=[0, 1.22], tickvals=[0, 0.5, 1], tickformat=".0%"),
            yaxis={
                "tickvals": rows,
                "ticktext": [literal(shorten(n, limit=NAME_LENGTH)) for n in names],
                "tickfont": {"color": look.text},
                "range": [len(chosen) - 0.5, -0.5],
                "showgrid": False,
                "ticks": "",
            },
            top=28,
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

    At most eight channels. ``gates`` (c,) are those at ``strength``, where the picture stands now:
    a dotted line and a mark on every channel.
    """
    require(len(channels), "channel")
    look, curves = mode(dark), moved.gates[block]
    traces: list[go.Scatter] = []
    for channel, colour in zip(channels, OKABE_ITO, strict=False):
        shared = {"legendgroup": str(channel), "name": tr("ch {channel}", channel=channel)}
        line = {"color": colour, "width": 2}
        traces.append(
            go.Scatter(
                x=moved.strengths,
                y=curves[:, channel],
                mode="lines+markers",
                line=line,
                marker={"size": 5},
                hovertemplate="%{x:g}: %{y:.3f}",
                customdata=np.full(len(moved.strengths), channel),
                **shared,
            )
        )
        traces.append(
            go.Scatter(
                x=[strength],
                y=gates[[channel]],
                customdata=[channel],
                mode="markers",
                marker={"size": 12, "color": colour, "line": {"color": look.text, "width": 1.5}},
                hovertemplate=tr("now: {value}", value="%{y:.3f}"),
                showlegend=False,
                **shared,
            )
        )
    title = stability_sentences.movement_sentence(moved, block, channels)
    listed = list(channels)
    reach = _reach(np.vstack([curves[:, listed], gates[None, listed]]))
    return Chart(
        figure=_along(
            traces, moved, strength, look, dark=dark, height=320, words=gate_axis(), reach=reach
        ),
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
            "gate": curves[:, listed].T.ravel(),
        },
    )


def class_trajectory(moved: Trajectories, *, strength: float, labels: Labels, dark: bool) -> Chart:
    """Does the network still see the same class? Needs a network that ends in class scores."""
    if moved.probability is None or moved.likeliest is None or moved.followed is None:
        raise ValueError("there are no class scores along this sweep")
    look, name = mode(dark), class_name(moved.followed, labels)
    ahead = moved.likeliest == moved.followed
    line = go.Scatter(
        x=moved.strengths,
        y=moved.probability,
        mode="lines+markers",
        line={"color": look.neutral, "width": 2},
        marker={
            "size": 9,
            "color": [look.neutral if a else look.background for a in ahead],
            "line": {"color": look.neutral, "width": 2},
        },
        text=[class_name(int(c), labels) for c in moved.likeliest],
        hovertemplate=hover("%{x:g}: %{y:.1%}", tr("likeliest: {value}", value="%{text}")),
        showlegend=False,
    )
    held, strengths = int(ahead.sum()), len(ahead)
    title = (
        tr(
            "{name} is the likeliest class at all {strengths} strengths",
            name=name,
            strengths=strengths,
        )
        if held == strengths
        else tr(
            "{name} is the likeliest class at {held} of {strengths} strengths",
            name=name,
            held=held,
            strengths=strengths,
        )
    )
    figure = _along(
        [line],
        moved,
        strength,
        look,
        dark=dark,
        height=220,
        words=tr("probability"),
        reach=(-0.02, 1.05),
    )
    figure.update_yaxes(tickformat=".0%", tickvals=[0, 0.5, 1])
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "The probability of {name}. Filled: it is the likeliest class; open: it is not.",
            name=name,
        ),
        caution=tr("A class that holds its place can do so with less and less to go by."),
        alt=tr("Probability along the sweep. {title}.", title=title),
        table={
            "perturbation": [moved.kind] * len(moved.strengths),
            "strength": moved.strengths,
            "probability": moved.probability,
        },
    )


def _along(
    traces: list[Any],
    moved: Trajectories,
    strength: float,
    look: Mode,
    *,
    dark: bool,
    height: int,
    words: str,
    reach: tuple[float, float],
) -> go.Figure:
    """Over the strengths of a sweep, with a dotted line at the strength of now."""
    scale = SCALES[moved.kind]
    spare = 0.03 * (scale.high - scale.low)
    return draw(
        traces,
        dark=dark,
        height=height,
        xaxis=axis(
            tr("{word}, {brief}", word=kind_word(moved), brief=scale.brief),
            range=[scale.low - spare, scale.high + spare],
        ),
        yaxis=axis(words, range=list(reach)),
        top=30,
        shapes=[
            {
                "type": "line",
                "x0": strength,
                "x1": strength,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": look.text, "width": 1.5, "dash": "dot"},
            }
        ],
    )


def _reach(gates: Array) -> tuple[float, float]:
    """A part of 0 to 1 that holds all of these gates, never less than a fifth of it."""
    known = finite(gates)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    half = max(0.6 * (high - low), NARROWEST / 2)
    middle = min(max((low + high) / 2, half), 1 - half) if half < 0.5 else 0.5
    return max(middle - half, 0.0) - 0.01, min(middle + half, 1.0) + 0.01
