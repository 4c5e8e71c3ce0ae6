"""Data set as a script: the part shown of the survey that is open."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Opened
from dashboard.components.script_text import settings
from dashboard.views.dataset.script_channel import Channel, channel
from dashboard.views.dataset.script_claims import Measured, claims
from senet_viz.analysis.class_profiles import FIFTY

SPLITS = """
print(f"{survey.count.sum()} pictures of {len(survey.classes)} classes, network {survey.model}")
splits = sv.analysis.split_survey(survey)
"""
DEPTH = """
# Dynamic or constant: how far the gates of each block move, and with what
for name, split in splits.items():
    print(f"{name}: mean gate {split.mean.mean():.3f}, deviation {split.block_deviation:.4f}, "
          f"off its mean by {split.relative:.1%}, between classes {split.block_share:.1%}, "
          f"without chance {split.corrected_share:.1%}: {split.verdict}")
"""
ANSWERS = """
# How the network answered the pictures
answers = sv.analysis.survey_answers(survey)
print(f"{answers.right.sum()} of {answers.judged} answered correctly, {answers.accuracy:.1%}, "
      f"{answers.among_five.sum()} among the five likeliest")
"""
SELECTIVITY = """
# How class selective the gates are
for name in survey.blocks:
    moments = survey[name]
    selectivity = sv.analysis.gate_selectivity(moments.count, moments.mean, moments.variance)
    print(f"{name}: median class selectivity {np.median(selectivity.index):.3f}, "
          f"by chance {selectivity.chance:.3f}")
"""
ONE_CHANNEL = """
split = splits[block]
share = split.between[channel] / max(split.between[channel] + split.within[channel], 1e-12)
print(f"{block} channel {channel}: mean gate {split.mean[channel]:.3f}, "
      f"deviation {split.deviation[channel]:.4f}, {share:.1%} of its variance between classes")
"""
PAPERS = """
# What papers say of gates, beside this network's numbers
for finding in sv.analysis.literature(survey):
    print(f"{finding.claim} ({finding.paper}): {finding.verdict}. {finding.sentence}")
"""
SQUEEZES = """
# Gate against squeeze over the pictures, channel by channel
correlations = sv.analysis.squeeze_correlations(survey)
for name, each in correlations.items():
    print(f"{name}: {each.mean:.3f} ± {each.reach:.3f} over channels")
"""
PROFILES = """
# The mean gate of each class in each block, and its deviation within the class
profiles, shown_channels = {{}}, {{}}
for block in blocks:
    moments = survey[block]
    channels = {channels}
    reference = sv.analysis.mean_of_classes(moments)
{order}    shown_channels[block] = channels.tolist()
    for number in classes:
        mean, deviation = moments.mean[number, channels], moments.variance[number, channels] ** 0.5
        profiles[block, number] = mean, deviation
        print(f"{{block}} {{survey.classes[number]}}: {{mean.round(3)}}")
    print(f"{{block}} mean of all classes: {{reference[channels].round(3)}}")
"""
PROFILE_FIGURES = """
# The figures: chart.figure is Plotly's; all of them as one for print are
# open("figure.pdf", "wb").write(sv.figures.printed_panels(charts, "pdf"))
looks = [(n, sv.figures.Series(survey.classes[n], place)) for place, n in enumerate(classes)]
charts = [
    sv.figures.class_profile(
        survey[name], looks, channels=shown_channels[name], ordered="by number", dark=False
    )
    for name in blocks
]
for chart in charts:
    print(chart.title)
"""
BESIDE = """
# The same classes in the second survey, in its blocks nearest in depth
numbers = sv.surveys.same_classes(survey, other)
looks = [(numbers[number], one) for number, one in looks if number in numbers]
for block in blocks:
    at = sv.analysis.counterpart(
        survey.blocks.index(block), of=len(survey.blocks), among=len(other.blocks)
    )
    moments = other[other.blocks[at]]
    channels = sv.analysis.sampled_channels(moments.mean.shape[1]).tolist()
    charts.append(
        sv.figures.class_profile(moments, looks, channels=channels, ordered="by number", dark=False)
    )
    print(f"beside {block}: {charts[-1].title}")
"""
IDLE = """
# Channels that do the same to every picture
idle = {}
for name, split in splits.items():
    moments = survey[name]
    zero, one = moments.near_zero.sum(axis=0), moments.near_one.sum(axis=0)
    idle[name] = sv.analysis.still_channels(split.pictures, split.deviation, zero, one)
    never, shut, open_ = idle[name].counts
    print(f"{name}: of {split.mean.size} channels {never} never move, {shut} are always shut, "
          f"{open_} always open: {split.verdict}")
"""
PRICES = """
# What fixing a block's gates would save
net = sv.load_model(survey.model, trained={trained})
prices = sv.costs.price_of_removal(sv.costs.count_network(net.model, net.preprocess.input_size))
for price in prices:
    print(f"{{price.block.name}}: {{price.parameters:,}} parameters")
"""
TWINS = """
# Channels that move as one
gates = survey.gates(block)
some = np.linspace(0, len(gates) - 1, min(len(gates), {most})).round().astype(int)
redundancy = sv.analysis.find_redundancy(gates[some])
print(f"{{block}}: {{redundancy.same}} pairs with the same gate, {{redundancy.together}} moving "
      f"as one, {{redundancy.alone}} of {{redundancy.channels}} channels in no such pair")
for pair in redundancy.pairs[:8]:
    print(f"{{pair.first}} and {{pair.second}}: correlation {{pair.correlation:.3f}}, "
          f"difference {{pair.difference:.4f}}")
"""
AGREEMENT = """
# Which blocks tell pictures apart in the same way: linear CKA of their gates
agreement = sv.analysis.survey_agreement({surveys})
for name, row in zip(agreement.rows, agreement.value):
    print(f"{{name}}: {{row.round(2)}}")
"""
TWO = """
# Both surveys, block by block
other_splits = sv.analysis.split_survey(other)
for words, each in (("first", splits), ("second", other_splits)):
    for name, split in each.items():
        print(f"{words}, {name}: off its mean by {split.relative:.1%}, "
              f"between classes {split.block_share:.1%}: {split.verdict}")
"""
BOTH = 'series = sv.figures.Series("first", 0), sv.figures.Series("second", 1)'
MEANS = """
means = splits[block].mean, other_splits[block].mean
print(f"{block}: mean gates of the two are apart by {np.abs(means[0] - means[1]).mean():.4f}")
"""


_SAMPLED = f"sv.analysis.sampled_channels(moments.mean.shape[1], {FIFTY})"
_ALL = "np.arange(moments.mean.shape[1])"
_OPEN_FIRST = '    channels = channels[np.argsort(-reference[channels], kind="stable")]\n'


@dataclass(frozen=True, slots=True)
class Depth:
    """Every block by depth, and one channel.

    ``separable``: classes can be told apart; ``papers``: the findings of papers are open;
    ``squeezes``: so is the correlation with those; ``answered``: answers of the network were kept;
    ``measured``: so are the claims that take forward passes.
    """

    survey: Opened
    separable: bool
    block: str
    channel: int
    papers: bool = False
    squeezes: bool = False
    answered: bool = False
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Classes:
    """Gates of some classes, by number, in some blocks: of all channels, or some of them.

    ``beside`` is a second survey, whose blocks nearest in depth stand beside.
    """

    survey: Opened
    blocks: tuple[str, ...]
    classes: tuple[int, ...]
    every_channel: bool
    open_first: bool
    beside: Opened | None = None


@dataclass(frozen=True, slots=True)
class Twins:
    """Channels of a block that move as one, over ``most`` pictures at the most."""

    block: str
    channel: int
    most: int


@dataclass(frozen=True, slots=True)
class Idle:
    """Channels that stand still, their price, and those that move as one.

    ``trained``: the survey's network is loaded with its weights; None: it is not in the catalogue.
    """

    survey: Opened
    trained: bool | None
    twins: Twins | None


@dataclass(frozen=True, slots=True)
class Two:
    """Two surveys; ``same``: both have the block, as wide. ``other`` is None without a second.

    ``agree``: both kept the gates of the same pictures.
    """

    survey: Opened
    other: Opened | None
    block: str
    same: bool
    agree: bool = False


Part = Depth | Classes | Channel | Idle | Two


def script(shown: Part) -> list[str]:
    """The parts of it."""
    first = script_opening.survey(shown.survey) + SPLITS
    match shown:
        case Depth():
            return [first, *depth(shown)]
        case Classes():
            return [first, *classes(shown)]
        case Channel():
            return [first, *channel(shown)]
        case Idle():
            return [first, *idle(shown)]
        case Two():
            return [first, *two(shown)]


def depth(shown: Depth) -> list[str]:
    selectivity = [SELECTIVITY] if shown.separable else []
    chosen = settings(block=shown.block, channel=shown.channel)
    shares = ["share_by_depth(splits, selected=block)"] if shown.separable else []
    papers = [PAPERS] if shown.papers else []
    papers += claims(shown.measured) if shown.measured is not None else []
    papers += [SQUEEZES] if shown.squeezes else []
    squeezes = ["squeeze_by_depth(correlations, selected=block)"] if shown.squeezes else []
    figures = drawn("off_mean_by_depth(splits, selected=block)", *shares, *squeezes)
    answers = [ANSWERS] if shown.answered else []
    return [DEPTH, *answers, *selectivity, chosen, ONE_CHANNEL, *papers, figures]


def classes(shown: Classes) -> list[str]:
    channels = _ALL if shown.every_channel else _SAMPLED
    order = _OPEN_FIRST if shown.open_first else ""
    return [
        settings(blocks=list(shown.blocks), classes=list(shown.classes)),
        PROFILES.format(channels=channels, order=order) + PROFILE_FIGURES,
        *(
            []
            if shown.beside is None
            else [script_opening.survey(shown.beside, to="other"), BESIDE]
        ),
    ]


def idle(shown: Idle) -> list[str]:
    parts, twins = [IDLE], shown.twins
    if shown.trained is not None:
        parts.append(PRICES.format(trained=shown.trained))
    if twins is not None:
        parts.append(settings(block=twins.block, channel=twins.channel))
        parts.append(TWINS.format(most=twins.most))
        parts.append(AGREEMENT.format(surveys="survey"))
    return [*parts, drawn("idle_by_depth(idle, selected=survey.blocks[0])")]


def two(shown: Two) -> list[str]:
    if shown.other is None:
        return []
    figure = drawn("surveys_by_depth((splits, other_splits), series, selected=survey.blocks[0])")
    parts = [script_opening.survey(shown.other, to="other") + TWO, BOTH, figure]
    agreement = [AGREEMENT.format(surveys="survey, other")] if shown.agree else []
    means = [settings(block=shown.block), MEANS] if shown.same else []
    return [*parts, *means, *agreement]
