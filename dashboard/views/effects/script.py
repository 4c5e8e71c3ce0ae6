"""What matters as a script: channels, blocks, and accuracy over labelled pictures."""

from dataclasses import dataclass

from dashboard.components import script_labelled, script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_labelled import Folder
from dashboard.components.script_opening import Look
from dashboard.components.script_text import settings

CHANNELS = """
# Each channel's gate of the block is replaced in turn: how far does the logit change?
batch = net.preprocess(image)
effects = sv.experiments.channel_effects(
    net.model, batch, block, followed, against=against, put=put
)
names = net.labels or range(capture.logits.shape[1])
print(f"{names[followed]}: logit {effects.logit:.3f}, {effects.probability:.1%}")
for c in effects.most_effective(8):
    print(f"channel {c}: gate {effects.gate[c]:.3f}, logit {effects.change[c]:+.3f}, "
          f"estimated {effects.estimate[c]:+.3f}, "
          f"probability {100 * effects.probability_change[c]:+.1f} points")
print(f"rank correlation of gate and effect: {effects.rank_correlation}")
print(f"rank correlation of effect and estimate: {effects.estimate_correlation}")
"""
FAITHFUL = """
# Channels replaced, and given back, by each ranking: which names those the answer rests on?
deleted = sv.experiments.delete_channels(net.model, batch, effects)
for curve in deleted:
    print(f"{curve.ranking}: mean fall {curve.area_of_fall:.3f}, "
          f"mean rise {curve.area_of_rise:.3f}")
"""
CURVES = (
    "channels_deleted(deleted, label=str(names[followed]))",
    "channels_inserted(deleted, label=str(names[followed]))",
)
USUAL = "usual = {name: net.reference.usual(name)[0] for name in capture.names}"
BLOCKS = """
# All gates of each block replaced at once
by_block = sv.experiments.block_effects(
    net.model, batch, followed, against=against, usual=usual
)
for e in by_block:
    print(f"{e.block.name}, gates {e.how}: logit {e.logit_change:+.3f}, "
          f"probability {100 * e.probability_change:+.1f} points")
"""
MEANS = "usual = sv.experiments.mean_gates(net.model, (images for images, _ in batches()))\n"
ACCURACY = """\
for sweep in sv.experiments.accuracy_effects(net.model, batches(), usual=usual):
    print(f"{sweep.pictures} pictures, accuracy as it is {sweep.accuracy:.1%}")
for e in sweep.effects:
    print(f"{e.block.name}, gates {e.how}: {100 * e.change:+.1f} "
          f"± {100 * e.standard_error:.1f} points, {e.won} won, {e.lost} lost")
"""
ESTIMATES = "estimate_against_measured(effects, picked=effects.most_effective(1)[0])"
BLOCKS_DRAWN = "blocks_by_depth(by_block, label=str(names[followed]), picked=block)"
DIFFERENCES = (
    'blocks_by_depth(by_block, label=f"{names[followed]} − {names[against]}", picked=block, '
    'by="logit")'
)
PUT = {"0": "0.0", "1": "1.0", "its usual value": "net.reference.usual(block)[0]"}


@dataclass(frozen=True, slots=True)
class Effects:
    """What is replaced in one picture, and over which labelled pictures it was.

    ``against`` is the class that ``followed`` is followed against, if any. ``put`` is a key of
    ``PUT``; ``reference``: the network has statistics of its gates; ``faithful``: rankings were
    put to the test.
    """

    look: Look
    block: str
    followed: int
    against: int | None
    put: str
    reference: bool
    faithful: bool
    sweep: Folder | None


def script(shown: Effects) -> list[str]:
    """The parts of it."""
    usual = USUAL if shown.reference else "usual = None  # no reference statistics"
    chosen = settings(block=shown.block, followed=shown.followed, against=shown.against)
    return [
        script_opening.captured(shown.look),
        f"{chosen}\nput = {PUT[shown.put]}",
        CHANNELS,
        *([FAITHFUL, drawn(*CURVES)] if shown.faithful else []),
        usual,
        BLOCKS,
        drawn(ESTIMATES, BLOCKS_DRAWN if shown.against is None else DIFFERENCES),
        *accuracy(shown),
    ]


def accuracy(shown: Effects) -> list[str]:
    """The sweep over labelled pictures, where one was measured."""
    if shown.sweep is None:
        return []
    means = "" if shown.reference else MEANS
    return [script_labelled.batches(shown.sweep) + means + ACCURACY]
