"""How evenly channels are used by depth: in a picture as given, and attacked."""

import numpy as np

from senet_viz.analysis.channel_use import ChannelUse
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, draw, finite, require
from senet_viz.figures.base.depth_axes import block_line, depth_axis
from senet_viz.figures.base.formats import literal, number, signed
from senet_viz.figures.base.theme import OKABE_ITO, mode


def use_by_depth(given: ChannelUse, attacked: ChannelUse, *, selected: str, dark: bool) -> Chart:
    """Are channels used more evenly once a picture is attacked? The first picture of both.

    ``customdata`` of the points are the block names.
    """
    require(len(given.names), "block")
    look, depth = mode(dark), depth_axis(given.names)
    both = ((given, tr("as given"), look.text), (attacked, tr("attacked"), OKABE_ITO[1]))
    lines = [
        block_line(
            depth.positions,
            each.features[0].astype(np.float32),
            names=depth.names,
            words=_words(each, name),
            name=name,
            line={"color": colour, "width": 1.5},
            marker={"color": colour, "size": [10 if n == selected else 6 for n in depth.names]},
        )
        for each, name, colour in both
    ]
    known = finite(np.concatenate([given.features[0], attacked.features[0]]))
    title = _sentence(given, attacked)
    return Chart(
        figure=draw(
            lines,
            dark=dark,
            height=280,
            top=30,
            xaxis=depth.layout,
            yaxis=axis(tr("evenness"), range=[float(known.min(initial=0.95)) - 0.02, 1.01]),
        ),
        title=title,
        reads=_reads(),
        caution=tr(
            "Of one picture. An attack finds what the network is most sensitive to; it says "
            "nothing of changes that come by chance."
        ),
        alt=tr("{blocks} by depth. {title}.", blocks=count(len(given.names), "block"), title=title),
        table={
            "block": list(depth.names),
            "evenness": given.features[0],
            "evenness_attacked": attacked.features[0],
            "gate_evenness": given.gates[0],
            "gate_evenness_attacked": attacked.gates[0],
        },
    )


def _words(use: ChannelUse, name: str) -> list[str]:
    """What is shown over each point."""
    return [
        tr(
            "{block}<br>{name}: evenness {features}<br>of the gates {gates}",
            block=literal(block),
            name=name,
            features=number(features, ".3f"),
            gates=number(gates, ".3f"),
        )
        for block, features, gates in zip(use.names, use.features[0], use.gates[0], strict=True)
    ]


def _reads() -> str:
    return tr(
        "Evenness is the entropy of the channels' shares of the recalibrated maps' mean size, over "
        "that of equal shares: 1 where all channels hold as much, 0 where one holds all."
    )


def _sentence(given: ChannelUse, attacked: ChannelUse) -> str:
    both = given.features[0], attacked.features[0], given.gates[0], attacked.gates[0]
    there = np.isfinite(both).all(axis=0)
    known, gates = both[1][there] - both[0][there], both[3][there] - both[2][there]
    if not known.size:
        return tr("No block's maps hold anything, so there is no evenness")
    return tr(
        "Attacked, channels are used more evenly in {more} of {blocks} blocks (evenness {change} "
        "on average, gates {gates})",
        more=int((known > 0).sum()),
        blocks=known.size,
        change=signed(known.mean(), decimals=3),
        gates=signed(gates.mean(), decimals=3),
    )
