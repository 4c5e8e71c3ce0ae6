"""The versions trained in the block's place as a script: over seeds, by epoch, on this picture."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_text import settings
from dashboard.runtime.offers import Chosen
from senet_viz.core.records import Version
from senet_viz.figures.baselines.curve_charts import LEVELS

SEEDS = """
# The four versions trained several times: accuracy over seeds
runs = sv.analysis.read_runs(sv.models.ASSETS / "comparison.json")
for version in runs.versions:
    accuracy, lead = runs.accuracy(version), runs.lead(version, "plain")
    print(f"{version}: top-1 {accuracy.mean:.1%} ± {accuracy.deviation:.1%} "
          f"over {accuracy.seeds} seeds, lead over nothing there {100 * lead.mean:+.1f} points")
for version in runs.versions:
    for other in runs.versions:
        print(f"{version} and {other} agree on {runs.agreement(version, other):.1%}")
"""
SHORT = 'runs = sv.analysis.read_runs(sv.models.ASSETS / "comparison.json").runs'
LONG = """\
runs = [
    sv.analysis.TrainedRun(
        version, 0, sv.analysis.read_log(sv.models.ASSETS / f"{name}.log.csv")
    )
    for name, version in stored
]"""
CURVES = """
# How soon each was good
for run in runs:
    last = run.log[-1]
    reached = {f"{level:.0%}": run.epochs_to(level) for level in levels}
    print(f"{run.version}, seed {run.seed}: validation loss {last.val_loss:.3f}, accuracy "
          f"{last.val_accuracy:.1%} after {len(run.log)} epochs; epochs to {reached}")
"""
BOTH_CURVES = ('training_curves(runs, what="loss")', 'training_curves(runs, what="accuracy")')
STORED = """
# The picture through the four stored networks
nets = {name: sv.load_model(name) for name in stored}
answers = {}
for name, net in nets.items():
    logits, places = sv.experiments.capture_places(net.model, net.preprocess(image))
    slots = sv.models.slot_names(net.model)
    costs = sv.costs.count_costs(net.model, net.preprocess.input_size, places=slots)
    answers[name] = sv.analysis.softmax(logits[0])
    best, error = answers[name].argmax(), max(p.relative_error for p in places)
    print(f"{name}: test accuracy {net.accuracy:.1%}, {costs.total.parameters:,} parameters, "
          f"{costs.total.multiply_adds:,} multiply-adds; says {net.labels[best]} "
          f"{answers[name][best]:.1%}, proof error {error:.1e}")
"""
PLACE = """
# The gains of each version at one place over the pictures chosen
gains = {}
for name in stored[:3]:
    net, rows = nets[name], []
    for picture in chosen:
        _, places = sv.experiments.capture_places(net.model, net.preprocess(picture))
        there = next(p for p in places if p.place == place)
        rows.append(sv.analysis.effective_gain(there.features, there.output)[0])
    gains[name] = np.stack(rows)
    print(f"{name}: mean gain {np.nanmean(rows):.3f}, moves by {np.nanmean(np.std(rows, 0)):.4f}")
"""
NAMES = 'chosen_names = [f"picture {number}" for number, _ in enumerate(chosen, start=1)]'
GAINS = (
    "gain_profiles(gains[stored[0]], pictures=chosen_names, "
    "what=place, gated=True, reach=(0.0, 1.0))"
)


@dataclass(frozen=True, slots=True)
class Seeds:
    """The versions over seeds: what there is to choose is in the script."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Training curves: of the ``stored`` networks by name, else of the runs over seeds."""

    stored: tuple[tuple[str, Version], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """One picture through the stored ``networks``; gains are compared over the ``chosen``."""

    picture: Chosen
    networks: tuple[str, ...]
    chosen: tuple[Chosen, ...]
    place: str


Part = Seeds | Curves | Stored


def script(shown: Part) -> list[str]:
    """The parts of it."""
    match shown:
        case Seeds():
            return [SEEDS, drawn('class_differences(runs, than="plain")')]
        case Curves():
            return curves(shown)
        case Stored():
            return stored(shown)


def curves(shown: Curves) -> list[str]:
    levels = settings(levels=list(LEVELS))
    if not shown.stored:
        return [SHORT, levels, CURVES, drawn(*BOTH_CURVES)]
    return [settings(stored=list(shown.stored)), LONG, levels, CURVES, drawn(*BOTH_CURVES)]


def stored(shown: Stored) -> list[str]:
    networks = settings(stored=list(shown.networks))
    parts = [f"{script_opening.image(shown.picture)}\n{networks}", STORED]
    if shown.chosen:
        parts += [
            script_opening.pictures(shown.chosen, to="chosen"),
            settings(place=shown.place),
            PLACE,
            NAMES,
            drawn(GAINS),
        ]
    return parts
