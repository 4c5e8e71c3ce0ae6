"""Layers as a script: every block's gates by depth, and two blocks side by side."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Look
from dashboard.components.script_text import settings

DEPTH = """
# Every block's gates by depth
for activation in capture:
    low, quarter, median, three_quarters, high = np.quantile(
        activation.excitation[0], (0, 0.25, 0.5, 0.75, 1)
    )
    print(f"{activation.block.name}: from {low:.3f} to {high:.3f}, "
          f"half of them from {quarter:.3f} to {three_quarters:.3f}")
"""
TABLE = """
# Every block in numbers
summaries = sv.summarize(capture, reference=net.reference)
for s in summaries:
    print(f"{s.block.name}: {s.block.channels} channels, reduction {s.block.reduction}, "
          f"mean {s.mean:.3f}, spread {s.std:.3f}, lowest {s.minimum:.3f}, "
          f"highest {s.maximum:.3f}, entropy {s.entropy:.2f} bits, near 0 {s.near_zero:.1%}, "
          f"near 1 {s.near_one:.1%}, constant {s.constant}, {s.proof}, {s.relative_error:.1e}")
"""
TWO = """
# The two blocks: their most open and most shut channels
for name in (first, second):
    gate = capture[name].excitation[0]
    order = gate.argsort(kind="stable")[::-1]
    print(f"{name}: most open " + ", ".join(f"ch {c} {gate[c]:.3f}" for c in order[:4]))
    print(f"{name}: most shut " + ", ".join(f"ch {c} {gate[c]:.3f}" for c in order[-4:]))
"""


FIGURES = (
    "depth_by_channel(capture, image=0)",
    "depth_distributions(capture, image=0)",
    "two_blocks(capture[first], capture[second], image=0)",
)


@dataclass(frozen=True, slots=True)
class Layers:
    """All blocks of one picture; ``first`` and ``second`` are the two set side by side."""

    look: Look
    first: str
    second: str


def script(shown: Layers) -> list[str]:
    """The parts of it."""
    blocks = settings(first=shown.first, second=shown.second)
    return [script_opening.captured(shown.look), DEPTH, TABLE, blocks, TWO, drawn(*FIGURES)]
