"""One block of one picture as a script: prediction, every block, the picked one, a gate's sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Look
from dashboard.components.script_text import settings

CLASSES = """
# What the network says: the five likeliest classes
shares = sv.analysis.shares(capture.logits[0], capture.activation)
names = net.labels or range(shares.size)
for number in np.argsort(-shares, kind="stable")[:5]:
    print(f"{names[number]}: {shares[number]:.1%}")
"""
BOXES = """
# What the network found, the surest first
for box, score, number in zip(capture.scene.boxes, capture.scene.scores, capture.scene.classes):
    if score >= lowest_score:
        print(f"{net.labels[number] if net.labels else number}: {score:.3f} at {box.round(1)}")
"""
REGIONS = """
# What the network found: the share of the picture of each class
numbers, pixels = np.unique(capture.scene.classes, return_counts=True)
for number, share in zip(numbers, pixels / capture.scene.classes.size):
    print(f"{net.labels[number] if net.labels else number}: {share:.1%}")
"""
BLOCKS = """
# Every block: its gates in numbers, and whether features x gate gave its output
summaries = sv.summarize(capture, reference=net.reference)
for s in summaries:
    print(f"{s.block.name}: mean gate {s.mean:.3f}, near 0 {s.near_zero:.0%}, "
          f"near 1 {s.near_one:.0%}, {s.proof}, error {s.relative_error:.1e}")
"""
BLOCK = """
activation = capture[block]
gate, squeeze = activation.excitation[0], activation.squeeze[0]

# Its gates as a histogram, and its channels in order
counts, edges = np.histogram(gate, bins=20, range=(0, 1))
print(f"{block}: channels in each twentieth of 0 to 1: {counts}")
"""
BY_GATE = "ranking = sv.rank_channels(activation, top=top)"
BY_USUAL = "ranking = sv.rank_channels(activation, top=top, usual=net.reference.usual(block))"
RANKED = """
for words, channels in (("enhanced", ranking.enhanced), ("suppressed", ranking.suppressed)):
    print(f"most {words}: " + ", ".join(f"ch {c} {gate[c]:.3f}" for c in channels))
print(f"channel {channel}: squeeze {squeeze[channel]:.3f}, gate {gate[channel]:.3f}, "
      f"rank {ranking.rank(channel)} of {len(ranking.order)}")
"""
WHY = """
# Why this gate: bias and parts add up to its logit, the largest part first
account = sv.explain_gate(activation, channel)
print(f"gate {account.gate:.3f}, logit {account.logit:.3f}, bias {account.bias:.3f}")
for part in account.order[:8]:
    print(f"{'unit' if account.units else 'channel'} {part}: {account.contribution[part]:+.3f}")
"""
UNIT = """
# One hidden unit of it, and the channels that drive it
driven = account.units[unit]
print(f"unit {unit}: {driven.before:.3f} before its non-linearity, {driven.value:.3f} after")
for c in np.argsort(-np.abs(driven.contribution), kind="stable")[:8]:
    print(f"channel {c}: {driven.contribution[c]:+.3f}")
"""


USUAL = "usual = net.reference.usual(block) if net.reference else None"
GATES = (
    "gate_histogram(activation, image=0)",
    "sorted_gates(activation, ranking, usual=usual)",
)


Answer = Literal["classes", "boxes", "regions", "none"]


@dataclass(frozen=True, slots=True)
class OneBlock:
    """What is shown of a block, and of one of its channels.

    ``answer`` is what the network ends in; boxes are printed from ``lowest_score`` on. ``top``
    channels are printed of both ends, in order of gate, or against their usual gates where
    ``unusual``. ``explained``: the gate is a plain sum, of hidden units where one is picked.
    """

    look: Look
    answer: Answer
    block: str
    channel: int
    top: int
    unusual: bool
    explained: bool
    unit: int | None
    lowest_score: float


def script(shown: OneBlock, *, more: Sequence[str] = (), figures: Sequence[str] = ()) -> list[str]:
    """The parts of it, with ``more`` before the figures, and more of those."""
    parts = [script_opening.captured(shown.look), *prediction(shown), BLOCKS]
    parts += [settings(block=shown.block, channel=shown.channel, top=shown.top), BLOCK]
    parts += [(BY_USUAL if shown.unusual else BY_GATE) + RANKED]
    if shown.explained:
        parts.append(WHY)
    if shown.unit is not None:
        parts += [settings(unit=shown.unit), UNIT]
    charts = ["top_classes(capture.logits[0], labels=net.labels or None)"]
    charts = charts if shown.answer == "classes" else []
    return [*parts, *more, USUAL, drawn(*charts, *GATES, *figures)]


def prediction(shown: OneBlock) -> list[str]:
    """What is printed of the answer."""
    return {
        "classes": [CLASSES],
        "boxes": [settings(lowest_score=shown.lowest_score), BOXES],
        "regions": [REGIONS],
        "none": [],
    }[shown.answer]
