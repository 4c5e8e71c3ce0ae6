"""How stable the gates of each block are while a picture is perturbed."""

import numpy as np

from senet_viz.analysis.stability import Trajectories
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, require
from senet_viz.figures.base.depth_axes import block_bars, depth_axis
from senet_viz.figures.base.formats import literal
from senet_viz.figures.base.shapes import level
from senet_viz.figures.base.theme import mode
from senet_viz.figures.base.traces import picked_colours

USUAL = 1.0


def block_stability(
    moved: Trajectories, ratio: Numbers, *, selected: str, measured: str, dark: bool
) -> Chart:
    """Which blocks' gates are stable? ratio (b,) as from ``relative_movement``, NaN for none.

    ``measured`` says over which pictures the usual spread was taken. ``customdata`` of the bars
    are the block names.
    """
    require(min((g.size for g in moved.gates.values()), default=0), "gate")
    look, depth = mode(dark), depth_axis(moved.names)
    known = np.isfinite(ratio)
    bars = block_bars(
        depth,
        np.where(known, ratio, 0),
        words=[
            tr(
                "{block}<br>{times}<br>movement {movement:.4f} (gate)",
                block=literal(n),
                times=_times(r),
                movement=m,
            )
            for n, r, m in zip(moved.names, ratio, moved.movement, strict=True)
        ],
        colour=picked_colours(moved.names, selected, look),
        showlegend=False,
    )
    highest = max(float(ratio[known].max()) if known.any() else 0.0, USUAL)
    title = _stability_sentence(moved, ratio)
    return Chart(
        figure=draw(
            [bars],
            dark=dark,
            height=280,
            top=8,
            xaxis=depth.layout,
            yaxis=axis(tr("movement / usual spread"), range=[0, 1.15 * highest]),
            shapes=[level(USUAL, look.text, width=1.5)],
        ),
        title=title,
        reads=tr(
            "A bar for each block: the standard deviation of its gates over this "
            "sweep, over that from picture to picture ({measured}), each averaged over "
            "its channels. On the dotted line the perturbation moves the gates as much "
            "as pictures differ.",
            measured=measured,
        ),
        caution=tr(
            "It grows with the range of the sweep, so kinds of perturbation cannot be ranked by "
            "it. A stable gate is not a better gate: one that never moves tells pictures apart no"
            " better than a constant."
        ),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(moved.names), "block"), title=title),
        table={"block": list(moved.names), "movement": moved.movement, "against_usual": ratio},
    )


def _times(ratio: float) -> str:
    return (
        tr("{ratio:.2f} times the usual spread", ratio=ratio)
        if np.isfinite(ratio)
        else tr("gates never differ")
    )


def _stability_sentence(moved: Trajectories, ratio: Numbers) -> str:
    known = [i for i in range(len(ratio)) if np.isfinite(ratio[i])]
    if not known:
        return tr(
            "No block's gates differ from picture to picture, so there is nothing to measure by"
        )
    low, high = min(known, key=lambda i: ratio[i]), max(known, key=lambda i: ratio[i])
    if low == high:
        return tr(
            "The gates move by {times} in {names}", times=_times(ratio[low]), names=moved.names[low]
        )
    return tr(
        "Most stable: {most}, {most_ratio:.2f} times its usual spread; least: "
        "{least}, {least_ratio:.2f} times",
        most=moved.names[low],
        most_ratio=ratio[low],
        least=moved.names[high],
        least_ratio=ratio[high],
    )
