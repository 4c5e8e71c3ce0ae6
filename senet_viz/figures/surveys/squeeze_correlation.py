"""How gates go with their own squeezes over the pictures of a survey, by depth."""

from collections.abc import Mapping

import numpy as np

from senet_viz.analysis.squeeze_correlation import SqueezeCorrelation
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.depth_axes import depth_axis, quartile_points
from senet_viz.figures.base.formats import literal, number
from senet_viz.figures.base.theme import mode


def squeeze_by_depth(
    correlations: Mapping[str, SqueezeCorrelation], *, selected: str, dark: bool
) -> Chart:
    """Does a gate shut where its own map holds more? Median and middle half over channels.

    ``customdata`` of the points are the block names.
    """
    require(min((s.by_channel.size for s in correlations.values()), default=0), "channel")
    look, depth = mode(dark), depth_axis(tuple(correlations))
    quartiles = np.array([s.quartiles for s in correlations.values()], dtype=np.float32)
    low, middle, high = quartiles.T
    title = _sentence(correlations)
    return Chart(
        figure=draw(
            [quartile_points(depth, quartiles, _words(correlations), selected=selected, look=look)],
            dark=dark,
            height=280,
            top=30,
            xaxis=depth.layout,
            yaxis=axis(tr("correlation"), range=[-1.05, 1.05], zeroline=True),
        ),
        title=title,
        reads=tr(
            "For each channel Pearson's correlation over the pictures of its gate with its "
            "squeeze: -1 where the gate shuts as its own map fills, 1 where it opens. The point "
            "is the median over a block's channels, the bar their middle half; the mean's 95% "
            "interval leaves out a tenth of the pictures at a time."
        ),
        caution=tr(
            "Every gate is computed from all channels' squeezes. A relation seen here "
            "is not a rule by which the block sets this channel's gate."
        ),
        alt=tr(
            "{blocks} by depth. {title}.", blocks=count(len(correlations), "block"), title=title
        ),
        table={
            "block": list(depth.names),
            "p25": low,
            "p50": middle,
            "p75": high,
            "mean": np.array([s.mean for s in correlations.values()], np.float32),
            "plus_minus": np.array([s.reach for s in correlations.values()], np.float32),
        },
    )


def _words(correlations: Mapping[str, SqueezeCorrelation]) -> list[str]:
    """What is shown over each point."""
    return [
        tr(
            "{block}<br>median {median:.2f}, middle half {low:.2f} to {high:.2f}<br>mean "
            "{mean} ± {reach}",
            block=literal(name),
            median=each.quartiles[1],
            low=each.quartiles[0],
            high=each.quartiles[2],
            mean=number(each.mean, ".2f"),
            reach=number(each.reach, ".2f"),
        )
        for name, each in correlations.items()
    ]


def _sentence(correlations: Mapping[str, SqueezeCorrelation]) -> str:
    means = {name: s.mean for name, s in correlations.items() if np.isfinite(s.mean)}
    if not means:
        return tr("No gate moves with or against its squeeze")
    high, low = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    return tr(
        "Gate and squeeze correlate by {least:.2f} in {lowest} to {most:.2f} in {highest}",
        least=means[low],
        lowest=low,
        most=means[high],
        highest=high,
    )
