"""Pictures as a script: the pinned pictures against one another, or one through two networks."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Origin
from dashboard.components.script_text import literals, settings
from dashboard.runtime.offers import Chosen

CAPTURES = """
captures = [sv.capture(net.model, net.preprocess(p), features="none") for p in pictures]
compared = sv.compare_pictures(captures, groups=groups)
"""
PARTING = """
# Where in the network do the two pictures part, and where all of them?
for name, each, mean in zip(compared.names, compared.distance, compared.overall):
    print(f"{name}: {names[first]} to {names[second]} {each[first, second]:.4f}, "
          f"mean of all pairs {mean:.4f}")
"""
USUAL = """
# The distance of two reference pictures taken at random
for name in compared.names:
    print(f"{name}: usual {sv.analysis.usual_distance(net.reference.usual(name)[1]):.4f}")
"""
DISTANCES = """
# Which pictures does the block treat alike: root mean square difference of the gates
gates = compared.gates[block]
alike = compared.of(block)
"""
COSINES = """
# Which pictures move the gates of the block the same way: cosines, -1 to 1
gates = compared.gates[block]
centre = {centre}
alike = sv.analysis.cosines(gates, centre=centre)
"""
ALIKE = """
for name, row in zip(names, alike):
    print(f"{name}: {row.round(3)}")
"""
SEPARATION = """
# Which channels separate the groups most
separation = sv.separate_channels(gates, compared.groups)
for c in separation.order[:8]:
    means = dict(zip(separation.groups, separation.mean[:, c].round(3).tolist()))
    print(f"channel {c}: {separation.share[c]:.1%} of its variance is between groups, "
          f"means {means}")
print(f"as good by chance in {separation.chance:.1%} of {separation.regroupings} regroupings")
"""
CHANNELS = """
# The two pictures' gates, one subtracted from the other, and the picked channel
difference = gates[first].astype(float) - gates[second]
for c in np.argsort(-np.abs(difference), kind="stable")[:8]:
    print(f"channel {c}: {gates[first, c]:.3f} - {gates[second, c]:.3f} = {difference[c]:+.3f}")
for name, gate in zip(names, gates[:, channel]):
    print(f"channel {channel} for {name}: {gate:.3f}")
"""
SERIES = """
series = [sv.figures.Series(name, place) for place, name in enumerate(names)]
pair = series[first], series[second]
reach = max(np.abs(each[first] - each[second]).max() for each in compared.gates.values())
"""
USUAL_DISTANCES = """\
usual = np.array(
    [sv.analysis.usual_distance(net.reference.usual(name)[1]) for name in compared.names]
)"""
FIGURES = (
    "parting_by_depth(compared, series, (first, second), usual=usual, selected=block)",
    "gate_difference(block, gates[[first, second]], pair, reach=reach)",
)
BOTH = """
both = (
    sv.summarize(capture, reference=net.reference),
    sv.summarize(other_capture, reference=other.reference),
)
series = sv.figures.Series(net.title, 0), sv.figures.Series(other.title, 1)
"""
NETWORKS = """
capture = sv.capture(net.model, net.preprocess(image), features="none")
other_capture = sv.capture(other.model, other.preprocess(image), features="none")

# Every block of both by relative depth
for title, network, captured in ((net.title, net, capture), (other.title, other, other_capture)):
    print(title)
    for i, s in enumerate(sv.summarize(captured, reference=network.reference)):
        print(f"{(i + 0.5) / len(captured):.2f} {s.block.name}: mean {s.mean:.3f}, "
              f"spread {s.std:.3f}, near 0 {s.near_zero:.0%}, near 1 {s.near_one:.0%}")
"""
ALIGNED = """
# The picked block, and the other network's nearest in depth: quantiles against quantiles
at = sv.analysis.counterpart(capture.names.index(block), of=len(capture), among=len(other_capture))
nearest = other_capture.names[at]
shares = np.linspace(0, 1, 11)
own, theirs = (
    np.quantile(a.excitation[0], shares) for a in (capture[block], other_capture[nearest])
)
for share, one, two in zip(shares, own, theirs):
    print(f"{share:.0%} of the gates: up to {one:.3f} in {block}, {two:.3f} in {nearest}")
"""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pinned pictures in one network, each with its name and group ("" for none).

    ``pair`` are the two subtracted, by number. ``cosine``: pictures are compared by direction.
    ``reference``: the network has statistics of its gates.
    """

    network: Origin
    pictures: tuple[Chosen, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    pair: tuple[int, int]
    block: str
    channel: int
    cosine: bool
    reference: bool


@dataclass(frozen=True, slots=True)
class Networks:
    """One picture in two networks; ``other`` is None where it could not be opened."""

    network: Origin
    picture: Chosen
    other: Origin | None
    block: str


def several(shown: Pictures) -> list[str]:
    """The pinned pictures."""
    first, second = shown.pair
    chosen = f"names = {literals(shown.names)}\ngroups = {literals(shown.groups)}"
    parts = [
        script_opening.network(shown.network),
        script_opening.pictures(shown.pictures),
        chosen + CAPTURES,
    ]
    parts.append(settings(first=first, second=second, block=shown.block, channel=shown.channel))
    parts.append(PARTING)
    if shown.reference:
        parts.append(USUAL)
    if shown.cosine:
        centre = "net.reference.usual(block)[0]" if shown.reference else "gates.mean(axis=0)"
        parts.append(COSINES.format(centre=centre) + ALIKE)
    else:
        parts.append(DISTANCES + ALIKE)
    if len({group for group in shown.groups if group}) > 1:
        parts.append(SEPARATION)
    usual = USUAL_DISTANCES if shown.reference else "usual = None"
    return [*parts, CHANNELS, SERIES + usual, drawn(*FIGURES)]


def networks(shown: Networks) -> list[str]:
    """The picture looked at, in the chosen network and the second one."""
    network, image = script_opening.network(shown.network), script_opening.image(shown.picture)
    if shown.other is None:
        return [network, image]
    return [
        network,
        script_opening.network(shown.other, to="other"),
        image + NETWORKS,
        settings(block=shown.block),
        ALIGNED,
        BOTH,
        drawn("networks_by_depth(both, series, selected=capture.names.index(block))"),
    ]
