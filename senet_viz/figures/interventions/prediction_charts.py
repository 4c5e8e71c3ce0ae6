"""What edited gates make of the prediction."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from senet_viz.core.errors import SENetVizError
from senet_viz.core.records import Activation
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import probability_axis
from senet_viz.figures.base.chart import Chart, Numbers, draw
from senet_viz.figures.base.formats import listing, literal, percent, signed
from senet_viz.figures.base.theme import mode
from senet_viz.figures.block.predictions import Places, class_axis, class_names

Scores = npt.NDArray[np.floating]


def prediction_change(
    before: Scores,
    after: Scores,
    *,
    labels: Sequence[str] | None,
    top: int = 5,
    activation: Activation | None = None,
    dark: bool,
) -> Chart:
    """What does the network say now, and what did it say before?

    before, after (k,): one picture's class scores, unedited and edited; ``activation`` makes shares
    of them, as in ``top_classes``. Shown are
    the ``top`` classes of either, the likeliest before first. ``labels`` names the k classes;
    None shows class numbers.
    """
    _require_same_classes(before, after, labels)
    both = shares(before, activation), shares(after, activation)
    shown = _shown(*both, top=top)
    names = class_names(shown, labels)
    moved = (after.astype(np.float64) - before.astype(np.float64))[shown]
    return Chart(
        figure=draw(
            _pairs(both, shown, names, moved, dark=dark),
            dark=dark,
            height=76 + 40 * len(shown),
            top=26,
            barmode="group",
            bargap=0.3,
            bargroupgap=0.08,
            xaxis=probability_axis(end=1.5),
            yaxis=class_axis(names, dark=dark),
        ),
        title=_verdict(*both, labels=labels),
        reads=tr(
            "Two bars for each class: what the network said with its own gates, and "
            "what it says with the edits in force. Behind the second, the change of "
            "the class's logit."
        ),
        caution=tr(
            "The network was not trained with these gates. A prediction that stays "
            "does not say that the gates are of no use for other pictures."
        ),
        alt=_alt(names, both[0][shown], both[1][shown]),
        table={
            "class": shown,
            "name": names,
            "before": both[0][shown],
            "after": both[1][shown],
            "logit_before": before[shown].astype(np.float64),
            "logit_after": after[shown].astype(np.float64),
            "logit_change": moved,
        },
    )


def _require_same_classes(before: Scores, after: Scores, labels: Sequence[str] | None) -> None:
    if before.shape == after.shape and (labels is None or len(labels) == before.size):
        return
    raise SENetVizError(
        tr(
            "{before} scores before, {after} after and no labels were given: give one "
            "for each class",
            before=before.size,
            after=after.size,
        )
        if labels is None
        else tr(
            "{before} scores before, {after} after and {labels} labels were given: "
            "give one for each class",
            before=before.size,
            after=after.size,
            labels=len(labels),
        )
    )


def _alt(names: Sequence[str], before: Numbers, after: Numbers) -> str:
    words = [
        tr("{name} {before} to {after}", name=name, before=percent(was), after=percent(now))
        for name, was, now in zip(names, before, after, strict=True)
    ]
    return tr("Classes before and after: {listing}.", listing=listing(words))


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
        (tr("before"), shares[0], before, look.neutral),
        (tr("after, with the change of its logit"), shares[1], changed, look.accent),
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
        return tr("The class scores are not finite numbers")
    old, new = int(before.argmax()), int(after.argmax())
    first, last = class_names((old, new), labels)
    if (before == after).all():
        return tr(
            "{first} at {before}; nothing has changed", first=first, before=percent(before[old])
        )
    if old == new:
        was, now = percent(before[old]), percent(after[old])
        return tr(
            "The prediction stays {first}: {was} before, {now} after", first=first, was=was, now=now
        )
    return tr(
        "The prediction changes from {first} ({before}) to {last} ({after})",
        first=first,
        before=percent(before[old]),
        last=last,
        after=percent(after[new]),
    )
