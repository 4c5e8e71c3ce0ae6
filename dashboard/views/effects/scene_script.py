"""What matters as a script, for a network that finds boxes or a class map."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_labelled import Folder
from dashboard.components.script_opening import Look
from dashboard.components.script_text import settings
from dashboard.views.effects.script import PUT

MEASURED = """
# Each channel's gate of the block is replaced in turn: how far does what is found change?
batch = net.preprocess(image)
effects = sv.experiments.scene_channel_effects(net.model, batch, block, put=put)
for c in effects.most_effective(8, lowest):
    print(f"channel {c}: gate {effects.gate[c]:.3f}, change {effects.sizes(lowest)[c]:+.4f}")

# All gates of each block replaced at once
usual = net.reference and {name: net.reference.usual(name)[0] for name in capture.names}
by_block = sv.experiments.scene_block_effects(net.model, batch, usual=usual)
for e in by_block:
    print(f"{e.block.name}, gates {e.how}: {e.size(lowest):+.4f}")
"""
PICTURES = """
# The same over pictures, in their own shape
scenes = sv.experiments.find_scenes(folder, net.labels, boxes={boxes}).head({pictures})

def inputs():
    for file in scenes.files:
        try:
            given, truth = sv.decode(file.read_bytes()), scenes.truth(file)
            yield net.preprocess.uncropped(given), truth if net.preprocess.whole else None
        except sv.ImageError as error:
            print(f"not used: {{file.name}}: {{error}}")

usual = usual or sv.experiments.mean_gates(net.model, (given for given, _ in inputs()))
for over in sv.experiments.scene_accuracy_effects(net.model, inputs(), usual=usual):
    print(f"{{over.pictures}} pictures")
print(f"as it is: {{over.measure}} {{over.truth}}")
for e in over.effects:
    print(f"{{e.block.name}}, gates {{e.how}}: {{e.change:+.4f}} ± {{e.standard_error:.4f}}, "
          f"{{over.measure}} {{e.truth_change}}")
"""


@dataclass(frozen=True, slots=True)
class SceneEffects:
    """What is replaced in one picture, and over which pictures it was.

    ``put`` is a key of ``PUT``; boxes count from the score ``lowest`` on.
    """

    look: Look
    block: str
    put: str
    lowest: float
    boxes: bool
    sweep: Folder | None


def script(shown: SceneEffects) -> list[str]:
    """The parts of it."""
    chosen = settings(block=shown.block, lowest=shown.lowest)
    over = [] if shown.sweep is None else [pictures(shown.sweep, boxes=shown.boxes)]
    return [
        script_opening.captured(shown.look),
        f"{chosen}\nput = {PUT[shown.put]}",
        MEASURED,
        drawn("scene_blocks_by_depth(by_block, picked=block, lowest=lowest)"),
        *over,
    ]


def pictures(folder: Folder, *, boxes: bool) -> str:
    """The sweep over the pictures of a folder."""
    lines = PICTURES.format(boxes=boxes, pictures=folder.pictures)
    return script_opening.folder(folder.named) + "\n" + lines
