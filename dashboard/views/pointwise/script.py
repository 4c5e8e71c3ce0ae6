"""SE and 1x1 convolution as a script: the section shown, and what is chosen there."""

from dataclasses import dataclass

from dashboard.components import script_labelled, script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_labelled import Folder
from dashboard.components.script_opening import Look, Origin
from dashboard.components.script_text import literal, settings
from dashboard.runtime.offers import Chosen
from dashboard.views.pointwise import trained_script
from senet_viz.analysis.training_steps import Beginning

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
kinds = sv.experiments.PICTURES
files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in kinds and f.is_file())
pictures = []
for i in np.random.default_rng(0).permutation(len(files))[:{most}]:
    try:
        pictures.append(sv.decode(files[i].read_bytes()))
    except sv.ImageError as error:
        print(f"not used: {{files[i].name}}: {{error}}")
"""
UNPOOLED = """
# The block's layers at every pixel, or strip of rows, in place of once for all of them
pixels = sv.experiments.at_pixels(net.model, net.preprocess(image), block, rows=rows)
gate, gates = pixels.excitation[0], pixels.gates[0]
spread = gates.std((1, 2))
for c in np.argsort(-spread, kind="stable")[:8]:
    print(f"channel {c}: gate {gate[c]:.3f}, at pixels {gates[c].mean():.3f} ± {spread[c]:.3f}")
"""
FORMS = """
# The pixels of its feature maps in another order, and what the two forms cost
shuffled = sv.experiments.shuffle_places(net.model, pixels, block)
print(f"gates of the block move by {shuffled.moved:.1e}, of pixels by {shuffled.pixels_moved:.3f}")
cost = sv.experiments.pixel_form_cost(net.model, pixels, block)
print(f"{cost.parameters} parameters both; multiply-adds {cost.multiply_adds}, "
      f"ms {cost.medians[0]:.3f} and {cost.medians[1]:.3f}")
"""
ANSWERS = """
# What the network says then
answers = sv.experiments.without_pooling(net.model, net.preprocess(image), block, rows=rows)
names = net.labels or range(answers.logits.shape[1])
outputs = (answers.logits, answers.logits_one, answers.logits_all)
shares = [sv.analysis.shares(logits[0], capture.activation) for logits in outputs]
for number in np.argsort(-shares[0], kind="stable")[:5]:
    own, one, every = (share[number] for share in shares)
    print(f"{names[number]}: {own:.1%}, {one:.1%} with this block alone, {every:.1%} with all")
print(f"the output of {block} changes by {answers.relative_change:.1%}")
"""
ACCURACY = """
for accuracies in sv.experiments.accuracy_without_pooling(net.model, batches(), block, rows=rows):
    pass  # each is the state after a few more pictures
for i, words in enumerate((block, "all blocks")):
    print(f"{words}, rows {rows}: {accuracies.accuracy + accuracies.change(i):.1%} in place of "
          f"{accuracies.accuracy:.1%}, ± {accuracies.standard_error(i):.1%}")
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
    mixed = sv.analysis.effective_gain(features, fit.maps.mixed(features))
    gains.setdefault("squeeze and excitation", []).append(activation.excitation[0])
    gains.setdefault("fixed scale per channel (fitted)", []).append(fit.maps.scale)
    gains.setdefault("fixed 1x1 convolution (fitted)", []).append(mixed[0])
"""
GAINS_UNPOOLED = """
# The same weights without pooling
for picture in chosen:
    pixels = sv.experiments.at_pixels(net.model, net.preprocess(picture), block)
    gain = sv.analysis.effective_gain(pixels.features, pixels.features * pixels.gates)
    gains.setdefault("same weights without pooling", []).append(gain[0])
"""
GAINS_TRAINED = """
# Other networks, trained with something else at the same place
for other_name in others:
    other = sv.load_model(other_name)
    for picture in chosen:
        _, places = sv.experiments.capture_places(other.model, other.preprocess(picture))
        place = next(p for p in places if p.place == block.rpartition(".")[0])
        gain = sv.analysis.effective_gain(place.features, place.output)
        gains.setdefault(f"{other_name} (trained)", []).append(gain[0])
"""
MOVE = """
for words, rows in gains.items():
    known = np.stack(rows)[:, np.isfinite(rows).all(axis=0)]
    print(f"{words}: mean gain {np.nanmean(rows):.3f}, moves by {known.std(axis=0).mean():.4f}")
"""
TREATMENTS = """
treatments = [sv.figures.Treatment(words, np.stack(rows)) for words, rows in gains.items()]
chosen_names = [f"picture {number}" for number, _ in enumerate(chosen, start=1)]
"""
LIVE = """
# A short training of the embedded SE network from nothing: gates by step
moments = list(sv.training.watch_training(data, steps=steps, every={every}, beginning=beginning))
for moment in moments[:: max(1, len(moments) // 20)]:
    print(f"step {{moment.step + 1}}: loss {{moment.loss:.3f}}, accuracy {{moment.accuracy:.1%}}")
for name, (low, quarter, median, three_quarters, high) in zip(moment.blocks, moment.gates):
    print(f"{{name}}: gates from {{low:.3f}} to {{high:.3f}}, median {{median:.3f}}")
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fixed maps, fitted to the pictures of a folder, else to ``pictures``."""

    network: Origin
    pictures: tuple[Chosen, ...]
    folder: Folder | None


@dataclass(frozen=True, slots=True)
class Unpooled:
    """A block without its pooling, and the pictures over which accuracy was measured.

    ``block`` is None where the one picked has no such form; ``classes``: the network ends in one
    score a class; ``rows`` are those pooled over in its place.
    """

    look: Look
    block: str | None
    classes: bool
    accuracy: Folder | None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Gains:
    """Gains of a block over the ``chosen`` pictures, of what is fitted to all ``pictures``.

    ``unpooled``: the block has a form without pooling. ``others`` are networks trained with
    something else in its place.
    """

    network: Origin
    pictures: tuple[Chosen, ...]
    chosen: tuple[Chosen, ...]
    block: str
    unpooled: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zip:
    """An uploaded zip file with a folder of pictures a class."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Live:
    """A short training: on the digits (None), a zip file, or a folder; of ``pictures`` at most."""

    data: Zip | str | None
    pictures: int
    steps: int
    every: int
    beginning: Beginning


Section = trained_script.Part | Fitted | Unpooled | Gains | Live


def script(shown: Section) -> list[str]:
    """The parts of it."""
    match shown:
        case Fitted():
            return fitted(shown)
        case Unpooled():
            return unpooled(shown)
        case Gains():
            return gains(shown)
        case Live():
            return live(shown)
        case _:
            return trained_script.script(shown)


def fitted(shown: Fitted) -> list[str]:
    if shown.folder is None:
        files = script_opening.pictures(shown.pictures)
    else:
        files = script_opening.folder(shown.folder.named) + FILES.format(most=shown.folder.pictures)
    figure = drawn("error_by_depth(fits, picked=fits[0].block.name)")
    return [script_opening.network(shown.network), files, FITTED, figure]


def unpooled(shown: Unpooled) -> list[str]:
    parts = [script_opening.captured(shown.look)]
    if shown.block is None:
        return parts
    figure = drawn("pixel_gates(gate, gates, block=block)")
    parts += [settings(block=shown.block, rows=shown.rows), UNPOOLED, figure, FORMS]
    if not shown.classes:
        return parts
    over = shown.accuracy
    return [*parts, ANSWERS, *([] if over is None else [script_labelled.batches(over) + ACCURACY])]


def gains(shown: Gains) -> list[str]:
    if not shown.chosen:
        return [script_opening.network(shown.network)]
    parts = [script_opening.network(shown.network), script_opening.pictures(shown.pictures)]
    parts += [
        script_opening.pictures(shown.chosen, to="chosen"),
        settings(block=shown.block),
        GAINS,
    ]
    if shown.unpooled:
        parts.append(GAINS_UNPOOLED)
    if shown.others:
        parts += [settings(others=list(shown.others)), GAINS_TRAINED]
    figure = drawn("gains_in_one(treatments, pictures=chosen_names, block=block)")
    return [*parts, MOVE, TREATMENTS, figure]


def live(shown: Live) -> list[str]:
    return [
        f"data = {watched_data(shown)}",
        settings(steps=shown.steps, beginning=shown.beginning),
        LIVE.format(every=shown.every),
        drawn("spread_by_step(moments)", "learning_by_step(moments)"),
    ]


def watched_data(shown: Live) -> str:
    """An expression for what is trained on."""
    data, most = shown.data, f"most={shown.pictures}"
    if data is None:
        return "sv.training.digits()"
    if isinstance(data, str):
        return f"sv.training.pictures_in(Path({literal(data)}), {most})"
    name, of = literal(script_opening.file_of(data.name)), literal(data.sha256)
    return f"sv.training.pictures_in_zip(read({name}, {of}), {name}, {most})"
