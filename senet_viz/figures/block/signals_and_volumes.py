"""Feature maps of signals, as lines, and of volumes, slice by slice: each on one scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.axes import axis, map_axes
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, finite, require
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.print_layout import SLIDER_ROOM
from senet_viz.figures.base.theme import GATES, OKABE_ITO
from senet_viz.figures.base.thinning import Thinned, thinned_line, thinned_volume
from senet_viz.figures.block.feature_maps import number_words

MOST = len(OKABE_ITO)
Columns = dict[str, list[Any] | npt.NDArray[Any]]


def signal_maps(
    maps: Array, *, channels: Sequence[int], gates: Sequence[float] | None = None, dark: bool
) -> Chart:
    """What do these channels see in a signal? maps (k, places), one line each, on one scale.

    With ``gates`` (k,) each channel after its gate is added as a dotted line. Raises a BlockError
    for maps of other shapes and for more channels than there are colours.
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
    title, few = _signal_title(maps, channels), thinned_line(maps)
    drawn = signal_lines(few, channels)
    table = line_table(few, channels)
    if gates is not None:
        after = few.values * np.asarray(gates, np.float32)[:, None]
        drawn += [_after(*each) for each in zip(after, tuple(drawn), gates, strict=True)]
        table = {**table, "after": after.ravel()}
    return Chart(
        figure=lines_figure(drawn, tr("feature value"), dark=dark),
        title=title,
        reads=tr("Each line is one feature map, from the first place to the last, on one scale.")
        + ("" if gates is None else tr(" Dotted: after its gate."))
        + few.words,
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
        table=table,
    )


def volume_map(values: Array, *, channel: int, gate: float | None = None, dark: bool) -> Chart:
    """What is the value at each place of this map (depth, h, w)? The middle slice, and a slider.

    With a ``gate`` the map after it is drawn, in the colours of the map before. All slices are on
    the scale of the whole map. Raises a BlockError for maps of other shapes.
    """
    require(values.size, "feature map")
    _require(values, 3, "(depth, h, w)")
    ends = volume_ends(values)
    if gate is None:
        title = _volume_title(values, channel)
    else:
        values = np.asarray(values * np.float32(gate))
        highest = number_words(volume_ends(values)[1])
        title = tr("After its gate {gate:.3f}: at most {highest}", gate=gate, highest=highest)
    few = thinned_volume(values)
    return Chart(
        figure=slices_figure(few, ends, "feature", dark=dark),
        title=title,
        reads=tr(
            "Each square is one value of a slice of the feature map, from {low} to {high}. The "
            "slider goes from the first slice to the last.",
            low=number_words(ends[0]),
            high=number_words(ends[1]),
        )
        + few.words,
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
        table=slice_table(few),
    )


def signal_lines(few: Thinned, channels: Sequence[int]) -> list[go.Scatter]:
    """A line for each channel, in a colour of its own."""
    x = few.along(1)
    return [
        go.Scatter(
            x=x,
            y=values,
            mode="lines",
            name=tr("channel {channel}", channel=channel),
            line={"color": colour, "width": 2},
            hovertemplate=_about(tr("channel {channel}", channel=channel)),
        )
        for values, channel, colour in zip(few.values, channels, OKABE_ITO, strict=False)
    ]


def lines_figure(lines: Sequence[go.Scatter], words: str, *, dark: bool) -> go.Figure:
    """Lines over the places of a signal; ``words`` label the axis of values."""
    look = {"xaxis": axis(tr("place")), "yaxis": axis(words)}
    legend = {"showlegend": True, "legend": {"orientation": "h", "y": 1, "yanchor": "bottom"}}
    return draw(list(lines), dark=dark, height=320, top=COLOUR_BAR_MARGIN, **look, **legend)


def line_table(few: Thinned, channels: Sequence[int]) -> Columns:
    """The numbers behind those lines."""
    places = few.along(1)
    return {
        "channel": np.repeat(np.asarray(channels), len(places)),
        "position": np.tile(places, len(few.values)),
        "value": few.values.ravel(),
    }


def slices_figure(few: Thinned, ends: tuple[float, float], of: str, *, dark: bool) -> go.Figure:
    """The slices of a volume in the colours of ``ends``, the middle one seen, and a slider."""
    numbers = few.along(0)
    middle = len(numbers) // 2
    slices = [
        _slice(each, int(number), few, ends, of, dark=dark)
        for each, number in zip(few.values, numbers, strict=True)
    ]
    slices[middle].visible = True
    return draw(
        slices,
        dark=dark,
        height=400 + SLIDER_ROOM,
        top=COLOUR_BAR_MARGIN,
        sliders=[_slider([str(number) for number in numbers], middle)],
        **map_axes(),
    )


def slice_table(few: Thinned) -> Columns:
    """The numbers behind those slices."""
    places = np.meshgrid(*(few.along(each) for each in range(3)), indexing="ij")
    depth, rows, columns = (each.ravel() for each in places)
    return {"slice": depth, "row": rows, "column": columns, "value": few.values.ravel()}


def volume_ends(values: Array) -> tuple[float, float]:
    """The lowest and the highest finite value, 0 and 0 where there is none."""
    known = finite(values)
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _after(values: Array, line: go.Scatter, gate: float) -> go.Scatter:
    """The same channel after its gate, in its colour."""
    words = tr("{channel}, after its gate {gate:.3f}", channel=line.name, gate=gate)
    look = {"color": line.line.color, "width": 2, "dash": "dot"}
    return go.Scatter(
        x=line.x, y=values, mode="lines", name=words, line=look, hovertemplate=_about(words)
    )


def _about(words: str) -> str:
    return hover(words, tr("place {place}", place="%{x}"), tr("value {value}", value="%{y:.3f}"))


def _slice(
    values: Array, number: int, few: Thinned, ends: tuple[float, float], of: str, *, dark: bool
) -> go.Heatmap:
    low, high = ends
    beside = (
        tr("input value, slice {slice}", slice=number)
        if of == "input"
        else tr("feature value, slice {slice}", slice=number)
    )
    return go.Heatmap(
        z=values,
        x=few.along(2),
        y=few.along(1),
        visible=False,
        colorscale=GATES,
        zmin=low,
        # Plotly draws nothing on a range of zero width.
        zmax=high if high > low else low + 1,
        colorbar=colour_bar(beside, dark=dark),
        hovertemplate=hover(
            tr("slice {slice}, row {y}, column {x}", slice=number, y="%{y}", x="%{x}"),
            tr("value {value}", value="%{z:.3f}"),
        ),
    )


def _slider(labels: Sequence[str], middle: int) -> dict[str, Any]:
    steps = [
        {
            "label": label,
            "method": "restyle",
            "args": [{"visible": [each == number for each in range(len(labels))]}],
        }
        for number, label in enumerate(labels)
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
    columns: dict[str, Any] = {"channel": channels[int(row)], "place": place}
    if len(channels) == 1:
        return tr(
            "Channel {channel} is highest at place {place}: {value}",
            **columns,
            value=number_words(float(maps[row, place])),
        )
    return tr(
        "Channel {channel} is the highest, at place {place}: {value:.3f}",
        **columns,
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
