"""What matters as a script: channels, blocks, and accuracy over labelled pictures."""

import streamlit as st

from dashboard import measuring, state
from dashboard.code import opening
from dashboard.code.complete import settings
from dashboard.subject import Subject

CHANNELS = """
# Each channel's gate of the block is replaced in turn: how far does the logit change?
batch = net.preprocess(image)
effects = channel_effects(net.model, batch, block, followed, put=put)
names = net.labels or range(seen.logits.shape[1])
print(f"{names[followed]}: logit {effects.logit:.3f}, {effects.probability:.1%}")
for c in effects.most_effective(8):
    print(f"channel {c}: gate {effects.gate[c]:.3f}, logit {effects.change[c]:+.3f}, "
          f"estimated {effects.estimate[c]:+.3f}, "
          f"probability {100 * effects.probability_change[c]:+.1f} points")
print(f"rank correlation of gate and effect: {effects.rank_correlation}")
print(f"rank correlation of effect and estimate: {effects.estimate_correlation}")
"""
USUAL = "usual = {name: net.reference.usual(name)[0] for name in seen.names}"
BLOCKS = """
# All gates of each block replaced at once
by_block = block_effects(net.model, batch, followed, usual=usual)
for e in by_block:
    print(f"{e.block.name}, gates {e.how}: logit {e.logit_change:+.3f}, "
          f"probability {100 * e.probability_change:+.1f} points")
"""
BATCHES = """
# Accuracy over labelled pictures with other gates
labelled = find_labelled(folder, net.labels).head({pictures})

def batches():
    for file, number in zip(labelled.files, labelled.classes):
        try:
            yield net.preprocess(sv.decode(file.read_bytes())), np.array([number])
        except sv.ImageError as error:
            print(f"not used: {{file.name}}: {{error}}")

"""
MEANS = "usual = mean_gates(net.model, (images for images, _ in batches()))\n"
ACCURACY = """\
for found in accuracy_effects(net.model, batches(), usual=usual):
    print(f"{found.pictures} pictures, accuracy as it is {found.accuracy:.1%}")
for e in found.effects:
    print(f"{e.block.name}, gates {e.how}: {100 * e.change:+.1f} "
          f"± {100 * e.standard_error:.1f} points, {e.won} won, {e.lost} lost")
"""
PUT = {"0": "0.0", "1": "1.0", "its usual value": "net.reference.usual(block)[0]"}


def script(looked: Subject) -> list[str]:
    """The parts of it, for the block, class and replacement now chosen."""
    chosen, logits = st.session_state, looked.seen.capture.logits
    if logits is None:
        return [opening.subject(looked)]
    number = chosen.get(measuring.CLASS)
    best = int(logits[0].argmax())
    followed = number if isinstance(number, int) and number >= 0 else best
    block = state.keep_block(looked.seen.capture.names)
    put = PUT[str(chosen.get(measuring.PUT, "0"))]
    usual = USUAL if looked.net.reference else "usual = None  # no reference statistics"
    parts = [opening.subject(looked), f"{settings(block=block, followed=followed)}\nput = {put}"]
    return [*parts, CHANNELS, usual, BLOCKS, *accuracy(looked)]


def accuracy(looked: Subject) -> list[str]:
    """The sweep over labelled pictures, where one was measured."""
    sweep = measuring.kept_sweep(looked.name)
    if sweep is None:
        return []
    means = MEANS if looked.net.reference is None else ""
    pictures = BATCHES.format(pictures=sweep.wanted)
    return [opening.folder(sweep.folder) + pictures + means + ACCURACY]
