"""The sum behind one gate: hidden units that push it up or down, and the channels behind a unit."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from senet_viz.explain import GateAccount, UnitAccount
from senet_viz.figures.chart import Chart, Numbers, draw
from senet_viz.figures.theme import ENHANCED, SUPPRESSED, mode

ROW = 26
MARGIN = 56


@dataclass(frozen=True, slots=True)
class _Terms:
    """The largest terms of a sum by falling size, and the rest as one."""

    numbers: tuple[int, ...]
    values: Numbers
    rest: float
    others: int


def gate_waterfall(account: GateAccount, *, top: int, dark: bool) -> Chart:
    """Why is this gate what it is? From the bias over the hidden units to the logit.

    The ``top`` largest contributions one by one, all others as one step; a click on a bar gives
    the unit's number (``customdata``), -1 for the steps that are no unit.
    """
    part = "unit" if account.units else "channel"
    terms = _largest(account.contribution, top)
    steps = ["bias", *(f"{part} {n}" for n in terms.numbers)]
    values = [account.bias, *terms.values]
    if terms.others:
        steps.append(f"{terms.others} other {part}s")
        values.append(terms.rest)
    title = _gate_sentence(account, part)
    return Chart(
        figure=_waterfall(
            [*steps, "logit"],
            values,
            total=account.logit,
            data=[-1, *terms.numbers, *([-1] if terms.others else []), -1],
            words="what the gate's logit has come to",
            dark=dark,
        ),
        title=title,
        reads=(
            f"From top to bottom: every bar adds to the logit or takes from it. Above 0 the gate "
            f"is more than half open. The sum misses the captured logit by {account.error:.0e} of "
            "it."
        ),
        caution=(
            "A large contribution says what moved this gate, not that the gate matters for the "
            "class."
        ),
        alt=title,
        table={"step": [*steps, "logit"], "contribution": [*values, account.logit]},
    )


def unit_waterfall(unit: UnitAccount, *, top: int, exact: bool, dark: bool) -> Chart:
    """Which channels drive this hidden unit? From its bias over the squeeze to its sum.

    A click on a bar gives the channel's number, -1 for the steps that are no channel. ``exact``:
    what the sum makes of the unit passes on unchanged (a ReLU).
    """
    terms = _largest(unit.contribution, top)
    steps = ["bias", *(f"ch {n}" for n in terms.numbers)]
    values = [unit.bias, *terms.values]
    if terms.others:
        steps.append(f"{terms.others} others")
        values.append(terms.rest)
    title = _unit_sentence(unit, terms)
    return Chart(
        figure=_waterfall(
            [*steps, "sum"],
            values,
            total=unit.before,
            data=[-1, *terms.numbers, *([-1] if terms.others else []), -1],
            words="what the unit's sum has come to",
            dark=dark,
        ),
        title=title,
        reads=(
            "Each bar is a channel's squeeze times its fixed weight. "
            + (
                "A ReLU follows: a sum below 0 switches the unit off."
                if exact
                else "A smooth non-linearity follows, so a part of the sum does not pass on as "
                "the same part of the unit."
            )
        ),
        caution="A strong channel here is strong on average over the map, wherever it is.",
        alt=title,
        table={"step": [*steps, "sum"], "contribution": [*values, unit.before]},
    )


def _gate_sentence(account: GateAccount, part: str) -> str:
    way = "open" if account.logit > 0 else "shut"
    up = [n for n in account.order if account.contribution[n] > 0][:2]
    down = [n for n in account.order if account.contribution[n] < 0][:2]
    pulls = down if way == "shut" else up
    against = up if way == "shut" else down
    because = f", pushed {'down' if way == 'shut' else 'up'} by {_named(part, pulls)}"
    but = f" against {_named(part, against)}" if against and pulls else ""
    words = f"Gate {account.channel} is {account.gate:.3f}, more {way} than not"
    return words + (because if pulls else ", by its bias") + but


def _unit_sentence(unit: UnitAccount, terms: _Terms) -> str:
    up = [n for n, v in zip(terms.numbers, terms.values, strict=True) if v > 0][:2]
    down = [n for n, v in zip(terms.numbers, terms.values, strict=True) if v < 0][:2]
    state = f"on, at {unit.value:.3f}" if unit.on else "off"
    leading = up if unit.before > 0 else down
    because = f", because of {_named('channel', leading)}" if leading else ", by its bias"
    return f"Unit {unit.unit} is {state}{because}"


def _named(part: str, numbers: list[int]) -> str:
    listed = " and ".join(str(n) for n in numbers)
    return f"{part}{'s' if len(numbers) > 1 else ''} {listed}"


def _largest(values: Numbers, top: int) -> _Terms:
    order = np.argsort(-np.abs(values), kind="stable")
    chosen = order[:top]
    return _Terms(
        numbers=tuple(int(n) for n in chosen),
        values=values[chosen],
        rest=float(values[order[top:]].sum()),
        others=len(order[top:]),
    )


def _waterfall(
    steps: list[str],
    values: list[float],
    *,
    total: float,
    data: list[int],
    words: str,
    dark: bool,
) -> go.Figure:
    look = mode(dark)
    trace = go.Waterfall(
        orientation="h",
        y=steps,
        x=[*values, total],
        measure=[*("relative" for _ in values), "total"],
        text=[*(f"{v:+.3f}" for v in values), f"{total:.3f}"],
        textposition="outside",
        cliponaxis=False,
        customdata=data,
        increasing={"marker": {"color": ENHANCED}},
        decreasing={"marker": {"color": SUPPRESSED}},
        totals={"marker": {"color": look.neutral}},
        connector={"line": {"color": look.line, "width": 1}},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    reached = np.cumsum([0.0, *values])
    low, high = float(reached.min()), float(reached.max())
    room = 0.18 * max(high - low, 1e-6)
    return draw(
        [trace],
        dark=dark,
        height=ROW * len(steps) + MARGIN,
        showlegend=False,
        xaxis={
            "title": {"text": words},
            "range": [low - room, high + room],
            "zeroline": True,
            "zerolinecolor": look.line,
        },
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
    )
