"""Where in the picture a gate comes from: what each place adds to its logit, drawn and in words."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_places import GatePlaces, Of
from senet_viz.core.errors import BlockError
from senet_viz.core.pooled_sums import PoolKind
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.axes import map_axes
from senet_viz.figures.base.chart import COLOUR_BAR_MARGIN, Chart, colour_bar, draw, finite, require
from senet_viz.figures.base.formats import hover
from senet_viz.figures.base.theme import DIFFERENCE, palette
from senet_viz.figures.block.feature_maps import number_words, overlay
from senet_viz.figures.block.scene_marks import Pixels

TARGETS: Mapping[Of, str] = Words(
    {
        "channel": lambda: tr("logit"),
        "unit": lambda: tr("sum that enters the unit"),
        "channels": lambda: tr("mean logit"),
    }
)


POOLS: Mapping[PoolKind, str] = Words(
    {
        "mean": lambda: tr("mean"),
        "max": lambda: tr("maximum"),
        "sum": lambda: tr("sum"),
        "softmax": lambda: tr("softmax-weighted mean"),
        "fixed": lambda: tr("weighted sum"),
    }
)


def places_reads(account: GatePlaces) -> str:
    """How the map is to be read."""
    if account.less:
        return tr(
            "Each square is what one place adds for this picture less what the same place adds for "
            "the other. Orange adds more here, purple more there; all squares and the constant add "
            "up to the difference."
        )
    if account.of == "unit":
        return tr(
            "Each square is what stands at one place of the feature maps, weighted by the squeeze "
            "and the first layer. Orange switches the hidden unit on, purple off; all squares and "
            "the constant add up to what enters it."
        )
    if account.of == "channels":
        return tr(
            "Each square is the mean over all channels of what one place adds to their logits. "
            "Orange opens gates on average, purple shuts them, and what opens some and shuts "
            "others cancels out; all squares and the constant add up to the mean logit."
        )
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
        "Places add {up} and take {down} with a constant of {constant}: {target} {logit}",
        up=f"+{number_words(up)}",
        down=number_words(down),
        constant=number_words(account.constant),
        target=target_words(account),
        logit=number_words(account.logit),
    )


def target_words(account: GatePlaces) -> str:
    """What the places add up to."""
    target = TARGETS[account.of]
    return tr("difference of the {target}", target=target) if account.less else target


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


def pool_sentence(account: GatePlaces, pool: int) -> str:
    """What one of several poolings adds, in words."""
    return tr(
        "Places add {sum} through the {pool}",
        sum=_signed(float(account.maps[pool].sum())),
        pool=POOLS[account.pools[pool]],
    )


def places_map(account: GatePlaces, *, dark: bool, pool: int | None = None) -> Chart:
    """How much does each place of the feature maps add to the logit? Rows count from the top.

    pool: only through this one of the account's ``pools``; the scale is the same for all.
    """
    values = _of_picture(account)
    end, title = _end(account), places_sentence(account)
    if pool is not None:
        values, title = account.maps[pool], pool_sentence(account, pool)
    heat = go.Heatmap(
        z=values,
        colorscale=[[i / (len(DIFFERENCE) - 1), c] for i, c in enumerate(DIFFERENCE)],
        zmin=-end,
        zmax=end,
        colorbar=colour_bar(tr("adds"), dark=dark),
        hovertemplate=hover(
            tr("row {y}, column {x}", y="%{y}", x="%{x}"),
            tr("adds {value}", value="%{z:+.4f}"),
        ),
    )
    rows, columns = np.indices(values.shape).reshape(2, -1)
    return Chart(
        figure=draw([heat], dark=dark, height=400, top=COLOUR_BAR_MARGIN, **map_axes()),
        title=title,
        reads=places_reads(account),
        caution=places_caution(),
        alt=tr(
            "What {rows} by {columns} places add. {title}.",
            rows=values.shape[0],
            columns=values.shape[1],
            title=title,
        ),
        table={"row": rows, "column": columns, "adds": values.ravel()},
    )


def _signed(number: float) -> str:
    words = number_words(number)
    return f"+{words}" if number > 0 else words


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
    known = finite(np.concatenate([account.map[None], account.maps]))
    return float(np.abs(known).max()) or 1.0 if known.size else 1.0
