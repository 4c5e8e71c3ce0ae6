"""Right answers against the share of channels removed, a line for each way of ranking them."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.channel_removal import WORDS, RemovalCurve, Way
from senet_viz.core.tables import stacked
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, known, require
from senet_viz.figures.base.formats import hover, percent
from senet_viz.figures.base.theme import OKABE_ITO

What = Literal["right", "agreement", "probability"]
WORDS_OF: Mapping[What, str] = Words(
    {
        "right": lambda: tr("right answers"),
        "agreement": lambda: tr("answers as the whole network's"),
        "probability": lambda: tr("mean probability of the true class"),
    }
)
AT = 0.3  # the share that the sentence speaks of, or the one next to it


def right_by_share_removed(
    curves: Sequence[RemovalCurve], *, what: What = "right", dark: bool = False
) -> Chart:
    """What do right answers come to as channels are removed, lowest first?

    Curves of one network over the same pictures; draws at random are shown as their mean, with
    bars from the lowest to the highest. what: "agreement" with the whole network, or the
    "probability" of the true class, in place of right answers.
    """
    require(len(curves), "curve")
    require(curves[0].pictures, "picture")
    ways = list(dict.fromkeys(curve.way for curve in curves))
    lines = {way: _line([c for c in curves if c.way == way], what) for way in ways}
    first = curves[0]
    words = _words(first, what)
    title = _title(first, words, lines)
    return Chart(
        figure=draw(
            [
                _trace(way, first.shares, lines[way], OKABE_ITO[place])
                for place, way in enumerate(ways)
            ],
            dark=dark,
            height=340,
            top=28,
            xaxis=axis(tr("share of channels removed"), tickformat=".0%", range=[0, 1.02]),
            yaxis=axis(words, tickformat=".0%", rangemode="tozero"),
        ),
        title=title,
        reads=tr(
            "One line for each way of ranking: the channels that come lowest in it go first. Bars "
            "at random run from the lowest to the highest of the draws."
        ),
        caution=tr(
            "The network was not trained again after channels were removed. Rankings were made on "
            "other pictures than those the answers were counted on."
        ),
        alt=tr("By the share of channels removed: {words}. {title}.", words=words, title=title),
        table=dict(stacked(curve.columns() for curve in curves)),
    )


def _words(first: RemovalCurve, what: What) -> str:
    """What is shown; without labels the whole network's own answers are the true ones."""
    if first.truth == "labels":
        return WORDS_OF[what]
    if what == "probability":
        return tr("mean probability of the whole network's answer")
    return WORDS_OF["agreement"]


def _line(curves: Sequence[RemovalCurve], what: What) -> Numbers:
    """Lowest, mean and highest (3, s) of the draws of one way."""
    name = "accuracy" if what == "right" else what
    drawn = np.stack([known(getattr(curve, name)) for curve in curves])
    return np.stack([drawn.min(0), drawn.mean(0), drawn.max(0)])


def _trace(way: Way, shares: Numbers, line: Numbers, colour: str) -> go.Scatter:
    low, mean, high = line
    spread = bool(np.any(high > low))
    return go.Scatter(
        x=known(shares),
        y=mean,
        mode="lines+markers",
        name=WORDS[way],
        line={"color": colour},
        marker={"color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": high - mean,
            "arrayminus": mean - low,
            "visible": spread,
        },
        hovertemplate=hover("%{x:.0%}: %{y:.1%}", extra=WORDS[way]),
    )


def _title(first: RemovalCurve, words: str, lines: dict[Way, Numbers]) -> str:
    """The right answers left at about 30%, for each ranking."""
    shares = known(first.shares)
    place = int(np.argmin(np.abs(np.nan_to_num(shares, nan=2.0) - AT)))
    listed = tr("; ").join(
        tr("{way} {right}", way=WORDS[way], right=percent(line[1, place]))
        for way, line in lines.items()
    )
    where = tr("in {block}", block=first.block) if first.block else tr("in every block")
    return tr(
        "{share} of channels removed {where}, {words} over {pictures}: {listed}",
        words=words,
        share=percent(shares[place]),
        where=where,
        pictures=count(first.pictures, "picture"),
        listed=listed,
    )
