"""Inspect as a script: prediction, every block, the picked block and the picked gate's sum."""

import streamlit as st

from dashboard import services, state
from dashboard.code import opening
from dashboard.code.complete import settings
from dashboard.subject import Subject
from senet_viz.errors import BlockError, CaptureError
from senet_viz.records import Capture
from senet_viz.scenes import Detection

CLASSES = """
# What the network says: the five likeliest classes
shares = softmax(seen.logits[0])
names = net.labels or range(shares.size)
for number in np.argsort(-shares, kind="stable")[:5]:
    print(f"{names[number]}: {shares[number]:.1%}")
"""
BOXES = """
# What the network found, the surest first
for box, score, number in zip(seen.scene.boxes, seen.scene.scores, seen.scene.classes):
    if score >= lowest_score:
        print(f"{net.labels[number] if net.labels else number}: {score:.3f} at {box.round(1)}")
"""
REGIONS = """
# What the network found: the share of the picture of each class
numbers, pixels = np.unique(seen.scene.classes, return_counts=True)
for number, share in zip(numbers, pixels / seen.scene.classes.size):
    print(f"{net.labels[number] if net.labels else number}: {share:.1%}")
"""
BLOCKS = """
# Every block: its gates in numbers, and whether features x gate gave its output
summaries = sv.summarize(seen, reference=net.reference)
for s in summaries:
    print(f"{s.block.name}: mean gate {s.mean:.3f}, near 0 {s.near_zero:.0%}, "
          f"near 1 {s.near_one:.0%}, {s.proof}, error {s.relative_error:.1e}")
"""
BLOCK = """
activation = seen[block]
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


def script(looked: Subject) -> list[str]:
    """The parts of it, for the block, channel, unit and order now chosen.

    Other views that show one block of one picture can offer it too: what was never chosen is as
    Inspect begins.
    """
    seen, chosen = looked.seen.capture, st.session_state
    block = state.keep_block(seen.names)
    activation = seen[block]
    unusual = chosen.get(state.ORDER) == "unusual" and looked.net.reference is not None
    top = int(chosen.get(state.TOP) or 8)
    ranking = services.ranking(activation, looked.net, top=top, unusual=unusual)
    channel = state.keep_channel(len(ranking.order), int(ranking.order[0]))
    parts = [opening.subject(looked), *prediction(seen), BLOCKS]
    parts += [settings(block=block, channel=channel, top=top), BLOCK]
    parts += [(BY_USUAL if unusual else BY_GATE) + RANKED]
    try:
        account = services.account(activation, channel)
    except (BlockError, CaptureError):
        return parts  # this block's gates are no such sum
    parts.append(WHY)
    if account.units:
        unit = state.keep_unit(len(account.units), account.order[0])
        parts += [settings(unit=unit), UNIT]
    return parts


def prediction(seen: Capture) -> list[str]:
    """What is printed of the answer, for ``seen`` of any kind of network."""
    if seen.logits is not None:
        return [CLASSES]
    if isinstance(seen.scene, Detection):
        lowest = float(st.session_state.get(state.SCORE, 0.5))
        return [settings(lowest_score=lowest), BOXES]
    return [REGIONS] if seen.scene is not None else []
