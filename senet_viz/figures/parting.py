"""Where in a network pictures part: their distance by depth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.comparing import PictureComparison
from senet_viz.figures.axes import axis
from senet_viz.figures.chart import Chart, Numbers, draw, finite
from senet_viz.figures.depth import depth_axis
from senet_viz.figures.formats import gate, literal, paragraph
from senet_viz.figures.series import Series
from senet_viz.figures.theme import Mode, mode
from senet_viz.language import count, tr

LEAST = 1e-3  # gates; the axis never magnifies less
CLEAR = 1.25  # times the distance within groups; closer is not called parting


def distance_unit() -> str:
    return tr("rms difference of gates")


def parting_by_depth(
    compared: PictureComparison,
    series: Sequence[Series],
    pair: tuple[int, int],
    *,
    usual: Numbers | None,
    selected: str,
    dark: bool,
) -> Chart:
    """Where in the network do the pictures part? Distances by block, of a pair and on average.

    ``usual`` (b,) is the distance expected of two reference pictures. ``customdata`` of the
    points are the block names.
    """
    look, depth = mode(dark), depth_axis(compared.names)
    one, two = (series[i].label for i in pair)
    own = compared.distance[:, pair[0], pair[1]]
    lines: list[tuple[str, Numbers, dict[str, Any], str]] = []
    if compared.between is not None:
        lines.append((tr("between groups"), compared.between, {"color": look.text}, "diamond"))
        if compared.within is not None:
            within = {"color": look.neutral, "dash": "6px,3px"}
            lines.append((tr("within groups"), compared.within, within, "diamond-open"))
    elif len(series) > 2:
        lines.append((tr("all pairs"), compared.overall, {"color": look.text}, "diamond"))
    lines.append((tr("{one} and {two}", one=one, two=two), own, {"color": look.accent}, "circle"))
    if usual is not None:
        lines.append(
            (tr("two reference pictures"), usual, {"color": look.muted, "dash": "dot"}, "x")
        )
    traces = [
        go.Scatter(
            x=depth.positions,
            y=values.astype(np.float32),
            mode="lines+markers",
            line={"width": 2, **line},
            marker={"size": 7, "symbol": symbol, "color": line["color"]},
            name=words,
            customdata=list(compared.names),
            hovertext=[
                f"{literal(n)}<br>{words}<br>{distance_unit()} {v:.4f}"
                for n, v in zip(compared.names, values, strict=True)
            ],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
        for words, values, line, symbol in lines
    ]
    highest = max([LEAST, *(v for _, values, _, _ in lines for v in finite(values))])
    title = _parting_sentence(compared, series, pair)
    return Chart(
        figure=draw(
            traces,
            dark=dark,
            height=320,
            xaxis=depth.layout,
            yaxis=axis(distance_unit(), range=[0, 1.1 * highest]),
            top=48,
            shapes=[_here(float(depth.positions[compared.names.index(selected)]), look)],
        ),
        title=title,
        reads=paragraph(
            tr(
                "For each block the root mean square, over its channels, of the difference "
                "of two pictures' gates, in units of the gate: 0 alike, 1 all shut against "
                "all open. Groups part where the line between groups runs above the one "
                "within. Click a point to look at its block."
            ),
            tr(
                "The dotted line is what two pictures of the reference set are expected to "
                "differ by."
            )
            if usual is not None
            else "",
        ),
        caution=tr(
            "A block whose gates differ more is not more important, nor does it know "
            "the classes: early blocks can differ by brightness alone. The reference "
            "pictures are the network's own kind, these may not be."
        ),
        alt=tr(
            "Lines over {blocks} by depth. {title}.",
            blocks=count(len(compared.names), "block"),
            title=title,
        ),
        table={
            "block": list(compared.names),
            **{words: values for words, values, _, _ in lines},
        },
    )


def _here(position: float, look: Mode) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": position - 0.4,
        "x1": position + 0.4,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": look.accent,
        "opacity": 0.12,
        "line": {"width": 0},
        "layer": "below",
    }


def _parting_sentence(
    compared: PictureComparison, series: Sequence[Series], pair: tuple[int, int]
) -> str:
    names = compared.names
    if not np.isfinite(compared.distance[:, pair[0], pair[1]]).all():
        return tr("Not all gates are finite numbers, so where the pictures part cannot be said")
    if compared.between is not None and compared.within is not None:
        ratio = compared.between / np.maximum(compared.within, LEAST)
        at = int(ratio.argmax())
        seen = tr(
            "{between} between them, {within} within",
            between=gate(compared.between[at]),
            within=gate(compared.within[at]),
        )
        if ratio[at] < CLEAR:
            return tr(
                "Nowhere do the groups differ much more from one another than within "
                "themselves; most in {names}, {seen}",
                names=names[at],
                seen=seen,
            )
        return tr("The groups part most in {names}: {seen}", names=names[at], seen=seen)
    own = compared.distance[:, pair[0], pair[1]]
    high, low = int(own.argmax()), int(own.argmin())
    one, two = series[pair[0]].short, series[pair[1]].short
    if high == low:
        return tr(
            "{one} and {two} are {own} apart in every block", one=one, two=two, own=gate(own[high])
        )
    return tr(
        "{one} and {two} are furthest apart in {names} ({own}), closest in {names_2} ({own_2})",
        one=one,
        two=two,
        names=names[high],
        own=gate(own[high]),
        names_2=names[low],
        own_2=gate(own[low]),
    )
