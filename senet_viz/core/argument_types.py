"""Types of command-line arguments: valid numbers, or one sentence that says which are valid."""

import argparse
from collections.abc import Callable


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


def share(text: str) -> float:
    """An argparse type: numbers above 0, up to 1.

    >>> share("0.1")
    0.1
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} was given; give a number above 0, up to 1, such as 0.1"
        )
    return number
