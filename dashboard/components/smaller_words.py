"""What a network made smaller comes to, in sentences: right answers, and time."""

from dashboard.components import verdict_table
from senet_viz.analysis.cost_records import Latency
from senet_viz.analysis.removal_plan import Change, SceneScore, unit
from senet_viz.analysis.scene_effects import FindingsChange
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import signed


def answers(change: Change, score: SceneScore | None = None) -> str:
    """Right answers of both networks on the same pictures, or the change in what they find."""
    if isinstance(change, FindingsChange):
        what = unit(score)
        return tr(
            "{what}: {points}.",
            what=what[:1].upper() + what[1:],
            points=verdict_table.points(change),
        )
    return tr(
        "Right answers: {before} before and {after} after of {pictures} ({won} won, {lost} lost), "
        "{change} ± {error:.2f} points.",
        before=change.right,
        after=change.right_after,
        pictures=change.pictures,
        won=change.won,
        lost=change.lost,
        change=signed(100 * change.change, decimals=2),
        error=100 * change.standard_error,
    )


def time(latency: Latency | None) -> str:
    """How long the network before takes against the one after; "" where it was not timed."""
    if latency is None:
        return ""
    low, high = latency.quartiles
    words = tr(
        "Before takes {ratio:.3f} times as long as after (middle half {low:.3f} to {high:.3f}, "
        "{rounds} rounds at batch 1).",
        ratio=latency.ratio,
        low=low,
        high=high,
        rounds=latency.done,
    )
    no_faster = tr("That is no faster.")
    return words if low > 1 else f"{words} {no_faster}"
