"""Stability as a script: the perturbed picture, the gates along one perturbation, every block."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Look
from dashboard.components.script_text import literal, literals, settings
from senet_viz.core.records import PerturbationKind
from senet_viz.pictures.perturbations import SCALES
from senet_viz.pictures.samples import SAMPLES

CHANGED = """
# The picture under all perturbations at once, and what the network says of it
perturbed = sv.experiments.perturb(image, perturbations)
changed = sv.capture(net.model, net.preprocess(perturbed), features="none")
"""
ANSWERS = """
names = net.labels or range(capture.logits.shape[1])
before, after = (
    sv.analysis.shares(each.logits[0], capture.activation) for each in (capture, changed)
)
for number in np.argsort(-np.maximum(before, after), kind="stable")[:5]:
    print(f"{names[number]}: {before[number]:.1%} as given, {after[number]:.1%} perturbed")
"""
SWEEP = """
# The gates while one kind of perturbation grows; the others stay where they are
fixed = [p for p in perturbations if p.kind != kind]
moved = sv.experiments.trajectories(net, image, kind, fixed=fixed)
"""
MOVING = "channels = moved.most_moving(block, 5)"
ALONG = """
for c in channels:
    print(f"{block} channel {c}, {kind} {moved.strengths}: {moved.gates[block][:, c].round(3)}")
    print(f"    as perturbed {changed[block].excitation[0, c]:.3f}")
if moved.followed is not None:
    print(f"probability of {names[moved.followed]}: {moved.probability.round(3)}")
"""
BLOCKS = """
# How stable each block is, against what another picture does to its gates
ratio = sv.analysis.relative_movement(moved, sv.experiments.gate_spread(net, samples))
for name, movement, relative in zip(moved.names, moved.movement, ratio):
    print(f"{name}: gates moved by {movement:.4f}, {relative:.1%} of what pictures do")
"""
ATTACKED = """
# The picture attacked: by at most so many grey levels, against the network's own answer
batch = net.preprocess(image)
changed_batch = sv.experiments.attack(net, batch, kind=attack, epsilon=levels)
given, attacked = (
    sv.analysis.channel_use(sv.capture(net.model, each)) for each in (batch, changed_batch)
)
for i, name in enumerate(given.names):
    print(f"{name}: evenness {given.features[0, i]:.3f} as given, {attacked.features[0, i]:.3f} "
          f"attacked; of its gates {given.gates[0, i]:.3f} and {attacked.gates[0, i]:.3f}")
"""
STRENGTH = """
strength = next(p.strength for p in perturbations if p.kind == kind)
gates = changed[block].excitation[0]
"""
FIGURES = (
    "gate_trajectories(moved, block, channels, strength=strength, gates=gates)",
    "class_trajectory(moved, strength=strength, labels=net.labels or None)",
)
USE = "use_by_depth(given, attacked, selected=block)"


@dataclass(frozen=True, slots=True)
class Attacking:
    """An attack by "fgsm" or "pgd", and its largest change in grey levels."""

    kind: str
    levels: int


@dataclass(frozen=True, slots=True)
class Stability:
    """A perturbed picture, and the kind of perturbation that its gates are followed along.

    ``channels`` are those picked; without one, those that move most. ``classes``: the network
    ends in one score a class; ``reference``: it has statistics of its gates.
    """

    look: Look
    strengths: tuple[tuple[PerturbationKind, float], ...]
    kind: PerturbationKind
    block: str
    channels: tuple[int, ...]
    classes: bool
    reference: bool
    attack: Attacking | None = None


def script(shown: Stability) -> list[str]:
    """The parts of it."""
    samples = "[]  # the network has its own"
    if not shown.reference:
        of = literals([s.name for s in SAMPLES])
        samples = f"[sv.decode(sv.load_sample(name)) for name in {of}]"
    channels = f"channels = {shown.channels!r}" if shown.channels else MOVING
    figures, attacked = list(FIGURES if shown.classes else FIGURES[:1]), []
    if shown.attack is not None:
        attacked = [settings(attack=shown.attack.kind, levels=shown.attack.levels), ATTACKED]
        figures.append(USE)
    return [
        script_opening.captured(shown.look),
        perturbations(shown),
        CHANGED + (ANSWERS if shown.classes else ""),
        settings(kind=shown.kind, block=shown.block),
        SWEEP + channels + ALONG,
        f"samples = {samples}" + BLOCKS,
        STRENGTH,
        *attacked,
        drawn(*figures),
    ]


def perturbations(shown: Stability) -> str:
    """All six kinds; those that change nothing say so."""
    lines = ["perturbations = ["]
    for kind, strength in shown.strengths:
        nothing = "  # changes nothing" if strength == SCALES[kind].none else ""
        lines.append(f"    sv.experiments.Perturbation({literal(kind)}, {strength!r}),{nothing}")
    return "\n".join([*lines, "]"])
