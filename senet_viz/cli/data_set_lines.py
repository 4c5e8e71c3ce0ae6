"""What a command says of a data set: how classes were told, what was left out, what was noted."""

from collections.abc import Sequence

from senet_viz.core.left_out import LeftOut, sum_up
from senet_viz.core.picture_remarks import Remark

SHOWN = 3  # names of each reason


def print_data_set(told: str, left_out: Sequence[LeftOut] | None) -> None:
    """A line each; None where an earlier version did not count what it left out."""
    if told:
        print(told)
    if left_out is None:
        print("What was left out of the input was not counted.")
        return
    print(sum_up(left_out))
    for each in left_out:
        some = ", ".join(each.examples[:SHOWN])
        more = ", …" if each.count > min(len(each.examples), SHOWN) else ""
        print(f"  {each.words}: {some}{more}" if some else f"  {each.words}")


def print_remarks(remarks: Sequence[Remark]) -> None:
    """What was noted in reading the pictures, a line for each kind of note."""
    if remarks:
        print("Noted in reading the pictures:")
    for each in remarks:
        print(f"  {each.words}")
