"""What a network costs by stage and by block, and how two forward passes compare round by round."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.cost_records import Latency, ModuleCost, NetworkCosts, Price
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, require
from senet_viz.figures.base.depth_axes import block_bars, depth_axis
from senet_viz.figures.base.formats import hover, listing, literal, number, percent, shorten
from senet_viz.figures.base.theme import OKABE_ITO, Mode, mode
from senet_viz.figures.base.traces import guide, picked_edge

What = Literal["parameters", "multiply_adds"]
WORDS: Mapping[What, str] = Words(
    {"parameters": lambda: tr("parameters"), "multiply_adds": lambda: tr("multiply-adds")}
)
SE_COLOUR = OKABE_ITO[1]
HEIGHT = 300
TICK = 10


def cost_by_stage(costs: NetworkCosts, *, what: What, dark: bool) -> Chart:
    """Stacked bars: each stage without its SE blocks, and those."""
    require(len(costs.stages), "stage")
    names = [stage.name for stage in costs.stages]
    rest = [_amount(stage.without_se, what) / 1e6 for stage in costs.stages]
    in_se = [_amount(stage.in_se, what) / 1e6 for stage in costs.stages]
    unit = tr("M {words}", words=WORDS[what])
    return Chart(
        figure=draw(
            [
                _stage_bars(names, rest, tr("without SE"), unit, mode(dark).neutral),
                _stage_bars(names, in_se, tr("SE blocks"), unit, SE_COLOUR),
            ],
            dark=dark,
            height=HEIGHT,
            top=34,
            barmode="stack",
            xaxis=_stage_axis(names),
            yaxis=axis(unit),
        ),
        title=_stage_title(costs, what),
        reads=tr(
            "One bar a stage, from the picture to the classes. The upper part is what "
            "the stage's SE blocks have, the lower part everything else."
        ),
        caution=tr(
            "Multiply-adds are those of convolutions and fully connected layers. "
            "Averaging a map and scaling it take time but none of those, so a small "
            "share here is not a small share of the time."
        ),
        alt=tr(
            "{words} of {stages}, with and without SE blocks",
            words=WORDS[what],
            stages=count(len(names), "stage"),
        ),
        table={"stage": names, "without_se": rest, "se": in_se},
    )


def _stage_bars(
    names: Sequence[str], values: Sequence[float], label: str, unit: str, colour: str
) -> go.Bar:
    return go.Bar(
        x=list(range(len(names))),
        y=values,
        name=label,
        marker={"color": colour},
        text=[literal(name) for name in names],
        textposition="none",
        hovertemplate=hover(
            "%{text}", tr("{label}: {value} {unit}", label=label, unit=unit, value="%{y:.3f}")
        ),
    )


def _stage_axis(names: Sequence[str]) -> dict[str, Any]:
    """Every name, or every n-th where there are many."""
    shown = range(0, len(names), -(-len(names) // 12))
    return {
        "tickmode": "array",
        "tickvals": list(shown),
        "ticktext": [literal(shorten(names[i], limit=TICK)) for i in shown],
        "ticks": "",
    }


def price_by_block(prices: Sequence[Price], *, picked: str, dark: bool) -> Chart:
    """Bars by depth: the parameters each SE block has, the picked one outlined."""
    look = mode(dark)
    names = [price.block.name for price in prices]
    saved = np.array([price.parameters / 1e3 for price in prices])
    depth = depth_axis(names)
    return Chart(
        figure=draw(
            [
                block_bars(
                    depth,
                    saved,
                    words=[
                        tr("{block}<br>{value:.1f} k parameters", block=literal(name), value=k)
                        for name, k in zip(names, saved, strict=True)
                    ],
                    colour=SE_COLOUR,
                    edge=picked_edge(names, picked, look, plain=SE_COLOUR),
                )
            ],
            dark=dark,
            height=HEIGHT,
            xaxis=depth.layout,
            yaxis=axis(tr("thousand parameters in the SE block")),
        ),
        title=_most_to_save(prices),
        reads=tr("One bar an SE block, by depth. Click a bar to pick its block."),
        caution=tr(
            "Dropping a block whose gates depend on the picture changes the network. "
            "What that did to accuracy is in the table where it was measured."
        ),
        alt=tr("Parameters of {SE_blocks} by depth", SE_blocks=count(len(names), "SE block")),
        table={"block": names, "parameters": [price.parameters for price in prices]},
    )


def ratios_by_round(
    measured: Sequence[Latency], *, other: str, source: float | None, dark: bool
) -> Chart:
    """The ratio of each round for each batch size, its median, and the source's claim."""
    require(min((x.done for x in measured), default=0), "round")
    last = max(latency.rounds for latency in measured)
    ratios = listing(
        tr("{ratio} times as long at batch {batch}", ratio=number(x.ratio, ".3f"), batch=x.batch)
        for x in measured
    )
    return Chart(
        figure=draw(
            [
                *(_ratios(latency, place) for place, latency in enumerate(measured)),
                *_levels(source, last, mode(dark)),
            ],
            dark=dark,
            height=HEIGHT + 20,
            top=54,
            xaxis=axis(tr("round"), range=[0.5, last + 0.5]),
            yaxis=axis(tr("time against {other}", other=other)),
        ),
        title=tr("Beside {other} a forward pass takes {ratios}", other=other, ratios=ratios),
        reads=tr(
            "Each mark is one round: a pass of each network, one right after the "
            "other, on the same pictures. The figure in the title is the median."
        ),
        caution=tr(
            "It is this machine, now, with whatever else runs on it. Of another "
            "machine, of a compiled network or of training it says nothing."
        ),
        alt=tr("Ratio of the time of two networks over {rounds}", rounds=count(last, "round")),
        table={
            "batch": [x.batch for x in measured for _ in range(x.done)],
            "round": [i + 1 for x in measured for i in range(x.done)],
            "ratio": [float(r) for x in measured for r in x.ratios],
        },
    )


def _ratios(latency: Latency, place: int) -> go.Scatter:
    """A mark for each round; ``place`` among the batch sizes gives it its look."""
    return go.Scatter(
        x=list(range(1, latency.done + 1)),
        y=latency.ratios,
        mode="markers",
        name=tr("batch {batch}", batch=latency.batch),
        marker={
            "color": OKABE_ITO[place],
            "size": 8,
            "symbol": ("circle", "square", "diamond")[place % 3],
        },
        hovertemplate=hover(
            tr("batch {batch}, round {x}: {y}", batch=latency.batch, x="%{x}", y="%{y:.3f}")
        ),
    )


def _levels(source: float | None, rounds: int, look: Mode) -> list[go.Scatter]:
    """Dotted lines over all rounds: no difference, and the ratio that the source claims, if any."""
    levels = [(1.0, look.line, tr("no difference"))]
    if source is not None:
        levels.append((source, look.accent_text, tr("the source's claim")))
    return [
        guide(
            [0.5, rounds + 0.5],
            [height, height],
            {"color": colour, "width": 1.5, "dash": "dot"},
            name=words,
        )
        for height, colour, words in levels
    ]


def _most_to_save(prices: Sequence[Price]) -> str:
    """Which block or blocks are largest: blocks of one stage are often of one size."""
    names = [price.block.name for price in prices]
    sizes = [price.parameters for price in prices]
    largest = [name for name, size in zip(names, sizes, strict=True) if size == max(sizes)]
    share = percent(max(sizes) / sum(sizes) if any(sizes) else 0)
    if len(largest) == 1:
        return tr(
            "{largest} has most to save: {share} of the parameters of all SE blocks",
            largest=largest[0],
            share=share,
        )
    if len(largest) == 2:
        return tr(
            "{first} and {second} have most to save: each {share} of the "
            "parameters of all SE blocks",
            first=largest[0],
            second=largest[1],
            share=share,
        )
    return tr(
        "{largest} blocks have most to save: each {share} of the parameters of all SE blocks",
        largest=len(largest),
        share=share,
    )


def _amount(cost: ModuleCost, what: What) -> int:
    return cost.parameters if what == "parameters" else cost.multiply_adds


def _stage_title(costs: NetworkCosts, what: What) -> str:
    total, in_se = _amount(costs.total, what), _amount(costs.in_se, what)
    if not costs.blocks:
        return tr(
            "No SE block: all {total:.2f} M {words} are the network's own",
            total=total / 1000000.0,
            words=WORDS[what],
        )
    fullest = max(costs.stages, key=lambda stage: _amount(stage.in_se, what))
    share = _amount(fullest.in_se, what) / in_se if in_se else 0.0
    return tr(
        "SE blocks have {in_se:.2%} of the {words}, {share} of that in {fullest}",
        in_se=in_se / total,
        words=WORDS[what],
        share=percent(share),
        fullest=fullest.name,
    )
