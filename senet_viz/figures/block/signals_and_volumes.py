"""Feature maps of signals, as lines, and of volumes, slice by slice: each on one scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, map_axes
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, finite, require
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.print_layout import SLIDER_ROOM
from senet_viz.figures.base.theme import GATES, OKABE_ITO
from senet_viz.figures.block.feature_maps import number_words

MOST = len(OKABE_ITO)


def signal_maps(maps: Array, *, channels: Sequence[int], dark: bool) -> Chart:
    """What do these channels see in a signal? maps (k, places), one line each, on one scale.

    Raises a BlockError for maps of other shapes and for more channels than there are colours.
    """
    require(len(maps), "feature map")
    _require(maps, 2, "(k, places)")
    if not len(maps) == len(channels) <= MOST:
        raise BlockError(
            tr(
                "{maps} maps of {channels} channels were given. Give one number for each map, and "
                "at most {most} maps",
                maps=len(maps),
                channels=len(channels),
                most=MOST,
            )
        )
    title = _signal_title(maps, channels)
    lines = [_line(*each) for each in zip(maps, channels, OKABE_ITO, strict=False)]
    look = {"xaxis": axis(tr("place")), "yaxis": axis(tr("feature value"))}
    legend = {"showlegend": True, "legend": {"orientation": "h", "y": 1, "yanchor": "bottom"}}
    return Chart(
        figure=draw(lines, dark=dark, height=320, top=COLOUR_BAR_MARGIN, **look, **legend),
        title=title,
        reads=tr("Each line is one feature map, from the first place to the last, on one scale."),
        caution=tr(
            "A place's receptive field is wider than its share of the signal: what raised the "
            "value may lie beside it."
        ),
        alt=tr(
            "{feature_maps} of {places} places as lines. {title}.",
            feature_maps=count(len(maps), "feature map"),
            places=maps.shape[1],
            title=title,
        ),
        table={
            "channel": np.repeat(np.asarray(channels), maps.shape[1]),
            "position": np.tile(np.arange(maps.shape[1]), len(maps)),
            "value": maps.ravel(),
        },
    )


def volume_map(values: Array, *, channel: int, dark: bool) -> Chart:
    """What is the value at each place of this map (depth, h, w)? The middle slice, and a slider.

    All slices are on the scale of the whole map. Raises a BlockError for maps of other shapes.
    """
    require(values.size, "feature map")
    _require(values, 3, "(depth, h, w)")
    middle, title = len(values) // 2, _volume_title(values, channel)
    known = finite(values)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    slices = [_slice(each, number, low, high, dark=dark) for number, each in enumerate(values)]
    slices[middle].visible = True
    depth, rows, columns = np.indices(values.shape).reshape(3, -1)
    figure = draw(
        slices,
        dark=dark,
        height=400 + SLIDER_ROOM,
        top=COLOUR_BAR_MARGIN,
        sliders=[_slider(len(values), middle)],
        **map_axes(),
    )
    return Chart(
        figure=figure,
        title=title,
        reads=tr(
            "Each square is one value of a slice of the feature map, from {low} to {high}. The "
            "slider goes from the first slice to the last.",
            low=number_words(low),
            high=number_words(high),
        ),
        caution=tr(
            "A square's receptive field is larger than its share of the volume: what raised the "
            "value may lie beside it, or in another slice."
        ),
        alt=tr(
            "Feature map of {depth} slices of {rows} by {columns} values. {title}.",
            depth=values.shape[0],
            rows=values.shape[1],
            columns=values.shape[2],
            title=title,
        ),
        table={"slice": depth, "row": rows, "column": columns, "value": values.ravel()},
    )


def _line(values: Array, channel: int, colour: str) -> go.Scatter:
    return go.Scatter(
        x=np.arange(len(values)),
        y=values,
        mode="lines",
        name=tr("channel {channel}", channel=channel),
        line={"color": colour, "width": 2},
        hovertemplate=hover(
            tr("channel {channel}", channel=channel),
            tr("place {place}", place="%{x}"),
            tr("value {value}", value="%{y:.3f}"),
        ),
    )


def _slice(values: Array, number: int, low: float, high: float, *, dark: bool) -> go.Heatmap:
    return go.Heatmap(
        z=values,
        visible=False,
        colorscale=GATES,
        zmin=low,
        # Plotly draws nothing on a range of zero width.
        zmax=high if high > low else low + 1,
        colorbar=colour_bar(tr("feature value, slice {slice}", slice=number), dark=dark),
        hovertemplate=hover(
            tr("slice {slice}, row {y}, column {x}", slice=number, y="%{y}", x="%{x}"),
            tr("value {value}", value="%{z:.3f}"),
        ),
    )


def _slider(slices: int, middle: int) -> dict[str, Any]:
    steps = [
        {
            "label": str(number),
            "method": "restyle",
            "args": [{"visible": [each == number for each in range(slices)]}],
        }
        for number in range(slices)
    ]
    words = {"prefix": tr("slice") + " ", "xanchor": "left"}
    return {"active": middle, "steps": steps, "currentvalue": words, "pad": {"t": 40, "b": 4}}


def _require(values: Array, dimensions: int, shape: str) -> None:
    if values.ndim != dimensions:
        raise BlockError(
            tr(
                "maps of shape {given} were given; this chart draws {shape}",
                given=values.shape,
                shape=shape,
            )
        )


def _signal_title(maps: Array, channels: Sequence[int]) -> str:
    if not np.isfinite(maps).any():
        return tr("None of these channels has a finite value")
    row, place = np.unravel_index(int(_known(maps).argmax()), maps.shape)
    return tr(
        "Channel {channel} is the highest, at place {place}: {value:.3f}",
        channel=channels[int(row)],
        place=place,
        value=maps[row, place],
    )


def _volume_title(values: Array, channel: int) -> str:
    if not np.isfinite(values).any():
        return tr("Channel {channel} has no finite value", channel=channel)
    depth, row, column = np.unravel_index(int(_known(values).argmax()), values.shape)
    return tr(
        "Channel {channel} is highest in slice {slice} at row {row}, column {column}: {value:.3f}",
        channel=channel,
        slice=depth,
        row=row,
        column=column,
        value=values[depth, row, column],
    )


def _known(values: Array) -> Array:
    return np.where(np.isfinite(values), values, -np.inf)
