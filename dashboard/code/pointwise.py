"""SE and 1x1 convolution as a script: the section shown, and what is chosen there."""

from collections.abc import Callable

import streamlit as st

from dashboard import fitting, gain_pictures, measuring, state, subject, unpooling, watching
from dashboard.choices import sha256
from dashboard.code import opening, trained
from dashboard.code.complete import literal, settings
from dashboard.code.effects import BATCHES
from dashboard.services import EMBEDDED
from dashboard.subject import Subject

FITTED = """
# The best fixed scale and 1x1 convolution in each block's place; SE's own error is 0
batches = [net.preprocess(picture) for picture in pictures]
fits = list(sv.fit_blocks(net.model, lambda: batches))
for fit in fits:
    print(f"{fit.block.name}: left by the best fixed 1x1 convolution {fit.by_picture:.1%}, "
          f"by the best fixed scale {fit.held_out['scale']:.1%}, "
          f"by the features as they are {fit.held_out['unchanged']:.1%}, ridge {fit.ridge:g}")
"""
FILES = """
files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in PICTURES and f.is_file())
pictures = []
for i in np.random.default_rng(0).permutation(len(files))[:{most}]:
    try:
        pictures.append(sv.decode(files[i].read_bytes()))
    except sv.ImageError as error:
        print(f"not used: {{files[i].name}}: {{error}}")
"""
UNPOOLED = """
# The block's layers at every pixel, in place of once for all of them
pixels = at_pixels(net.model, net.preprocess(image), block)
gate, gates = pixels.excitation[0], pixels.gates[0]
spread = gates.std((1, 2))
for c in np.argsort(-spread, kind="stable")[:8]:
    print(f"channel {c}: gate {gate[c]:.3f}, at pixels {gates[c].mean():.3f} ± {spread[c]:.3f}")
"""
ANSWERS = """
# What the network says then
answers = without_pooling(net.model, net.preprocess(image), block)
names = net.labels or range(answers.logits.shape[1])
shares = [softmax(each[0]) for each in (answers.logits, answers.logits_one, answers.logits_all)]
for number in np.argsort(-shares[0], kind="stable")[:5]:
    own, one, every = (share[number] for share in shares)
    print(f"{names[number]}: {own:.1%}, {one:.1%} with this block alone, {every:.1%} with all")
print(f"the output of {block} changes by {answers.relative_change:.1%}")
"""
ACCURACY = """
for found in accuracy_without_pooling(net.model, batches(), block):
    pass  # each is the state after a few more pictures
for i, words in enumerate((block, "all blocks")):
    print(f"{words} without pooling: {found.accuracy + found.change(i):.1%} in place of "
          f"{found.accuracy:.1%}, ± {found.standard_error(i):.1%}")
"""
GAINS = """
# Gains over the pictures chosen: SE, and what is fitted to it on all pictures
(fit,) = sv.fit_blocks(
    net.model, lambda: [net.preprocess(p) for p in pictures], blocks=[block]
)
gains = {}
for picture in chosen:
    activation = sv.capture(net.model, net.preprocess(picture))[block]
    features = activation.require_features()
    mixed = effective_gain(features, fit.maps.mixed(features))
    gains.setdefault("squeeze and excitation", []).append(activation.excitation[0])
    gains.setdefault("fixed scale per channel (fitted)", []).append(fit.maps.scale)
    gains.setdefault("fixed 1x1 convolution (fitted)", []).append(mixed[0])
"""
GAINS_UNPOOLED = """
# The same weights without pooling
for picture in chosen:
    pixels = at_pixels(net.model, net.preprocess(picture), block)
    gain = effective_gain(pixels.features, pixels.features * pixels.gates)
    gains.setdefault("same weights without pooling", []).append(gain[0])
"""
GAINS_TRAINED = """
# Other networks, trained with something else at the same place
for other_name in others:
    other = sv.load_model(other_name)
    for picture in chosen:
        _, places = capture_places(other.model, other.preprocess(picture))
        place = next(p for p in places if p.place == block.rpartition(".")[0])
        gain = effective_gain(place.features, place.output)
        gains.setdefault(f"{other_name} (trained)", []).append(gain[0])
"""
MOVE = """
for words, rows in gains.items():
    known = np.stack(rows)[:, np.isfinite(rows).all(axis=0)]
    print(f"{words}: mean gain {np.nanmean(rows):.3f}, moves by {known.std(axis=0).mean():.4f}")
"""
LIVE = """
# A short training of the embedded SE network from nothing: gates by step
moments = list(watch_training(data, steps=steps, every={every}, beginning=beginning))
for moment in moments[:: max(1, len(moments) // 20)]:
    print(f"step {{moment.step + 1}}: loss {{moment.loss:.3f}}, accuracy {{moment.accuracy:.1%}}")
for name, (low, quarter, median, three_quarters, high) in zip(moment.blocks, moment.gates):
    print(f"{{name}}: gates from {{low:.3f}} to {{high:.3f}}, median {{median:.3f}}")
"""


def script(section: str) -> list[str]:
    """The parts of it, for a section of the view."""
    return SECTIONS[section]()


def fitted() -> list[str]:
    looked = subject.under("none")
    source: fitting.Source = st.session_state.get(fitting.SOURCE) or "offer"
    kept = fitting.kept(looked, source)
    network = opening.network(looked.name, looked.net)
    if source == "folder" and kept is not None:
        *_, folder, most = kept.key
        files = opening.folder(str(folder)) + FILES.format(most=most)
    else:
        files = opening.pictures(state.pictures())
    return [network, files, FITTED]


def unpooled() -> list[str]:
    looked = subject.under("none")
    block = state.keep_block(looked.seen.capture.names)
    parts = [opening.subject(looked)]
    if block not in unpooling.possible(looked):
        return parts
    parts += [settings(block=block), UNPOOLED]
    if looked.seen.capture.logits is None:
        return parts
    measured = unpooling.kept(looked, block)
    over = [] if measured is None else [_accuracy(measured.folder, measured.wanted)]
    return [*parts, ANSWERS, *over]


def _accuracy(folder: str, pictures: int) -> str:
    return opening.folder(folder) + BATCHES.format(pictures=pictures) + ACCURACY


def gains() -> list[str]:
    looked = subject.under("none")
    block = state.keep_block(looked.seen.capture.names)
    offers = gain_pictures.chosen()
    parts = [opening.network(looked.name, looked.net), opening.pictures(state.pictures())]
    parts += [opening.pictures(offers, to="chosen"), settings(block=block), GAINS]
    if block in unpooling.possible(looked):
        parts.append(GAINS_UNPOOLED)
    if _embedded(looked):
        parts += [settings(others=list(EMBEDDED[1:3])), GAINS_TRAINED]
    return [*parts, MOVE] if offers else parts[:1]


def _embedded(looked: Subject) -> bool:
    """Whether other networks were trained with something else in the same places."""
    return looked.name == EMBEDDED[0]


def live() -> list[str]:
    chosen = st.session_state
    beginning = str(chosen.get(watching.BEGINNING) or "half")
    steps = int(chosen[watching.STEPS])
    return [
        f"data = {watched_data()}",
        settings(steps=steps, beginning=beginning),
        LIVE.format(every=watching.EVERY),
    ]


def watched_data() -> str:
    """An expression for what is trained on."""
    chosen, most = st.session_state, f"most={watching.MOST_PICTURES}"
    data = chosen.get(watching.DATA) or "digits"
    if data == "folder":
        folder = str(chosen.get(measuring.FOLDER) or "").strip()
        return f"pictures_in(Path({literal(folder)}), {most})"
    uploaded = chosen.get(watching.ZIP)
    if data == "digits" or uploaded is None:
        return "digits()"
    name, of = literal(opening.file_of(uploaded.name)), literal(sha256(uploaded.getvalue()))
    return f"pictures_in_zip(read({name}, {of}), {name}, {most})"


SECTIONS: dict[str, Callable[[], list[str]]] = {
    "trained": trained.script,
    "fitted": fitted,
    "unpooled": unpooled,
    "gains": gains,
    "live": live,
}
