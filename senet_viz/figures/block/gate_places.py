"""Where in the picture a gate comes from: what each place adds to its logit, drawn and in words."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_places import GatePlaces
from senet_viz.core.errors import BlockError
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, finite, require
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.theme import DIFFERENCE, palette
from senet_viz.figures.block.feature_maps import number_words, overlay
from senet_viz.figures.block.scene_marks import Pixels


def places_reads() -> str:
    """How the map is to be read."""
    return tr(
        "Each square is what stands at one place of the feature maps, weighted by the squeeze, the "
        "first layer, the hidden units that are on and the last layer. Orange opens the gate, "
        "purple shuts it; all squares and the constant add up to the logit."
    )


def places_caution() -> str:
    """What it does not mean."""
    return tr(
        "It says where this gate comes from, not what the class depends on. Behind other SE blocks "
        "what stands at one place depends on the whole picture."
    )


def places_sentence(account: GatePlaces) -> str:
    """The sum in words."""
    if not np.isfinite([account.constant, account.logit, *account.map.flat]).all():
        return tr("What the places add to this gate is not all finite, so it has no sum")
    up = float(account.map[account.map > 0].sum())
    down = float(account.map[account.map < 0].sum())
    return tr(
        "Places add {up} and take {down} with a constant of {constant}: logit {logit}",
        up=f"+{number_words(up)}",
        down=number_words(down),
        constant=number_words(account.constant),
        logit=number_words(account.logit),
    )


def places_overlay(pixels: Pixels, account: GatePlaces, *, opacity: float) -> bytes:
    """The account over the picture (h, w, 3), as a PNG; the scale is even on both sides of 0."""
    end = _end(account)
    return overlay(
        pixels,
        _of_picture(account),
        opacity=opacity,
        low=-end,
        high=end,
        colours=palette(DIFFERENCE),
    )


def places_map(account: GatePlaces, *, dark: bool) -> Chart:
    """How much does each place of the feature maps add to the logit? Rows count from the top."""
    values = _of_picture(account)
    end, title = _end(account), places_sentence(account)
    heat = go.Heatmap(
        z=values,
        colorscale=[[i / (len(DIFFERENCE) - 1), c] for i, c in enumerate(DIFFERENCE)],
        zmin=-end,
        zmax=end,
        colorbar=colour_bar(tr("adds to the logit"), dark=dark),
        hovertemplate=hover(
            tr("row {y}, column {x}", y="%{y}", x="%{x}"),
            tr("adds {value} to the logit", value="%{z:+.4f}"),
        ),
    )
    rows, columns = np.indices(values.shape).reshape(2, -1)
    return Chart(
        figure=draw(
            [heat],
            dark=dark,
            height=400,
            top=COLOUR_BAR_MARGIN,
            xaxis={
                "title": {"text": tr("column"), "standoff": 16},
                "constrain": "domain",
                "constraintoward": "left",
            },
            yaxis=axis(
                tr("row"),
                autorange="reversed",
                scaleanchor="x",
                constrain="domain",
                constraintoward="top",
                showgrid=False,
            ),
        ),
        title=title,
        reads=places_reads(),
        caution=places_caution(),
        alt=tr(
            "What {rows} by {columns} places add to one gate. {title}.",
            rows=values.shape[0],
            columns=values.shape[1],
            title=title,
        ),
        table={"row": rows, "column": columns, "adds": values.ravel()},
    )


def _of_picture(account: GatePlaces) -> np.ndarray:
    require(account.map.size, "feature map")
    if account.map.ndim != 2:
        raise BlockError(
            tr(
                "the account has places {places}; drawn are those of pictures, (h, w)",
                places=account.map.shape,
            )
        )
    return account.map


def _end(account: GatePlaces) -> float:
    """The value of the last colour on both sides."""
    known = finite(account.map)
    return float(np.abs(known).max()) or 1.0 if known.size else 1.0
