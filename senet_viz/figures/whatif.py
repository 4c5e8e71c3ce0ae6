"""What edited gates make of the prediction."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.errors import SENetVizError
from senet_viz.figures.chart import Chart, Numbers, draw, literal, percent, shorten, signed
from senet_viz.figures.predictions import NAME_LENGTH, Places, softmax
from senet_viz.figures.theme import mode

Scores = npt.NDArray[np.floating]


def prediction_change(
    before: Scores, after: Scores, *, labels: Sequence[str] | None, top: int = 5, dark: bool
) -> Chart:
    """What does the network say now, and what did it say before?

    before, after (k,): one picture's class scores before softmax, unedited and edited. Shown are
    the ``top`` classes of either, the likeliest before first. ``labels`` names the k classes;
    None shows class numbers.
    """
    if before.shape != after.shape or (labels is not None and len(labels) != before.size):
        raise SENetVizError(
            f"{before.size} scores before, {after.size} after and "
            f"{'no' if labels is None else len(labels)} labels were given: give one for each class"
        )
    shares = softmax(before), softmax(after)
    shown = _shown(*shares, top=top)
    names = [f"class {i}" if labels is None else labels[i] for i in shown]
    moved = (after.astype(np.float64) - before.astype(np.float64))[shown]
    figure = draw(
        _pairs(shares, shown, names, moved, dark=dark),
        dark=dark,
        height=76 + 40 * len(shown),
        barmode="group",
        bargap=0.3,
        bargroupgap=0.08,
        xaxis={
            "title": {"text": "probability"},
            "range": [0, 1.5],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [literal(shorten(n, limit=NAME_LENGTH)) for n in names],
            "tickfont": {"color": mode(dark).text},
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "ticklabelstandoff": 4,
            "ticks": "",
        },
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
    )
    words = [
        f"{name} {percent(shares[0][i])} to {percent(shares[1][i])}"
        for name, i in zip(names, shown, strict=True)
    ]
    return Chart(
        figure=figure,
        title=_verdict(*shares, labels=labels),
        reads=(
            "Two bars for each class: what the network said with its own gates, and what it says "
            "with the edits in force. Behind the second, the change of the class's logit."
        ),
        caution=(
            "The network was not trained with these gates. A prediction that stays does not say "
            "that the gates are of no use for other pictures."
        ),
        alt=f"Classes before and after: {', '.join(words)}.",
        table={
            "class": shown,
            "name": names,
            "before": shares[0][shown],
            "after": shares[1][shown],
            "logit_before": before[shown].astype(np.float64),
            "logit_after": after[shown].astype(np.float64),
            "logit_change": moved,
        },
    )


def _shown(before: Numbers, after: Numbers, *, top: int) -> Places:
    """The likeliest classes of either, by what they were before, then by what they are after."""
    ends = [np.argsort(-share, kind="stable")[:top] for share in (before, after)]
    either = np.unique(np.concatenate(ends))
    return np.asarray(either[np.lexsort((-after[either], -before[either]))])


def _pairs(
    shares: tuple[Numbers, Numbers],
    shown: Places,
    names: Sequence[str],
    moved: Numbers,
    *,
    dark: bool,
) -> list[go.Bar]:
    look = mode(dark)
    before, after = ([percent(share[i]) for i in shown] for share in shares)
    changes = [signed(change, decimals=2) for change in moved]
    changed = [f"{a}, {c}" for a, c in zip(after, changes, strict=True)]
    parts = (
        ("before", shares[0], before, look.neutral),
        ("after, with the change of its logit", shares[1], changed, look.accent),
    )
    return [
        go.Bar(
            x=share[shown].astype(np.float32),
            y=np.arange(shown.size, dtype=np.float32),
            orientation="h",
            name=moment,
            text=words,
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            customdata=shown.astype(np.int32),
            hovertext=[f"{literal(n)}<br>{moment}: {w}" for n, w in zip(names, words, strict=True)],
            hoverinfo="text",
            marker={"color": colour, "line": {"width": 0}},
        )
        for moment, share, words, colour in parts
    ]


def _verdict(before: Numbers, after: Numbers, *, labels: Sequence[str] | None) -> str:
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return "The class scores are not finite numbers"
    old, new = int(before.argmax()), int(after.argmax())
    first, last = (f"class {i}" if labels is None else labels[i] for i in (old, new))
    if (before == after).all():
        return f"{first} at {percent(before[old])}; nothing has changed"
    if old == new:
        shares = f"{percent(before[old])} before, {percent(after[old])} after"
        return f"The prediction stays {first}: {shares}"
    return (
        f"The prediction changes from {first} ({percent(before[old])}) "
        f"to {last} ({percent(after[new])})"
    )
