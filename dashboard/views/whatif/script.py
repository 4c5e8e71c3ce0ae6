"""What if as a script: the edits in force, what the network says then, and which gates follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Look
from dashboard.components.script_text import literal, settings
from dashboard.runtime.offers import Chosen
from senet_viz.analysis.gate_edits import GateEdit

DEFAULTS = GateEdit("", "one")
NO_EDIT = "before = after = capture\ngates = {}"
CLASS = """
# One class before and after
names = net.labels or range(before.logits.shape[1])
for moment, logits in (("before", before.logits[0]), ("after", after.logits[0])):
    share = sv.analysis.shares(logits, before.activation)[followed]
    rank = (logits > logits[followed]).sum() + 1
    print(f"{moment}: {names[followed]}: logit {logits[followed]:.3f}, {share:.1%}, rank {rank}")
shares = [sv.analysis.shares(each.logits[0], before.activation) for each in (before, after)]
for number in np.argsort(-shares[1], kind="stable")[:5]:
    was, now = (share[number] for share in shares)
    print(f"{names[number]}: {was:.1%} before, {now:.1%} after")
"""
SCENE = """
# What the network found before and after
for moment, scene in (("before", before.scene), ("after", after.scene)):
    numbers, times = np.unique(scene.classes, return_counts=True)
    print(moment, {net.labels[n] if net.labels else n: t for n, t in zip(numbers, times)})
"""
MOVED = """
# How far each block's gates moved, those set by an edit left out
for activation in before:
    name, own = activation.block.name, activation.excitation[0]
    left = np.isnan(gates.get(name, own * np.nan))
    moved = np.abs(after[name].excitation[0] - own)[left]
    print(f"{name}: {left.sum()} gates moved by {moved.mean() if left.any() else 0:.4f} on average")
"""


DIFFERENCE = """
difference = [float(c.logits[0, followed] - c.logits[0, against]) for c in (before, after)]
print(f"logit difference {difference[0]:.3f} before, {difference[1]:.3f} after")
"""
CHANGE = "prediction_change(before.logits[0], after.logits[0], labels=net.labels or None)"


Step = tuple[GateEdit, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The edits in force on one picture.

    ``blocks`` are all blocks by name; a step is what was added at once. ``pictures`` are those on
    offer, some of which edits take gates from. ``followed`` is the class followed and against
    which other, None where the network has no score a class; ``scene``: it has boxes or a class
    for each pixel. ``reference``: it has statistics of its gates.
    """

    look: Look
    blocks: tuple[str, ...]
    steps: tuple[Step, ...]
    pictures: tuple[Chosen, ...]
    followed: tuple[int, int | None] | None
    scene: bool
    reference: bool


def script(shown: WhatIf) -> list[str]:
    """The parts of it."""
    answer = [SCENE] if shown.scene else []
    if shown.followed is not None:
        number, against = shown.followed
        answer = [settings(followed=number), CLASS]
        if against is not None:
            answer += [settings(against=against), DIFFERENCE]
    edits = _edited(shown) if any(shown.steps) else NO_EDIT
    charts = [CHANGE] if shown.followed is not None else []
    if any(shown.steps):
        charts.append("gates_moved_by_depth(before, after, edited=gates)")
    figures = [drawn(*charts)] if charts else []
    return [script_opening.captured(shown.look), edits, *answer, MOVED, *figures]


def _edited(shown: WhatIf) -> str:
    """From the edits to ``before`` and ``after``."""
    edits = [edit for step in shown.steps for edit in step]
    needs = {edit.how for edit in edits}
    arguments = ["edits", "sv.analysis.gates_by_block(before)"]
    lines = ["before = capture", "edits = ["]
    lines += [f"    {line}," for step in shown.steps for line in _step(step, shown.blocks)]
    lines += ["]"]
    if "usual" in needs:
        lines += _usual(shown)
        arguments.append("usual=usual")
    if "transplant" in needs:
        lines += _transplants(edits, shown.pictures)
        arguments.append("transplants=transplants")
    lines += [
        f"gates = sv.analysis.edited_gates({', '.join(arguments)})",
        "with sv.override(net.model, gates):",
        "    after = sv.capture(net.model, net.preprocess(image))",
    ]
    return "\n".join(lines)


def _step(step: Step, every: tuple[str, ...]) -> list[str]:
    """One line for the same edit of several blocks, else one for each."""
    names = tuple(e.block for e in step)
    alike = {replace(e, block="") for e in step}
    if len(step) < 2 or len(alike) > 1:
        return [_edit(e, literal(e.block)) for e in step]
    if names == every:
        return [f"*({_edit(step[0], 'name')} for name in before.names)"]
    if names == every[-len(names) :]:
        return [f"*({_edit(step[0], 'name')} for name in before.names[{-len(names)}:])"]
    left = next(name for name in every if name not in names)
    return [f"*({_edit(step[0], 'name')} for name in before.names if name != {literal(left)})"]


def _edit(edit: GateEdit, block: str) -> str:
    """The edit as Python writes it, without what is left at its default."""
    parts = [block, literal(edit.how)]
    for field in ("channels", "value", "seed"):
        if getattr(edit, field) != getattr(DEFAULTS, field):
            parts.append(f"{field}={getattr(edit, field)!r}")
    if edit.source:
        parts.append(f"source={literal(_slug(edit.source))}")
    return f"sv.analysis.GateEdit({', '.join(parts)})"


def _usual(shown: WhatIf) -> list[str]:
    if shown.reference:
        return ["usual = {name: net.reference.usual(name)[0] for name in before.names}"]
    return [
        script_opening.pictures(shown.pictures),
        "rows = [",
        "    sv.analysis.gates_by_block(sv.capture(net.model, net.preprocess(picture)))",
        "    for picture in pictures",
        "]",
        "usual = {name: np.mean([row[name] for row in rows], axis=0) for name in before.names}",
    ]


def _transplants(edits: Sequence[GateEdit], pictures: Sequence[Chosen]) -> list[str]:
    on_offer = {offer.key: offer for offer in pictures}
    sources = dict.fromkeys(e.source for e in edits if e.how == "transplant")
    lines = ["transplants = {"]
    for key in sources:
        source = f"sv.capture(net.model, net.preprocess({script_opening.decoded(on_offer[key])}))"
        lines += [
            f"    {literal(_slug(key))}: sv.analysis.gates_by_block(",
            f"        {source}",
            "    ),",
        ]
    return [*lines, "}"]


def _slug(key: str) -> str:
    """An upload goes by the start of its sha256."""
    return key[:12]
