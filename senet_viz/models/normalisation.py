"""Mean and deviation as a person gives them: three numbers on a scale of 0 to 1, or a sentence."""

from collections.abc import Sequence
from math import isfinite

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr

Triple = tuple[float, float, float]
PIXEL = 255.0  # the other scale in use: that of the file's own numbers
DIGITS = 3


def checked_mean(values: Sequence[float]) -> Triple:
    """Three numbers from 0 to 1; a WeightsError for any others, those on a scale to 255 named so.

    >>> checked_mean([0.485, 0.456, 0.406])
    (0.485, 0.456, 0.406)
    """
    if len(values) != 3 or not all(isfinite(v) for v in values):
        raise WeightsError(
            tr(
                "the mean was given as {given}. Give three numbers, for red, green and "
                "blue on a scale of 0 to 1.",
                given=_given(values),
            )
        )
    if max(values) > 1 and min(values) >= 0 and max(values) <= PIXEL:
        raise WeightsError(
            tr(
                "the mean was given as {given}, which is on a scale of 0 to 255. Divide mean and "
                "deviation by 255: on the scale of 0 to 1 used here the mean is {scaled}.",
                given=_given(values),
                scaled=_scaled(values),
            )
        )
    if not all(0 <= v <= 1 for v in values):
        raise WeightsError(
            tr(
                "the mean was given as {given}, but on a scale of 0 to 1 a mean lies between 0 and "
                "1. Give three such numbers, for red, green and blue.",
                given=_given(values),
            )
        )
    return triple(values)


def checked_deviation(values: Sequence[float]) -> Triple:
    """Three numbers above 0 and up to 1, where 1 leaves the scale as it is; the same for others.

    >>> checked_deviation([0.229, 0.224, 0.225])
    (0.229, 0.224, 0.225)
    """
    if len(values) != 3 or not all(isfinite(v) and v > 0 for v in values):
        raise WeightsError(
            tr(
                "the standard deviation was given as {given}. Give three numbers above 0, "
                "for red, green and blue on a scale of 0 to 1.",
                given=_given(values),
            )
        )
    if max(values) > 1:
        raise WeightsError(
            tr(
                "the standard deviation was given as {given}, but on a scale of 0 to 1 it is never "
                "above 1. If it is on a scale of 0 to 255, divide mean and deviation by 255, which "
                "gives {scaled} here.",
                given=_given(values),
                scaled=_scaled(values),
            )
        )
    return triple(values)


def triple(values: Sequence[float]) -> Triple:
    """Of red, green and blue."""
    red, green, blue = (float(v) for v in values)
    return red, green, blue


def _given(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values) or tr("nothing")


def _scaled(values: Sequence[float]) -> str:
    return ", ".join(f"{v / PIXEL:.{DIGITS}g}" for v in values)
