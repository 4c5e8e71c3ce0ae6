"""What a command says of a data set: how classes were told, and what was left out of it."""

from collections.abc import Sequence

from senet_viz.core.left_out import LeftOut, sum_up

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
