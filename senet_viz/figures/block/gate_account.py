"""The sum behind one gate: hidden units that push it up or down, and the channels behind a unit."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from senet_viz.analysis.gate_account import GateAccount, UnitAccount
from senet_viz.core.arrays import Counts
from senet_viz.core.translation import tr
from senet_viz.figures.base.axes import axis, zero_line
from senet_viz.figures.base.chart import Chart, Numbers, draw, finite, known
from senet_viz.figures.base.formats import number, signed, tiny
from senet_viz.figures.base.theme import ENHANCED, SUPPRESSED, mode

Part = Literal["unit", "channel"]
ROW = 26
MARGIN = 56


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum as steps: the bias, its largest terms by falling size, the rest as one, the total.

    ``numbers`` are those of the terms, -1 for the steps that are no term.
    """

    steps: tuple[str, ...]
    values: tuple[float, ...]
    numbers: tuple[int, ...]


def gate_waterfall(account: GateAccount, *, top: int, dark: bool) -> Chart:
    """Why is this gate what it is? From the bias over the hidden units to the logit.

    The ``top`` largest contributions one by one, all others as one step; a click on a bar gives
    the unit's number (``customdata``), -1 for the steps that are no unit.
    """
    part: Part = "unit" if account.units else "channel"
    whole = _sum(
        account.bias, account.contribution, account.logit, top=top, part=part, end=tr("logit")
    )
    title = _gate_sentence(account, part)
    return Chart(
        figure=_waterfall(whole, words=tr("what the gate's logit has come to"), dark=dark),
        title=title,
        reads=tr(
            "From top to bottom: every bar adds to the logit or takes from it. Above 0 "
            "the gate is more than half open. The sum misses the captured logit by "
            "{error} of it.",
            error=tiny(account.error),
        ),
        caution=tr(
            "A large contribution says what moved this gate, not that the gate matters "
            "for the class."
        ),
        alt=title,
        table={"step": list(whole.steps), "contribution": list(whole.values)},
    )


def unit_waterfall(unit: UnitAccount, *, top: int, exact: bool, dark: bool) -> Chart:
    """Which channels drive this hidden unit? From its bias over the squeeze to its sum.

    A click on a bar gives the channel's number, -1 for the steps that are no channel. ``exact``:
    what the sum makes of the unit passes on unchanged (a ReLU).
    """
    words = tr("sum")
    whole = _sum(unit.bias, unit.contribution, unit.before, top=top, part="channel", end=words)
    title = _unit_sentence(unit)
    return Chart(
        figure=_waterfall(whole, words=tr("what the unit's sum has come to"), dark=dark),
        title=title,
        reads=(
            tr(
                "Each bar is a channel's squeeze times its fixed weight. A ReLU follows: a "
                "sum below 0 switches the unit off."
            )
            if exact
            else tr(
                "Each bar is a channel's squeeze times its fixed weight. A smooth "
                "non-linearity follows, so a part of the sum does not pass on as the same "
                "part of the unit."
            )
        ),
        caution=tr("A strong channel here is strong on average over the map, wherever it is."),
        alt=title,
        table={"step": list(whole.steps), "contribution": list(whole.values)},
    )


def _gate_sentence(account: GateAccount, part: Part) -> str:
    if not np.isfinite(account.logit):
        return tr("The logit of gate {channel} is not finite", channel=account.channel)
    up = [n for n in account.order if account.contribution[n] > 0][:2]
    down = [n for n in account.order if account.contribution[n] < 0][:2]
    pulls, against = (up, down) if account.logit > 0 else (down, up)
    if account.logit > 0:
        state = tr(
            "Gate {channel} is {gate:.3f}, more open than not",
            channel=account.channel,
            gate=account.gate,
        )
    else:
        state = tr(
            "Gate {channel} is {gate:.3f}, more shut than not",
            channel=account.channel,
            gate=account.gate,
        )
    if not pulls:
        return tr("{state}, by its bias", state=state)
    by = _with_bias(_named(part, pulls), account.bias, account.contribution[pulls])
    if account.logit > 0:
        pushed = tr("{state}, pushed up by {by}", state=state, by=by)
    else:
        pushed = tr("{state}, pushed down by {by}", state=state, by=by)
    return (
        tr("{pushed} against {named}", pushed=pushed, named=_named(part, against))
        if against
        else pushed
    )


def _unit_sentence(unit: UnitAccount) -> str:
    if not np.isfinite(unit.value):
        return tr("What leaves unit {unit} is not finite", unit=unit.unit)
    order = [int(n) for n in _by_size(unit.contribution)]
    up = [n for n in order if unit.contribution[n] > 0][:2]
    down = [n for n in order if unit.contribution[n] < 0][:2]
    state = tr("on, at {value:.3f}", value=unit.value) if unit.on else tr("off")
    leading = up if unit.before > 0 else down
    if not leading:
        return tr("Unit {unit} is {state}, by its bias", unit=unit.unit, state=state)
    who = _with_bias(_named("channel", leading), unit.bias, unit.contribution[leading])
    one = len(leading) == 1 and who == _named("channel", leading)
    if unit.before > 0:
        if one:
            return tr(
                "Unit {unit} is {state}: {who} adds most", unit=unit.unit, state=state, who=who
            )
        return tr("Unit {unit} is {state}: {who} add most", unit=unit.unit, state=state, who=who)
    if one:
        return tr("Unit {unit} is {state}: {who} takes most", unit=unit.unit, state=state, who=who)
    return tr("Unit {unit} is {state}: {who} take most", unit=unit.unit, state=state, who=who)


def _with_bias(named: str, bias: float, leading: Numbers) -> str:
    """The bias first, where it pushes the same way and further than the largest term."""
    return (
        tr("its bias and {named}", named=named) if leading.size and bias / leading[0] > 1 else named
    )


def _named(part: Part, numbers: list[int]) -> str:
    """One term or the first two by their numbers, "" for none."""
    if not numbers:
        return ""
    first, second = numbers[0], numbers[-1]
    if part == "unit":
        return (
            tr("unit {first}", first=first)
            if len(numbers) == 1
            else tr("units {first} and {second}", first=first, second=second)
        )
    return (
        tr("channel {first}", first=first)
        if len(numbers) == 1
        else tr("channels {first} and {second}", first=first, second=second)
    )


def _by_size(values: Numbers) -> Counts:
    order: Counts = np.argsort(-np.abs(values), kind="stable")
    return order


def _sum(bias: float, terms: Numbers, total: float, *, top: int, part: Part, end: str) -> _Sum:
    order = _by_size(terms)
    chosen, others = [int(n) for n in order[:top]], order[top:]
    rest = (
        [(tr("{others} others", others=len(others)), float(terms[others].sum()), -1)]
        if len(others)
        else []
    )
    rows = [
        (tr("bias"), bias, -1),
        *((_step(part, n), float(terms[n]), n) for n in chosen),
        *rest,
        (end, total, -1),
    ]
    steps, values, numbers = zip(*rows, strict=True)
    return _Sum(steps, values, numbers)


def _step(part: Part, number: int) -> str:
    return (
        tr("unit {number}", number=number) if part == "unit" else tr("ch {number}", number=number)
    )


def _waterfall(whole: _Sum, *, words: str, dark: bool) -> go.Figure:
    look = mode(dark)
    trace = go.Waterfall(
        orientation="h",
        y=whole.steps,
        x=whole.values,
        measure=[*("relative" for _ in whole.values[:-1]), "total"],
        text=[*(signed(v, decimals=3) for v in whole.values[:-1]), number(whole.values[-1], ".3f")],
        textposition="outside",
        cliponaxis=False,
        customdata=whole.numbers,
        increasing={"marker": {"color": ENHANCED}},
        decreasing={"marker": {"color": SUPPRESSED}},
        totals={"marker": {"color": look.neutral}},
        connector={"line": {"color": look.line, "width": 1}},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    reached = finite(np.cumsum([0.0, *known(np.array(whole.values[:-1]))]))
    low, high = float(reached.min()), float(reached.max())
    room = 0.18 * max(high - low, 1e-6)
    return draw(
        [trace],
        dark=dark,
        height=ROW * len(whole.steps) + MARGIN,
        showlegend=False,
        margin={"l": 84, "r": 8, "t": 8, "b": 8},
        xaxis=axis(words, range=[low - room, high + room], **zero_line(look)),
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
    )
