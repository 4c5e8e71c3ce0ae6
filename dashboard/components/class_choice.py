"""Which class is followed: the likeliest, one picked, or one against another."""

from typing import NamedTuple

import streamlit as st

from dashboard.runtime import language_choice
from dashboard.runtime.offers import LIKELIEST
from dashboard.services.inspections import Inspection
from dashboard.session import followed
from senet_viz.core.arrays import Array
from senet_viz.core.shares import shares
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import percent

WIDTH = 210


class Followed(NamedTuple):
    """A class by number; where it is followed against another, the difference of their logits."""

    number: int
    against: int | None

    def score(self, logits: Array) -> float:
        """Its logit, or the difference."""
        other = 0.0 if self.against is None else float(logits[self.against])
        return float(logits[self.number]) - other


def of_now(logits: Array) -> Followed:
    """What is followed for a picture with these logits (k,), as it was chosen last."""
    best, true = int(logits.argmax()), followed.true_class()
    chosen = int(st.session_state.get(followed.CLASS, LIKELIEST))
    if chosen == LIKELIEST and true not in (None, best):
        return Followed(int(true or 0), best)
    number = best if chosen == LIKELIEST else chosen
    against = int(st.session_state.get(followed.AGAINST, followed.NO_CLASS))
    return Followed(number, None if against in (followed.NO_CLASS, number) else against)


def choose(inspection: Inspection, logits: Array) -> Followed:
    """The pickers: a class, and one that it is followed against.

    A picture that was given a true class, and answered otherwise, is followed by both to begin
    with.
    """
    best, true = int(logits.argmax()), followed.true_class()
    chances = shares(logits, inspection.capture.activation)
    differs = true not in (None, best)

    def words(number: int) -> str:
        if number != LIKELIEST:
            return f"{inspection.label(number)} ({percent(chances[number])})"
        if differs:
            return tr(
                "the true class against the answer: {label}",
                label=named(inspection, Followed(int(true or 0), best)),
            )
        return tr("the likeliest: {label}", label=words(best))

    def other(number: int) -> str:
        return words(number) if number != followed.NO_CLASS else tr("no other class")

    followed.keep(logits.size)
    language_choice.renew(followed.CLASS)
    chosen = st.selectbox(
        tr("Class followed"),
        range(LIKELIEST, logits.size),
        key=followed.CLASS,
        format_func=words,
        persist_state="session",
        width=WIDTH,
    )
    if chosen != LIKELIEST or not differs:
        language_choice.renew(followed.AGAINST)
        st.selectbox(
            tr("Against"),
            range(followed.NO_CLASS, logits.size),
            key=followed.AGAINST,
            format_func=other,
            persist_state="session",
            width=WIDTH,
            help=tr(
                "The difference of the two classes' logits is followed: it says what speaks for "
                "one and not for the other."
            ),
        )
    return of_now(logits)


def named(inspection: Inspection, chosen: Followed) -> str:
    """What is followed, in words."""
    if chosen.against is None:
        return inspection.label(chosen.number)
    return f"{inspection.label(chosen.number)} − {inspection.label(chosen.against)}"


def choose_true(inspection: Inspection, logits: Array) -> None:
    """The class that the picture really is of, where the person knows it."""
    language_choice.renew(followed.TRUE)
    st.selectbox(
        tr("True class of this picture"),
        range(followed.NO_CLASS, logits.size),
        key=followed.TRUE,
        format_func=lambda n: inspection.label(n) if n != followed.NO_CLASS else tr("not given"),
        persist_state="session",
        help=tr(
            "What matters and What if then follow it against the class that the network answers."
        ),
    )
