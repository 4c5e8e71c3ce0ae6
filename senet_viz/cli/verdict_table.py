"""The table of SE blocks that every command shows: verdict, and change without each block."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from senet_viz.analysis.removal_plan import BlockPlan, Change, RemovalPlan
    from senet_viz.removal.block_gates import Gates

GATES = ("SE block", "channels", "mean", "off mean", "between classes", "saturated")
MEASURED = ("parameters", "folded", "opened", "at its mean")


def print_verdicts(gates: "Gates", plan: "RemovalPlan | None" = None) -> None:
    """A line for each block by depth, the rule, and with a plan the measure of its changes."""
    from senet_viz.analysis.variance import NAMES, rule

    rows: list[tuple[str, ...]] = [(*GATES, *(MEASURED if plan is not None else ()), "verdict")]
    planned = {} if plan is None else {each.block.name: each for each in plan.blocks}
    for name, each in gates.items():
        split, share = each.split, each.split.block_share
        rows.append(
            (
                name,
                str(split.mean.size),
                f"{split.mean.mean():.3f}",
                f"{split.relative:.1%}",
                "not told" if math.isnan(share) else f"{share:.1%}",
                f"{each.saturated:.1%}",
                *(_measured(planned[name]) if name in planned else ()),
                NAMES[split.verdict],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others, words in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:-1], strict=True))
        print("  ".join((first.ljust(widths[0]), *cells, words)).rstrip())
    print(rule())
    if plan is not None:
        print(f"folded, opened (gates at 1), at its mean: {_unit(plan)}")
        for each_plan in plan.blocks:
            if each_plan.why_not:
                print(f"{each_plan.block.name} cannot be folded: {each_plan.why_not}")


def points(change: "Change") -> str:
    """A change with its standard error, where that is known, in hundredths."""
    error = change.standard_error
    shown = "" if math.isnan(error) else f" ± {100 * error:.2f}"
    return "no sure box" if math.isnan(change.change) else f"{100 * change.change:+.2f}{shown}"


def _measured(each: "BlockPlan") -> tuple[str, ...]:
    changes = (each.folded, each.opened, each.at_mean)
    shown = ("no" if change is None else points(change) for change in changes)
    return (f"{each.parameters:,}", *shown)


def _unit(plan: "RemovalPlan") -> str:
    """The measure that the changes refer to."""
    from senet_viz.analysis.removal_plan import unit

    return f"{unit(plan.score)} ± standard error, picture by picture"
