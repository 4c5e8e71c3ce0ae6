"""Which blocks matter: what replacing a block's gates does, for all blocks by depth."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.effects import (
    WORDS,
    AccuracyEffects,
    BlockEffect,
    Replacement,
)
from senet_viz.core.arrays import Array
from senet_viz.core.records import SEBlock
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, draw
from senet_viz.figures.base.depth_axes import depth_axis
from senet_viz.figures.base.formats import hover, literal, shorten, signed
from senet_viz.figures.base.theme import OKABE_ITO, mode
from senet_viz.figures.base.traces import picked_edge

HEIGHT = 340


class Of(Protocol):
    """A record about one block."""

    @property
    def block(self) -> SEBlock: ...


COLOURS: Mapping[Replacement, str] = {
    "one": OKABE_ITO[0],
    "usual": OKABE_ITO[1],
    "shuffled": OKABE_ITO[2],
}
By = Literal["probability", "logit"]
SYMBOLS: Mapping[Replacement, str] = {"one": "circle", "usual": "square", "shuffled": "diamond"}


def blocks_by_depth(
    effects: Sequence[BlockEffect], *, label: str, picked: str, by: By = "probability", dark: bool
) -> Chart:
    """For every block what replacing all its gates does to the probability of ``label``.

    ``by`` "logit": to its logit, as for the difference of two classes.
    """
    names, name = names_of(effects), shorten(label, limit=56)
    points = {how: [_change(e, by) for e in effects if e.how == how] for how in WORDS}
    return Chart(
        figure=marks_by_depth(
            names,
            points,
            words=tr("change of the probability, points")
            if by == "probability"
            else tr("change of the logit difference"),
            spread=tr("± {value} over permutations", value="%{error_y.array:.2f}"),
            picked=picked,
            dark=dark,
        ),
        title=_strongest(effects, name, by),
        reads=tr(
            "For each block all gates are replaced at once: by 1 (the block is off), "
            "by each channel's mean over the reference pictures (what does not depend "
            "on the picture stays), or by the same gates in another order (lines: "
            "standard deviation over eight orders). Click a mark to pick its block."
        ),
        caution=one_picture_alone(),
        alt=tr(
            "Change of {name} for {blocks} by depth",
            name=name,
            blocks=count(len(names), "block"),
        ),
        table={
            "block": [e.block.name for e in effects],
            "replaced": [WORDS[e.how] for e in effects],
            "probability_change": [e.probability_change for e in effects],
            "logit_change": [e.logit_change for e in effects],
        },
    )


def _change(effect: BlockEffect, by: By) -> tuple[float, float]:
    """Change and spread, of a probability in points."""
    if by == "probability":
        return 100 * effect.probability_change, 100 * effect.probability_spread
    return effect.logit_change, effect.logit_spread


def one_picture_alone() -> str:
    """What the effects of one picture do not mean."""
    return tr(
        "It is one picture, and the network was trained with its gates: a change "
        "says that the later layers rely on them, not that a network without them "
        "would be worse."
    )


def not_trained_again() -> str:
    """What the effects over many pictures do not mean."""
    return tr(
        "The network was not retrained without the gates. The networks of the paper's ablations "
        "were, so their numbers differ."
    )


def names_of(effects: Sequence[Of]) -> list[str]:
    """Each block once, by depth."""
    return list(dict.fromkeys(effect.block.name for effect in effects))


def _strongest(effects: Sequence[BlockEffect], name: str, by: By) -> str:
    measured = [e for e in effects if np.isfinite(_change(e, by)[0])]
    if not measured:
        return tr("No change of {name} is finite", name=name)
    strongest = max(measured, key=lambda e: abs(_change(e, by)[0]))
    if by == "logit":
        return tr(
            "{block} matters most here: with its {words} the logit difference {name} changes by "
            "{change}",
            block=strongest.block.name,
            words=WORDS[strongest.how],
            name=name,
            change=signed(strongest.logit_change, decimals=3),
        )
    return tr(
        "{block} matters most here: with its {words} the probability of {name} "
        "changes by {change} points",
        block=strongest.block.name,
        words=WORDS[strongest.how],
        name=name,
        change=signed(100 * strongest.probability_change, decimals=1),
    )


def accuracy_by_depth(sweep: AccuracyEffects, *, picked: str, dark: bool) -> Chart:
    """For every block what replacing all its gates does to top-1 accuracy."""
    names = names_of(sweep.effects)
    points = {
        how: [(100 * e.change, 196 * e.standard_error) for e in sweep.of(how)] for how in WORDS
    }
    return Chart(
        figure=marks_by_depth(
            names,
            points,
            words=tr("change of top-1 accuracy, points"),
            spread="± %{error_y.array:.1f}",
            picked=picked,
            dark=dark,
        ),
        title=_worst(sweep),
        reads=tr(
            "Over {labelled_pictures}, {right} of them right as the network is. Lines "
            "are 95% intervals: where one crosses 0, as many pictures may be won as "
            "lost. Click a mark to pick its block.",
            labelled_pictures=count(sweep.pictures, "labelled picture"),
            right=sweep.right,
        ),
        caution=not_trained_again(),
        alt=tr("Change of accuracy for {blocks} by depth", blocks=count(len(names), "block")),
        table={
            "block": [e.block.name for e in sweep.effects],
            "replaced": [WORDS[e.how] for e in sweep.effects],
            "won": [e.won for e in sweep.effects],
            "lost": [e.lost for e in sweep.effects],
            "change": [e.change for e in sweep.effects],
            "standard_error": [e.standard_error for e in sweep.effects],
        },
    )


def _worst(sweep: AccuracyEffects) -> str:
    worst = min(sweep.effects, key=lambda e: e.change)
    if worst.change >= 0:
        return tr(
            "Nothing done to a block's gates cost accuracy on these {pictures} pictures",
            pictures=sweep.pictures,
        )
    return tr(
        "The most accuracy is lost with {words} in {block}: {value} points of {accuracy:.1%}",
        words=WORDS[worst.how],
        block=worst.block.name,
        value=signed(100 * worst.change, decimals=1),
        accuracy=sweep.accuracy,
    )


def marks_by_depth(
    names: Sequence[str],
    points: Mapping[Replacement, Sequence[tuple[float, float]]],
    *,
    words: str,
    spread: str,
    picked: str,
    dark: bool,
) -> go.Figure:
    """Values with their spread, side by side within the unit that each block has on the axis."""
    look, depth = mode(dark), depth_axis(names)
    drawn = {how: values for how, values in points.items() if values}
    step = 0.6 / max(1, len(drawn))
    traces = [
        _marks(
            how,
            values,
            depth.positions + np.float32((place - (len(drawn) - 1) / 2) * step),
            names=names,
            spread=spread,
            edge=picked_edge(names, picked, look, plain=COLOURS[how]),
        )
        for place, (how, values) in enumerate(drawn.items())
    ]
    return draw(
        traces,
        dark=dark,
        height=HEIGHT,
        top=34,
        xaxis=depth.layout,
        yaxis=axis(words, **zero_line(look)),
    )


def _marks(
    how: Replacement,
    values: Sequence[tuple[float, float]],
    x: Array,
    *,
    names: Sequence[str],
    spread: str,
    edge: dict[str, Any],
) -> go.Scatter:
    y, spreads = zip(*values, strict=True)
    return go.Scatter(
        x=x,
        y=y,
        error_y={
            "type": "data",
            "array": spreads,
            "color": COLOURS[how],
            "thickness": 1.2,
            "width": 0,
        },
        mode="markers",
        marker={
            "color": COLOURS[how],
            "symbol": SYMBOLS[how],
            "size": 9 if len(names) <= 24 else 6,
            "line": edge,
        },
        name=WORDS[how],
        customdata=names,
        text=[literal(name) for name in names],
        hovertemplate=hover(
            "%{text}", tr("{words}: {value} points", words=WORDS[how], value="%{y:+.2f}"), spread
        ),
    )
