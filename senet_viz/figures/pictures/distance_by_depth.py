"""Where in a network pictures part: their distance by depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.picture_distances import PictureComparison
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite
from senet_viz.figures.base.depth_axes import DepthAxis, block_line, depth_axis, picked_strip
from senet_viz.figures.base.formats import gate, literal, paragraph
from senet_viz.figures.base.series import Series
from senet_viz.figures.base.theme import Mode, mode

LEAST = 1e-3  # gates; the axis never magnifies less
CLEAR = 1.25  # times the distance within groups: less is not reported as separation


def distance_unit() -> str:
    return tr("rms difference of gates")


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """Distances (b,) by block, what they are, and the look of their line."""

    words: str
    values: Numbers
    line: dict[str, Any]
    symbol: str


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
    curves = _curves(compared, series, pair, usual, look)
    highest = max([LEAST, *(v for curve in curves for v in finite(curve.values))])
    title = _parting_sentence(compared, series, pair)
    return Chart(
        figure=draw(
            [_line(curve, depth) for curve in curves],
            dark=dark,
            height=320,
            top=48,
            xaxis=depth.layout,
            yaxis=axis(distance_unit(), range=[0, 1.1 * highest]),
            shapes=[picked_strip(depth, selected, look)],
        ),
        title=title,
        reads=_reads(reference=usual is not None),
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
        table=_table(compared, compared.distance[:, pair[0], pair[1]], usual, pictures=len(series)),
    )


def _table(
    compared: PictureComparison, own: Numbers, usual: Numbers | None, *, pictures: int
) -> dict[str, Any]:
    several = compared.overall if compared.between is None and pictures > 2 else None
    columns = {
        "between_groups": compared.between,
        "within_groups": compared.within,
        "all_pairs": several,
        "pair": own,
        "reference_pictures": usual,
    }
    known = {name: values for name, values in columns.items() if values is not None}
    return {"block": list(compared.names), **known}


def _curves(
    compared: PictureComparison,
    series: Sequence[Series],
    pair: tuple[int, int],
    usual: Numbers | None,
    look: Mode,
) -> list[_Curve]:
    """The curves: averages over pairs, the picked pair, the reference."""
    curves = []
    if compared.between is not None:
        words = tr("between groups")
        curves.append(_Curve(words, compared.between, {"color": look.text}, "diamond"))
        if compared.within is not None:
            line = {"color": look.neutral, "dash": "6px,3px"}
            words = tr("within groups")
            curves.append(_Curve(words, compared.within, line, "diamond-open"))
    elif len(series) > 2:
        line = {"color": look.text}
        curves.append(_Curve(tr("all pairs"), compared.overall, line, "diamond"))
    one, two = (series[i].label for i in pair)
    own = compared.distance[:, pair[0], pair[1]]
    words = tr("{one} and {two}", one=one, two=two)
    curves.append(_Curve(words, own, {"color": look.accent}, "circle"))
    if usual is not None:
        line = {"color": look.muted, "dash": "dot"}
        curves.append(_Curve(tr("two reference pictures"), usual, line, "x"))
    return curves


def _line(curve: _Curve, depth: DepthAxis) -> go.Scatter:
    return block_line(
        depth.positions,
        curve.values,
        names=depth.names,
        words=[
            f"{literal(n)}<br>{curve.words}<br>{distance_unit()} {v:.4f}"
            for n, v in zip(depth.names, curve.values, strict=True)
        ],
        name=curve.words,
        line={"width": 2, **curve.line},
        marker={"size": 7, "symbol": curve.symbol, "color": curve.line["color"]},
    )


def _reads(*, reference: bool) -> str:
    return paragraph(
        tr(
            "For each block the root mean square, over its channels, of the difference "
            "of two pictures' gates, in units of the gate: 0 alike, 1 all shut against "
            "all open. Groups part where the line between groups runs above the one "
            "within. Click a point to look at its block."
        ),
        tr("The dotted line is what two pictures of the reference set are expected to differ by.")
        if reference
        else "",
    )


def _parting_sentence(
    compared: PictureComparison, series: Sequence[Series], pair: tuple[int, int]
) -> str:
    names = compared.names
    if not np.isfinite(compared.distance[:, pair[0], pair[1]]).all():
        return tr("Not all gates are finite numbers, so where the pictures part cannot be said")
    if compared.between is not None and compared.within is not None:
        ratio = compared.between / np.maximum(compared.within, LEAST)
        at = int(ratio.argmax())
        distances = tr(
            "{between} between them, {within} within",
            between=gate(compared.between[at]),
            within=gate(compared.within[at]),
        )
        if ratio[at] < CLEAR:
            return tr(
                "Nowhere do the groups differ much more from one another than within "
                "themselves; most in {names}, {distances}",
                names=names[at],
                distances=distances,
            )
        return tr(
            "The groups part most in {names}: {distances}", names=names[at], distances=distances
        )
    own = compared.distance[:, pair[0], pair[1]]
    high, low = int(own.argmax()), int(own.argmin())
    one, two = series[pair[0]].short, series[pair[1]].short
    if high == low:
        return tr(
            "{one} and {two} are {own} apart in every block", one=one, two=two, own=gate(own[high])
        )
    return tr(
        "{one} and {two} are furthest apart in {far_block} ({far}), closest in "
        "{near_block} ({near})",
        one=one,
        two=two,
        far_block=names[high],
        far=gate(own[high]),
        near_block=names[low],
        near=gate(own[low]),
    )
