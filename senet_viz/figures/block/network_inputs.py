"""The input of a network that takes no pictures: a signal as lines, a volume slice by slice."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from senet_viz.core.arrays import Array
from senet_viz.core.block_words import places_words
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.line_tiles import line_tile
from senet_viz.figures.base.palette_images import palette_png, tile
from senet_viz.figures.base.thinning import thinned_line, thinned_volume
from senet_viz.figures.block.feature_maps import number_words
from senet_viz.figures.block.signals_and_volumes import (
    MOST,
    line_table,
    lines_figure,
    signal_lines,
    slice_table,
    slices_figure,
    volume_ends,
)

SIDE = 224  # px of the small picture
LOWEST = 24  # px of a line in it


def network_input(values: Array, *, channel: int = 0, dark: bool) -> Chart:
    """What went in? values (c, t) as lines, at most 8; one channel of (c, d, h, w) by slice.

    >>> network_input(np.zeros((2, 9), np.float32), dark=False).title
    'The input: 2 channels of 9 places, from 0 to 0'
    """
    low, high = volume_ends(values)
    title = tr(
        "The input: {channels} of {places} places, from {low} to {high}",
        channels=count(len(values), "channel"),
        places=" × ".join(map(str, values.shape[1:])),
        low=number_words(low),
        high=number_words(high),
    )
    if values.ndim == 2:
        return _lines(values, title, dark=dark)
    return _slices(values, title, channel, dark=dark)


def input_picture(values: Array) -> npt.NDArray[np.uint8]:
    """The input as a small picture (h, w, 3): a line per channel, or the first's middle slice."""
    if values.ndim == 2:
        rows = values[:MOST]
        height = max(SIDE // len(rows), LOWEST)
        drawn = np.concatenate(
            [line_tile(each, *volume_ends(each), side=SIDE, height=height)[0] for each in rows]
        )
    else:
        middle = values[0, values.shape[1] // 2]
        drawn, _ = tile(middle, *volume_ends(values), side=SIDE, uniform="colour")
    return np.asarray(Image.open(BytesIO(palette_png(drawn, dark=False))).convert("RGB"))


def input_words(values: Array) -> str:
    """The input's shape, and which part of it the small picture shows."""
    return tr("Input, {shape}: {drawn}", shape=places_words(values.shape), drawn=_drawn(values))


def _drawn(values: Array) -> str:
    if values.ndim == 4:
        return (
            tr("the middle slice")
            if len(values) == 1
            else tr("the middle slice of its first channel")
        )
    if len(values) > MOST:
        return tr("its first {most} channels, each on its own scale", most=MOST)
    return tr("each channel on its own scale") if len(values) > 1 else tr("as a line")


def _lines(values: Array, title: str, *, dark: bool) -> Chart:
    shown = values[:MOST]
    channels, few = range(len(shown)), thinned_line(shown)
    reads: str = tr("Each line is one channel of the input, from the first place to the last.")
    if len(values) > MOST:
        reads += tr(
            " The first {most} of {channels} channels are drawn.", channels=len(values), most=MOST
        )
    return Chart(
        figure=lines_figure(signal_lines(few, channels), tr("input value"), dark=dark),
        title=title,
        reads=reads + few.words,
        caution=_caution(),
        alt=tr("{title}, as lines.", title=title),
        table=line_table(few, channels),
    )


def _slices(values: Array, title: str, channel: int, *, dark: bool) -> Chart:
    few = thinned_volume(values[channel])
    return Chart(
        figure=slices_figure(few, volume_ends(values), "input", dark=dark),
        title=title,
        reads=tr(
            "Each square is one value of a slice of channel {channel}. The slider goes from the "
            "first slice to the last; all are on one scale.",
            channel=channel,
        )
        + few.words,
        caution=_caution(),
        alt=tr("{title}, slice by slice.", title=title),
        table=slice_table(few),
    )


def _caution() -> str:
    return tr("These are the file's own values: nothing was scaled or cropped.")
