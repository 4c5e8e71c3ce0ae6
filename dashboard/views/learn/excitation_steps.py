"""The steps between squeeze and gate: reduce, the non-linearity, expand, and the gate itself."""

import numpy as np
import streamlit as st

from dashboard.components import hidden_units
from dashboard.components.widgets import dark, sentence, show
from dashboard.session import hidden_unit, selection
from dashboard.views.learn.lesson import Lesson, say
from senet_viz.analysis.gate_account import GateAccount, UnitAccount
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import percent, tiny
from senet_viz.figures.block.gate_account import gate_waterfall, unit_waterfall
from senet_viz.figures.block.gates import gate_histogram
from senet_viz.figures.lesson.steps import CURVES, gate_curve, units_through

MOST_TERMS = 8
FORMULAS = {
    "sigmoid": r"s_c = \sigma(x_c) = \frac{1}{1 + e^{-x_c}}",
    "hardsigmoid": r"s_c = \min\left(\max\left(\tfrac{x_c}{6} + \tfrac{1}{2}, 0\right), 1\right)",
}


def reduce(lesson: Lesson) -> None:
    """Step 3: a few hidden units, each a weighted sum of all squeezes."""
    account = _account(lesson, r"h = W_1 z + b_1")
    if account is None or _without_units(account):
        return
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        say(
            tr(
                "The {channels} squeezes are mixed into only {hidden} hidden units (reduction "
                "{reduction:.3g}). Each unit is a weighted sum of all squeezes: here channels "
                "meet.",
                channels=len(lesson.activation.squeeze[0]),
                hidden=len(account.units),
                reduction=lesson.activation.block.reduction,
            )
        )
        st.latex(r"h_j = b_j + \sum_c w_{jc}\, z_c")
        unit = hidden_units.pick(account)
        strongest = max(
            range(len(unit.contribution)), key=lambda c: abs(float(unit.contribution[c]))
        )
        say(
            tr(
                "The largest term of unit {unit} is channel {channel}: squeeze {squeeze:.3f} times "
                "weight {weight:.3f} is {term:.3f}.",
                unit=unit.unit,
                channel=strongest,
                squeeze=float(lesson.activation.squeeze[0, strongest]),
                weight=_weight(lesson, unit.unit, strongest),
                term=float(unit.contribution[strongest]),
            )
        )
        say(_adds_up(lesson, unit))
    with right:
        show(
            unit_waterfall(unit, top=MOST_TERMS, exact=account.exact_through, dark=dark()),
            "lesson_unit",
            on_click=selection.take_channel_click,
        )


def _weight(lesson: Lesson, unit: int, channel: int) -> float:
    layers = lesson.activation.layers
    return (
        float("nan")
        if layers is None or layers.reduce is None
        else float(layers.reduce[unit, channel])
    )


def _adds_up(lesson: Lesson, unit: UnitAccount) -> str:
    """Compares the sum with the network's own value."""
    words = tr(
        "Bias {bias:.4f} and {n} terms add up to {sum:.4f}; the value captured after the "
        "{non_linearity} is {value:.4f}.",
        bias=unit.bias,
        n=len(unit.contribution),
        sum=unit.before,
        non_linearity=lesson.non_linearity,
        value=unit.value,
    )
    if lesson.non_linearity != "ReLU":
        return words
    difference = abs(max(unit.before, 0.0) - unit.value)
    return words + " " + tr("Difference from max(0, sum): {tiny}.", tiny=tiny(difference))


def pass_on(lesson: Lesson) -> None:
    """Step 4: the non-linearity switches units off."""
    account = _account(lesson, r"h' = \max(0, h)")
    if account is None or _without_units(account):
        return
    relu = lesson.non_linearity == "ReLU"
    on = sum(unit.on for unit in account.units)
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        if relu:
            say(
                tr(
                    "A ReLU keeps positive sums and sets negative ones to 0. A unit that is off "
                    "contributes to no gate for this picture."
                )
            )
            st.latex(r"h'_j = \max(0,\, h_j)")
            say(
                tr(
                    "Here {on} of {all} are on ({share}).",
                    on=on,
                    all=len(account.units),
                    share=percent(on / len(account.units)),
                )
            )
        else:
            say(
                tr(
                    "The paper has a ReLU here, this block a {non_linearity}: it too holds "
                    "negative sums back, but smoothly or up to a bound.",
                    non_linearity=lesson.non_linearity,
                )
            )
            st.latex(r"h'_j = \delta(h_j)")
        say(tr("Without it, two layers in a row would be no more than one."))
    with right:
        layers = lesson.activation.layers
        name = "relu" if layers is None else layers.non_linearity
        show(
            units_through(account.units, non_linearity=name, dark=dark()),
            "lesson_units",
            on_click=hidden_unit.take_click,
        )


def expand(lesson: Lesson) -> None:
    """Step 5: one logit for each channel, a weighted sum of the hidden units."""
    account = _account(lesson, r"x = W_2 h' + b_2")
    if account is None:
        return
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        if account.units:
            say(
                tr(
                    "Each of the {channels} channels gets one number back, its logit: a weighted "
                    "sum of the {hidden} hidden units and a bias.",
                    channels=len(lesson.activation.excitation[0]),
                    hidden=len(account.units),
                )
            )
            st.latex(r"x_c = b_c + \sum_j w_{cj}\, h'_j")
        else:
            say(
                tr(
                    "This block has no reduction: the logit of a channel is a weighted sum of all "
                    "squeezes and a bias."
                )
            )
            st.latex(r"x_c = b_c + \sum_k w_{ck}\, z_k")
        total = account.bias + float(account.contribution.sum())
        say(
            tr(
                "Bias {bias:.4f} and {n} terms of channel {channel} add up to {sum:.4f}. Logit "
                "captured in the network: {logit:.4f}. Difference: {difference}.",
                bias=account.bias,
                n=len(account.contribution),
                channel=lesson.channel,
                sum=total,
                logit=account.logit,
                difference=tiny(abs(total - account.logit)),
            )
        )
    with right:
        show(
            gate_waterfall(account, top=MOST_TERMS, dark=dark()),
            "lesson_sum",
            on_click=hidden_unit.take_click if account.units else selection.take_channel_click,
        )


def gate(lesson: Lesson) -> None:
    """Step 6: the logit becomes a factor between 0 and 1."""
    activation, channel = lesson.activation, lesson.channel
    kind, gates, logits = activation.block.gate, activation.excitation[0], activation.logit
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        say(
            tr(
                "The {kind} makes a factor between 0 and 1 of each logit: the gate. Gates do not "
                "add up to 1, so several channels may be open at once.",
                kind=kind,
            )
        )
        st.latex(FORMULAS.get(kind, r"s_c = g(x_c)"))
        value = float(gates[channel])
        if logits is None:
            say(tr("What enters this block's gate is not captured, only what leaves it."))
            say(tr("Channel {channel}: gate {gate:.6f}.", channel=channel, gate=value))
            chart = gate_histogram(activation, image=0, dark=dark())
        else:
            logit = float(logits[0, channel])
            say(_said(kind, channel, logit, value))
            chart = gate_curve(logits[0], gates, kind=kind, channel=channel, dark=dark())
    with right:
        click = selection.take_channel_click if logits is not None else None
        show(chart, "lesson_gate", on_click=click)


def _said(kind: str, channel: int, logit: float, value: float) -> str:
    """The gate worked out from its logit, beside the one captured."""
    if kind not in CURVES:
        return tr(
            "Channel {channel}: logit {logit:.3f}, gate {gate:.6f}.",
            channel=channel,
            logit=logit,
            gate=value,
        )
    gate = float(CURVES[kind](np.array([logit]))[0])
    return tr(
        "Channel {channel}: the {kind} of {logit:.3f} is {computed:.6f}. Gate captured in the "
        "network: {gate:.6f}. Difference: {difference}.",
        channel=channel,
        kind=kind,
        logit=logit,
        computed=gate,
        gate=value,
        difference=tiny(abs(gate - value)),
    )


def _account(lesson: Lesson, formula: str) -> GateAccount | None:
    """The account; where there is none, the paper's formula and why this block has it not."""
    if lesson.account is None:
        st.latex(formula)
        st.info(
            tr(
                "This is how the paper's block works. The step is not drawn for this block: {why} "
                "Continue with the gate, step 6.",
                why=sentence(lesson.why_not) + ".",
            )
        )
    return lesson.account


def _without_units(account: GateAccount) -> bool:
    """Say it where there is no reduction."""
    if account.units:
        return False
    st.info(
        tr(
            "This block has no reduction and no hidden units: the squeezes drive the gates "
            "directly, at step 5."
        )
    )
    return True
