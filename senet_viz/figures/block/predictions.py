"""What the network says the picture shows."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.errors import SENetVizError
from senet_viz.core.records import Activation
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr
from senet_viz.figures.base import sentences
from senet_viz.figures.base.axes import probability_axis, row_axis
from senet_viz.figures.base.chart import Chart, Numbers, draw
from senet_viz.figures.base.formats import listing, literal, percent, shorten
from senet_viz.figures.base.theme import mode

Places = npt.NDArray[np.int64]
NAME_LENGTH = 24


def top_classes(
    logits_row: npt.NDArray[np.floating],
    *,
    labels: Sequence[str] | None,
    top: int = 5,
    activation: Activation | None = None,
    dark: bool,
) -> Chart:
    """Which classes does the network think likely, and how sure is it?

    logits_row (k,): one picture's class scores. ``labels`` names the k classes; None shows class
    numbers. ``activation`` makes shares of the scores; left out, a softmax, or for one score a
    sigmoid.
    """
    if labels is not None and len(labels) != logits_row.size:
        raise SENetVizError(
            tr(
                "{labels} labels were given for {logits_row} classes: give one for each, "
                "or None to show class numbers",
                labels=len(labels),
                logits_row=logits_row.size,
            )
        )
    share = shares(logits_row, activation)
    each = activation == "sigmoid" or (activation is None and logits_row.size == 1)
    best = np.argsort(-share, kind="stable")[:top]
    names = class_names(best, labels)
    words = [percent(share[i]) for i in best]
    return Chart(
        figure=draw(
            [_bars(share, best, names, words, dark=dark)],
            dark=dark,
            height=46 + 28 * best.size,
            bargap=0.35,
            xaxis=probability_axis(end=1.22),
            yaxis=class_axis(names, dark=dark),
        ),
        title=sentences.verdict(share[best], names, words),
        reads=tr("The most likely classes, in percent, each by itself: a sigmoid of its score.")
        if each
        else tr("The most likely classes, in percent; all classes together make 100%."),
        caution=tr(
            "Each class is judged by itself, whatever the picture shows: a high number does not "
            "prove that it is right."
        )
        if each
        else tr(
            "A network spreads 100% over the classes it knows, whatever the picture "
            "shows: a high number does not prove that it is right."
        ),
        alt=_likeliest(listing(f"{n} {w}" for n, w in zip(names, words, strict=True))),
        table={"class": best, "name": names, "probability": share[best]},
    )


def class_names(chosen: Iterable[int], labels: Sequence[str] | None) -> list[str]:
    """The label of each class, or its number where there are none."""
    return [tr("class {number}", number=i) if labels is None else labels[i] for i in chosen]


def class_axis(names: Sequence[str], *, dark: bool) -> dict[str, Any]:
    """An axis with a row for each class, the first at the top."""
    words = [literal(shorten(n, limit=NAME_LENGTH)) for n in names]
    return {
        **row_axis(list(range(len(names))), words),
        "tickfont": {"color": mode(dark).text},
        "ticklabelstandoff": 4,
    }


def _likeliest(classes: str) -> str:
    return tr("Most likely classes: {classes}.", classes=classes)


def _bars(
    share: Numbers, best: Places, names: Sequence[str], words: Sequence[str], *, dark: bool
) -> go.Bar:
    return go.Bar(
        x=share[best].astype(np.float32),
        # Places and not names: ImageNet has two classes called crane.
        y=np.arange(best.size, dtype=np.float32),
        orientation="h",
        text=words,
        textposition="outside",
        cliponaxis=False,
        customdata=best.astype(np.int32),
        hovertext=[f"{literal(n)}<br>{w}" for n, w in zip(names, words, strict=True)],
        hoverinfo="text",
        marker={"color": mode(dark).neutral, "line": {"width": 0}},
    )
