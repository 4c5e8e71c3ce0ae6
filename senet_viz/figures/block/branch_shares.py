"""The share of each branch of selective kernels and split attention, by channel and by depth."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.branch_shares import BranchShares
from senet_viz.core.arrays import Array, Counts
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.columns import stacked
from senet_viz.figures.base.depth_axes import DepthAxis, depth_axis
from senet_viz.figures.base.formats import hover, literal
from senet_viz.figures.base.shapes import level
from senet_viz.figures.base.theme import OKABE_ITO, mode
from senet_viz.figures.base.traces import picked_edge

HEIGHT = 320
SPAN = (5, 95)  # percentiles of a mark's line


def branches_by_channel(module: BranchShares, *, image: int, dark: bool) -> Chart:
    """How one module shares each channel out between its branches, for one picture."""
    shares = module.shares[image]
    require(shares.shape[1], "channel")
    order = np.argsort(-shares[0], kind="stable")
    figure = draw(
        _columns(shares, order),
        dark=dark,
        height=HEIGHT,
        top=34,
        xaxis=axis(tr("channels, most of the first branch at the left"), showticklabels=False),
        yaxis=axis(tr("share of the branch"), range=[0, 1]),
        shapes=[level(1 - 1 / module.branches, mode(dark).text, width=1.0)]
        if module.branches == 2
        else [],
    )
    figure.update_layout(barmode="stack", bargap=0)
    return Chart(
        figure=figure,
        title=_most_uneven(shares, module.name),
        reads=tr(
            "Each column is a channel of {block}. A softmax shares it out between the branches, "
            "so that the colours of a column add up to 1.",
            block=module.name,
        ),
        caution=tr(
            "A share says how much of a branch's feature map goes on, not how large that map is. "
            "Equal shares are also what an untrained network has."
        ),
        alt=tr(
            "Shares of {branches} branches by channel for {channels}",
            branches=module.branches,
            channels=count(shares.shape[1], "channel"),
        ),
        table=stacked(
            "branch",
            [branch_name(number) for number in range(module.branches)],
            {"channel": np.arange(shares.shape[1])},
            share=list(shares),
        ),
    )


def branches_by_depth(
    modules: Sequence[BranchShares], *, image: int, picked: str, dark: bool
) -> Chart:
    """The mean share of every branch in all modules of a network, for one picture."""
    require(len(modules), "block")
    names = [each.name for each in modules]
    depth = replace(
        depth_axis(names),
        title=tr("modules by depth, {first} to {last}", first=names[0], last=names[-1]),
    )
    most = max(each.branches for each in modules)
    traces = [_marks(modules, number, most, image, depth, picked, dark) for number in range(most)]
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=HEIGHT,
            top=34,
            xaxis=depth.layout,
            yaxis=axis(tr("mean share of the branch"), range=[0, 1]),
        ),
        title=_widest(modules, image),
        reads=tr(
            "A mark for each branch of each module: its mean share over the channels. Lines go "
            "from the 5th to the 95th percentile. Click a mark to pick its module."
        ),
        caution=tr(
            "Branches have numbers, not meanings: in a selective kernel the second sees further "
            "than the first; in split attention they are alike."
        ),
        alt=tr("Mean shares of branches for {blocks} by depth", blocks=count(len(names), "block")),
        table={
            "block": [each.name for each in modules for _ in range(each.branches)],
            "branch": [branch_name(n) for each in modules for n in range(each.branches)],
            "share": [float(mean) for each in modules for mean in each.mean(image)],
        },
    )


def _columns(shares: Array, order: Counts) -> list[go.Bar]:
    """The shares (r, c) of one picture, stacked channel by channel in this order."""
    return [
        go.Bar(
            x=np.arange(len(order)),
            y=share[order],
            name=branch_name(number),
            marker={"color": _colour(number), "line": {"width": 0}},
            customdata=order,
            hovertemplate=hover(
                tr("channel {channel}", channel="%{customdata}"),
                f"{branch_name(number)}: %{{y:.3f}}",
            ),
        )
        for number, share in enumerate(shares)
    ]


def _marks(
    modules: Sequence[BranchShares],
    number: int,
    most: int,
    image: int,
    depth: DepthAxis,
    picked: str,
    dark: bool,
) -> go.Scatter:
    """One branch of all modules that have as many, beside the other branches."""
    having = [place for place, each in enumerate(modules) if number < each.branches]
    values = [modules[place].shares[image, number] for place in having]
    means = np.array([float(share.mean(dtype=np.float64)) for share in values])
    low, high = np.array([np.percentile(share, SPAN) for share in values]).T
    names, colour = [modules[place].name for place in having], _colour(number)
    return go.Scatter(
        x=depth.positions[having] + np.float32((number - (most - 1) / 2) * 0.5 / most),
        y=means,
        error_y={
            "type": "data",
            "array": high - means,
            "arrayminus": means - low,
            "color": colour,
            "thickness": 1.2,
            "width": 0,
        },
        mode="markers",
        marker={
            "color": colour,
            "size": 9,
            "line": picked_edge(names, picked, mode(dark), plain=colour),
        },
        name=branch_name(number),
        customdata=names,
        text=[literal(name) for name in names],
        hovertemplate=hover("%{text}", f"{branch_name(number)}: %{{y:.3f}}"),
    )


def branch_name(number: int) -> str:
    """Branches are counted from 1, in the order in which the network has them."""
    return tr("branch {number}", number=number + 1)


def _colour(number: int) -> str:
    return OKABE_ITO[number % len(OKABE_ITO)]


def _most_uneven(shares: Array, name: str) -> str:
    if not np.isfinite(shares).all():
        return tr("Not every share is finite")
    chosen = float((shares.max(0) > 0.9).mean())
    means = shares.mean(1, dtype=np.float64)
    most = int(means.argmax())
    return tr(
        "In {name} {branch} has the largest share, {mean:.1%} on average; {chosen:.0%} of the "
        "channels go almost wholly to one branch",
        name=name,
        branch=branch_name(most),
        mean=float(means[most]),
        chosen=chosen,
    )


def _widest(modules: Sequence[BranchShares], image: int) -> str:
    if not all(np.isfinite(each.shares[image]).all() for each in modules):
        return tr("Not every share is finite")
    spread = [float(each.shares[image, 0].std(dtype=np.float64)) for each in modules]
    most = modules[int(np.argmax(spread))]
    return tr(
        "Shares differ most between the channels of {name}; the first branch has {low:.0%} to "
        "{high:.0%} on average over {modules} modules",
        name=most.name,
        low=min(float(each.mean(image)[0]) for each in modules),
        high=max(float(each.mean(image)[0]) for each in modules),
        modules=len(modules),
    )
