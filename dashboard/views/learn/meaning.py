"""What a gate does not mean, each point with a number from the picked block."""

from math import prod

import numpy as np
import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime.views import view
from dashboard.views.learn.lesson import Lesson
from senet_viz.core.arrays import Array
from senet_viz.core.translation import tr

MOST = 8


def meaning(lesson: Lesson) -> None:
    """A gate shows no importance, no place and no cause."""
    st.subheader(tr("What a gate does not mean"), anchor=False)
    gates = lesson.activation.excitation[0]
    top = min(MOST, len(gates))
    points = (
        (
            tr("Not importance."),
            tr(
                "An open gate on weak maps passes little on. Of the {top} most open channels of "
                "this block, {shared} are among the {top} that are strongest behind it. Later "
                "layers can scale a channel up again, or never use it.",
                top=top,
                shared=shared(gates, behind(lesson), top),
            ),
        ),
        (
            tr("Not a place."),
            tr(
                "One gate stands for all {places} places of a map. It cannot say where in the "
                "picture something is; only the map can.",
                places=prod(lesson.activation.places),
            ),
        ),
        (
            tr("Not a cause."),
            tr(
                "A gate that is open for dogs is not necessarily the reason for the answer dog. To "
                "measure the effect of a channel on the answer, remove it."
            ),
        ),
    )
    for column, (head, body) in zip(st.columns(3, gap="medium"), points, strict=True):
        column.markdown(f"**{plain(head)}** {plain(body)}")
    st.page_link(view("effects").page, label=tr("Measure what matters"), icon=view("effects").icon)


def behind(lesson: Lesson) -> Array:
    """How strong each channel is after its gate (c,): the mean size of its map."""
    strength: Array = np.abs(lesson.activation.recalibrated[0]).mean(axis=(1, 2))
    return strength


def shared(one: Array, two: Array, top: int) -> int:
    """How many of the ``top`` largest of both are the same.

    >>> shared(np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0]), 2)
    1
    """
    firsts = [set(np.argsort(-values, kind="stable")[:top].tolist()) for values in (one, two)]
    return len(firsts[0] & firsts[1])
