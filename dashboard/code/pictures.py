"""Pictures as a script: the pinned pictures against one another, or one through two networks."""

import numpy as np
import streamlit as st

from dashboard import pinned, services, state, two_networks
from dashboard.code import opening
from dashboard.code.complete import literals, settings
from dashboard.picture_charts import Looked
from senet_viz.errors import WeightsError

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
    print(f"{name}: usual {usual_distance(net.reference.usual(name)[1]):.4f}")
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
alike = cosines(gates, centre=centre)
"""
ALIKE = """
for name, row in zip(names, alike):
    print(f"{name}: {row.round(3)}")
"""
SEPARATION = """
# Which channels separate the groups most
found = sv.separate_channels(gates, compared.groups)
for c in found.order[:8]:
    means = dict(zip(found.groups, found.mean[:, c].round(3).tolist()))
    print(f"channel {c}: {found.share[c]:.1%} of its variance is between groups, means {means}")
print(f"as good by chance in {found.chance:.1%} of {found.regroupings} regroupings")
"""
CHANNELS = """
# The two pictures' gates, one subtracted from the other, and the picked channel
difference = gates[first].astype(float) - gates[second]
for c in np.argsort(-np.abs(difference), kind="stable")[:8]:
    print(f"channel {c}: {gates[first, c]:.3f} - {gates[second, c]:.3f} = {difference[c]:+.3f}")
for name, gate in zip(names, gates[:, channel]):
    print(f"channel {channel} for {name}: {gate:.3f}")
"""
NETWORKS = """
seen = sv.capture(net.model, net.preprocess(image), features="none")
other_seen = sv.capture(other.model, other.preprocess(image), features="none")

# Every block of both by relative depth
for title, network, captured in ((net.title, net, seen), (other.title, other, other_seen)):
    print(title)
    for i, s in enumerate(sv.summarize(captured, reference=network.reference)):
        print(f"{(i + 0.5) / len(captured):.2f} {s.block.name}: mean {s.mean:.3f}, "
              f"spread {s.std:.3f}, near 0 {s.near_zero:.0%}, near 1 {s.near_one:.0%}")
"""
ALIGNED = """
# The picked block, and the other network's nearest in depth: quantiles against quantiles
at = counterpart(seen.names.index(block), of=len(seen), among=len(other_seen))
nearest = other_seen.names[at]
shares = np.linspace(0, 1, 11)
own, theirs = (np.quantile(a.excitation[0], shares) for a in (seen[block], other_seen[nearest]))
for share, one, two in zip(shares, own, theirs):
    print(f"{share:.0%} of the gates: up to {one:.3f} in {block}, {two:.3f} in {nearest}")
"""


def several(name: str, looked: Looked, block: str) -> list[str]:
    """The pinned pictures, for the pair, block, measure and channel now chosen."""
    names, groups = [p.name for p in looked.chosen], list(looked.compared.groups)
    offers = [pin.chosen for pin in looked.chosen]
    first, second = looked.pair
    gates = looked.compared.gates[block]
    channel = state.keep_channel(gates.shape[1], int(np.ptp(gates, axis=0).argmax()))
    chosen = f"names = {literals(names)}\ngroups = {literals(groups)}"
    parts = [opening.network(name, looked.net), opening.pictures(offers), chosen + CAPTURES]
    parts += [settings(first=first, second=second, block=block, channel=channel), PARTING]
    if looked.net.reference is not None:
        parts.append(USUAL)
    if st.session_state.get(pinned.MEASURE) == "cosine":
        own = looked.net.reference is None
        centre = "gates.mean(axis=0)" if own else "net.reference.usual(block)[0]"
        parts.append(COSINES.format(centre=centre) + ALIKE)
    else:
        parts.append(DISTANCES + ALIKE)
    if len(looked.groups) > 1:
        parts.append(SEPARATION)
    return [*parts, CHANNELS]


def networks(net: services.Network, name: str) -> list[str]:
    """The picture looked at, in the chosen network and the second one."""
    image = f"image = {opening.decoded(state.picture())}"
    other_name = str(st.session_state[two_networks.OTHER])
    wanted = bool(st.session_state.get(two_networks.TRAINED, True))
    trained = wanted and services.has_weights(other_name)
    try:
        other = services.network(
            other_name, trained=trained or other_name not in services.entries()
        )
    except WeightsError:  # the page says so
        return [opening.network(name, net), image]
    return [
        opening.network(name, net),
        opening.network(other_name, other, to="other"),
        image + NETWORKS,
        settings(block=str(st.session_state[state.BLOCK])),
        ALIGNED,
    ]
