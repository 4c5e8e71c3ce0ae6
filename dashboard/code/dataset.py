"""Data set as a script: the part shown of the survey that is open."""

from collections.abc import Callable

import streamlit as st

from dashboard import services, shelf, state
from dashboard.code.complete import literal, settings
from dashboard.dataset_looked import MOST_PICTURES, Looked
from dashboard.runtime.views import PART
from dashboard.shelf import Shelved
from senet_viz.class_profiles import FIFTY

SPLITS = """
print(f"{survey.count.sum()} pictures of {len(survey.classes)} classes, network {survey.model}")
splits = split_survey(survey)
"""
DEPTH = """
# Dynamic or constant: how far the gates of each block move, and with what
for name, split in splits.items():
    print(f"{name}: mean gate {split.mean.mean():.3f}, deviation {split.block_deviation:.4f}, "
          f"off its mean by {split.relative:.1%}, between classes {split.block_share:.1%}, "
          f"without chance {split.corrected_share:.1%}: {split.verdict}")
"""
SELECTIVITY = """
# How class selective the gates are
for name in survey.blocks:
    moments = survey[name]
    found = gate_selectivity(moments.count, moments.mean, moments.variance)
    print(f"{name}: median class selectivity {np.median(found.index):.3f}, "
          f"by chance {found.chance:.3f}")
"""
ONE_CHANNEL = """
split = splits[block]
share = split.between[channel] / max(split.between[channel] + split.within[channel], 1e-12)
print(f"{block} channel {channel}: mean gate {split.mean[channel]:.3f}, "
      f"deviation {split.deviation[channel]:.4f}, {share:.1%} of its variance between classes")
"""
PROFILES = """
# The mean gate of each class in each block, and its deviation within the class
profiles = {{}}
for block in blocks:
    moments = survey[block]
    channels = {channels}
    reference = mean_of_classes(moments)
{order}    for number in classes:
        mean, deviation = moments.mean[number, channels], moments.variance[number, channels] ** 0.5
        profiles[block, number] = mean, deviation
        print(f"{{block}} {{survey.classes[number]}}: {{mean.round(3)}}")
    print(f"{{block}} mean of all classes: {{reference[channels].round(3)}}")
"""
BY_CLASS = """
# One channel by class
moments = survey[block]
for number, words in enumerate(survey.classes):
    if moments.count[number]:
        print(f"{words}: {moments.mean[number, channel]:.3f} ± "
              f"{moments.variance[number, channel] ** 0.5:.3f}")
"""
EXTREMES = """
# The pictures that open and close it most
gates, pictures = survey.gates(block), survey.pictures
order = np.argsort(-gates[:, channel], kind="stable")
for words, at in (("open", order[:8]), ("shut", order[::-1][:8])):
    for i in at:
        print(f"most {words}: {pictures[i].name} {gates[i, channel]:.3f}")
"""
IDLE = """
# Channels that do the same to every picture
idle = {}
for name, split in splits.items():
    moments = survey[name]
    zero, one = moments.near_zero.sum(axis=0), moments.near_one.sum(axis=0)
    idle[name] = still_channels(split.pictures, split.deviation, zero, one)
    never, shut, open_ = idle[name].counts
    print(f"{name}: of {split.mean.size} channels {never} never move, {shut} are always shut, "
          f"{open_} always open: {split.verdict}")
"""
PRICES = """
# What fixing a block's gates would save
net = sv.load_model(survey.model, trained={trained})
prices = price_of_removal(count_network(net.model, net.preprocess.input_size))
for price in prices:
    print(f"{{price.block.name}}: {{price.parameters:,}} parameters")
"""
TWINS = """
# Channels that move as one
gates = survey.gates(block)
some = np.linspace(0, len(gates) - 1, min(len(gates), {most})).round().astype(int)
redundancy = find_redundancy(gates[some])
print(f"{{block}}: {{redundancy.same}} pairs with the same gate, {{redundancy.together}} moving "
      f"as one, {{redundancy.alone}} of {{redundancy.channels}} channels in no such pair")
for pair in redundancy.pairs[:8]:
    print(f"{{pair.first}} and {{pair.second}}: correlation {{pair.correlation:.3f}}, "
          f"difference {{pair.difference:.4f}}")
"""
TWO = """
# Both surveys, block by block
other_splits = split_survey(other)
for words, each in (("first", splits), ("second", other_splits)):
    for name, split in each.items():
        print(f"{words}, {name}: off its mean by {split.relative:.1%}, "
              f"between classes {split.block_share:.1%}: {split.verdict}")
"""
MEANS = """
means = splits[block].mean, other_splits[block].mean
print(f"{block}: mean gates of the two are apart by {np.abs(means[0] - means[1]).mean():.4f}")
"""


def script(looked: Looked) -> list[str]:
    """The parts of it, for the part of the page now shown."""
    part = str(st.session_state.get(PART.key) or "depth")
    return [opened(looked.shelved) + SPLITS, *PARTS[part](looked)]


def opened(shelved: Shelved, *, to: str = "survey") -> str:
    """A survey where it lies: with the project, or in a folder; one run here is to be saved."""
    folder = shelved.survey.folder
    if shelved.key in shelf.shipped():
        return f"{to} = sv.load_survey(ASSETS / {literal(shelved.key)})"
    if folder.is_relative_to(shelf.bench()):
        return f'{to} = sv.load_survey("{to}")  # write here where you unpacked the saved survey'
    return f"{to} = sv.load_survey({literal(str(folder))})"


def depth(looked: Looked) -> list[str]:
    selectivity = [SELECTIVITY] if looked.separable else []
    return [DEPTH, *selectivity, _channel(looked), ONE_CHANNEL]


def classes(looked: Looked) -> list[str]:
    chosen = st.session_state
    all_of_them = chosen.get(shelf.SHOWN) == "all"
    channels = "np.arange(moments.mean.shape[1])" if all_of_them else _SAMPLED
    by_number = chosen.get(shelf.ORDER) != "open"
    order = "" if by_number else _OPEN_FIRST
    numbers = [int(number) for number in chosen.get(shelf.CLASSES, ())]
    blocks = [str(block) for block in chosen.get(shelf.BLOCKS, ())]
    blocks = sorted(blocks, key=looked.survey.blocks.index)
    return [
        settings(blocks=blocks, classes=numbers),
        PROFILES.format(channels=channels, order=order),
    ]


def channel(looked: Looked) -> list[str]:
    parts = [_channel(looked), BY_CLASS]
    return [*parts, EXTREMES] if looked.survey.has_gates else parts


def idle(looked: Looked) -> list[str]:
    parts = [IDLE]
    name = looked.survey.model
    if name in services.entries():
        parts.append(PRICES.format(trained=name in services.EMBEDDED))
    if looked.survey.has_gates:
        parts += [_channel(looked), TWINS.format(most=MOST_PICTURES)]
    return parts


def two(looked: Looked) -> list[str]:
    other = shelf.surveys().get(str(st.session_state.get(shelf.SECOND)))
    if other is None or other.key == looked.shelved.key:
        return []
    block = str(st.session_state[state.BLOCK])
    parts = [opened(other, to="other") + TWO]
    same = block in other.survey.blocks
    if same and other.survey[block].mean.shape[1] == looked.splits[block].mean.size:
        parts += [settings(block=block), MEANS]
    return parts


def _channel(looked: Looked) -> str:
    block = str(st.session_state[state.BLOCK])
    split = looked.splits[block]
    return settings(
        block=block, channel=state.keep_channel(split.mean.size, int(split.deviation.argmax()))
    )


_SAMPLED = f"sampled_channels(moments.mean.shape[1], {FIFTY})"
_OPEN_FIRST = '    channels = channels[np.argsort(-reference[channels], kind="stable")]\n'
PARTS: dict[str, Callable[[Looked], list[str]]] = {
    "depth": depth,
    "classes": classes,
    "channel": channel,
    "idle": idle,
    "two": two,
}
