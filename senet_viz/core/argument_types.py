"""Types of command-line arguments: valid numbers, or one sentence that says which are valid."""

import argparse
from collections.abc import Callable
from math import isfinite


def whole_number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """An argparse type: whole numbers from ``lowest`` to ``highest``, both included.

    >>> whole_number(1, 256)("8")
    8
    """
    wanted = f"from {lowest} to {highest}" if highest is not None else f"of {lowest} or more"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or number < lowest or (highest is not None and number > highest):
            raise argparse.ArgumentTypeError(
                f"{text!r} was given; give a whole number {wanted}"
            ) from None
        return number

    return parse


positive_int = whole_number(1)
non_negative_int = whole_number(0)
port_number = whole_number(1, 65535)


def non_negative_float(text: str) -> float:
    """An argparse type: finite numbers of 0 or more.

    >>> non_negative_float("0.01")
    0.01
    """
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError(
            f"{text!r} was given; give a number of 0 or more, such as 0.01"
        )
    return number
