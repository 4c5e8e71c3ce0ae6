"""The block beside its 1×1 form: what both cost, and what they do when pixels change places."""

from operator import itemgetter

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard.components.tables import Column, rows_of, table
from dashboard.components.widgets import GATE, dark, plain, show_mosaic
from dashboard.services.inspections import Inspection
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.stored import size_words
from senet_viz.analysis.pixel_gates import ShuffledPixels
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import tr
from senet_viz.figures.block.feature_maps import mosaic

SIDE, TILE = 160, 132  # px on the page: of the picture, and of a map of gates
Pixels = npt.NDArray[np.uint8]


def draw(inspection: Inspection, block: str) -> None:
    """The pixels shuffled, then the costs."""
    try:
        shuffling = compute_pixel_gates.shuffled(inspection, block)
    except BlockError as error:
        st.caption(plain(str(error)))
        return
    st.subheader(tr("Shuffle the pixels"), anchor=False)
    shuffled(inspection, shuffling)
    st.subheader(tr("What the two forms cost"), anchor=False)
    costs(inspection, block)


def shuffled(inspection: Inspection, shuffling: ShuffledPixels) -> None:
    """The picture as its places lie then, how far gates move, and one channel's map of gates."""
    with st.container(horizontal=True, gap="medium"):
        pixels = inspection.pixels
        places = shuffling.pixels.shape[1:]
        st.image(pixels, width=SIDE, caption=tr("As it is"))
        st.image(
            moved(pixels, shuffling.order, (places[0], places[1])),
            width=SIDE,
            caption=tr("Its places in another order"),
        )
        with st.container(width=360):
            first, second = st.columns(2)
            first.metric(tr("The block's gates move by"), size_words(shuffling.moved))
            second.metric(tr("Gates of pixels move by"), f"{shuffling.pixels_moved:.3f}")
            st.caption(
                tr(
                    "The largest change of a gate when the pixels of the block's feature maps "
                    "change places, each with all its channels. A gate made of each channel's "
                    "mean or maximum cannot tell; one made at a pixel moves with it."
                )
            )
    channel = int(shuffling.pixels.std((1, 2)).argmax())
    maps = np.stack([shuffling.pixels[channel], shuffling.pixels_after[channel]])
    st.caption(
        tr(
            "Gates of channel {channel} at each pixel: before at the left, after at the right.",
            channel=channel,
        )
    )
    show_mosaic(
        mosaic(
            maps,
            captions=[f"ch {channel}"] * 2,
            low=0.0,
            high=1.0,
            columns=2,
            tile=TILE,
            uniform="colour",
            dark=dark(),
        ),
        unit=GATE,
    )


def moved(pixels: Pixels, order: npt.NDArray[np.int64], places: tuple[int, int]) -> Pixels:
    """The picture cut into as many tiles as the maps have places, in the order (p,) of those.

    What does not divide evenly is cut off at the right and below.
    """
    rows, columns = places
    height, width = pixels.shape[0] // rows, pixels.shape[1] // columns
    if not height or not width:  # more places than pixels
        return pixels
    whole = pixels[: rows * height, : columns * width]
    tiles = whole.reshape(rows, height, columns, width, -1).swapaxes(1, 2)
    put = tiles.reshape(rows * columns, height, width, -1)[order]
    back = put.reshape(rows, columns, height, width, -1).swapaxes(1, 2)
    return np.ascontiguousarray(back.reshape(whole.shape))


def costs(inspection: Inspection, block: str) -> None:
    """Parameters, multiply-adds and milliseconds of the block, and of its layers at every pixel."""
    cost = compute_pixel_gates.cost(inspection, block)
    columns = {
        "form": Column(tr("Form"), itemgetter("form")),
        "parameters": Column(tr("Parameters"), itemgetter("parameters"), "localized"),
        "multiply_adds": Column(
            tr("Multiply-adds"),
            itemgetter("multiply_adds"),
            "localized",
            tr("of its layers, for one picture"),
        ),
        "milliseconds": Column(
            tr("Time, ms"),
            itemgetter("milliseconds"),
            "%.3f",
            tr(
                "layers, gate and scaling on this processor: the median of {rounds} rounds, in "
                "turn",
                rounds=cost.milliseconds.shape[1],
            ),
        ),
    }
    forms = {**cost.columns(), "form": [block, tr("the same layers at every pixel")]}
    table(rows_of(forms), columns, "pixel_form_costs")
    st.caption(
        plain(
            tr(
                "The weights are the same; without pooling they are used at each of {places} "
                "places: {times} times the multiply-adds, {slower:.1f} times the time.",
                places=cost.places,
                times=cost.places,
                slower=cost.medians[1] / cost.medians[0],
            )
        )
    )
