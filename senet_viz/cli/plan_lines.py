"""The pictures of a plan, its blocks folded together, and the time of both networks."""

from typing import TYPE_CHECKING

from senet_viz.cli.verdict_table import points

if TYPE_CHECKING:
    from senet_viz.analysis.cost_records import Latency
    from senet_viz.analysis.removal_plan import JointRemoval, RemovalPlan


def headline(plan: "RemovalPlan") -> str:
    """The unchanged network, and over which pictures."""
    over = f"{plan.network} over {plan.source}"
    if plan.score is not None:
        known = plan.score
        if known.measure is None or known.value is None:
            return f"{over}: {plan.pictures:,} pictures, compared with what the whole network finds"
        return f"{over}: {known.measure} {known.value:.1%} over {plan.pictures:,} pictures"
    right = "right" if plan.truth == "labels" else "by its own answers"
    return f"{over}: {plan.right:,} of {plan.pictures:,} pictures {right}"


def print_joint(joint: "JointRemoval") -> None:
    """What blocks folded away together save and cost."""
    from senet_viz.analysis.effects import AccuracyChange
    from senet_viz.analysis.removal_plan import unit

    change = joint.change
    fewer = (
        f"together: {joint.parameters:,} parameters and {joint.multiply_adds:,} multiply-adds fewer"
    )
    if isinstance(change, AccuracyChange):
        print(
            f"{fewer}; right {change.right:,} before and {change.right_after:,} after of "
            f"{change.pictures:,} ({change.won} won, {change.lost} lost; {points(change)} points)"
        )
    else:
        print(f"{fewer}; {unit(joint.score)} {points(change)}")
    if joint.latency is not None:
        print_time(joint.latency)


def print_time(latency: "Latency") -> None:
    """The network before against the one after."""
    low, high = latency.quartiles
    print(
        f"before takes {latency.ratio:.3f} times as long as after (median of {latency.done} "
        f"rounds at batch 1; middle half {low:.3f} to {high:.3f})"
    )
