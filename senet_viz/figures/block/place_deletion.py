"""Does the account by place hold? The fall of a gate's logit while its places are covered."""

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.place_deletion import Cover, PlaceDeletion
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, draw, known, require
from senet_viz.figures.base.formats import hover, signed
from senet_viz.figures.base.theme import OKABE_ITO, Mode, mode
from senet_viz.figures.base.traces import ribbon

COVERS = Words[Cover](
    {
        "mean": lambda: tr("local mean"),
        "blur": lambda: tr("blur"),
        "noise": lambda: tr("noise"),
    }
)


def deletion_sentence(curve: PlaceDeletion) -> str:
    """Whether the account's places do more than random ones, in words."""
    if not (np.isfinite(curve.fall).all() and np.isfinite(curve.random).all()):
        return tr("The logit under cover is not all finite, so the fall has no mean")
    if not curve.fall.any() and not curve.random.any():
        return tr("Nothing moves this gate here: the logit stays the same whatever is covered")
    area, others = curve.area, curve.random_area
    numbers = {
        "fall": signed(area, decimals=3),
        "random": signed(float(others.mean()), decimals=3),
        "as_far": curve.as_far,
        "sets": len(others),
    }
    if curve.as_far > len(others) // 20:
        return tr(
            "No better than random: mean fall {fall}, random places {random}, and {as_far} of "
            "{sets} random sets fall as far",
            **numbers,
        )
    return tr(
        "Mean fall {fall}, random places {random}; {as_far} of {sets} random sets fall as far",
        **numbers,
    )


def deletion_curve(curve: PlaceDeletion, *, dark: bool) -> Chart:
    """How far does the logit fall as places are covered, those of the highest account first?"""
    require(curve.random.size, "number")
    title, random = deletion_sentence(curve), known(curve.random)
    return Chart(
        figure=draw(
            _lines(curve, mode(dark)),
            dark=dark,
            height=300,
            top=52,
            xaxis=axis(tr("share of the places covered"), tickformat=".0%"),
            yaxis=axis(tr("fall of the logit"), **zero_line(mode(dark))),
        ),
        title=title,
        reads=_reads(curve),
        caution=tr(
            "It tests where this gate comes from, not whether the gate matters for the class. "
            "Covered places look like nothing the network was trained on."
        ),
        alt=tr(
            "The logit of channel {channel} of {block} while places are covered. {title}.",
            channel=curve.channel,
            block=curve.block.name,
            title=title,
        ),
        table={
            "share": curve.shares,
            "fall": curve.fall,
            "random_mean": random.mean(0),
            "random_deviation": random.std(0),
        },
    )


def _lines(curve: PlaceDeletion, look: Mode) -> list[go.Scatter]:
    """The band of the random sets, their mean, and the account's places."""
    shares, falls = np.array([0.0, *curve.shares]), np.array([0.0, *known(curve.fall)])
    sets = np.pad(known(curve.random), ((0, 0), (1, 0)))
    low, high = sets.min(0), sets.max(0)
    words = tr("places of the highest account"), tr("random places, lowest to highest")
    return [
        ribbon(shares, low, high, fill=look.grid, name=words[1]),
        go.Scatter(
            x=shares,
            y=sets.mean(0),
            mode="lines",
            name=tr("random places, mean"),
            line={"color": look.muted, "dash": "dot"},
            hovertemplate=_hover(tr("random places, mean")),
        ),
        go.Scatter(
            x=shares,
            y=falls,
            mode="lines+markers",
            name=words[0],
            line={"color": OKABE_ITO[5]},
            hovertemplate=_hover(words[0]),
        ),
    ]


def _reads(curve: PlaceDeletion) -> str:
    cover = COVERS[curve.cover]
    if curve.edited == "block":
        return tr(
            "Places of the block's own input are covered ({cover}), and nothing else changes: this "
            "tests the account itself. The band is that of the random sets.",
            cover=cover,
        )
    return tr(
        "Squares of the picture are covered ({cover}), and all earlier layers are run again: a "
        "place of the feature maps also depends on pixels outside its square. The band is that of "
        "the random sets.",
        cover=cover,
    )


def _hover(words: str) -> str:
    return hover(
        tr("{share} of the places covered", share="%{x:.0%}"),
        tr("the logit falls by {fall}", fall="%{y:.3f}"),
        extra=words,
    )
