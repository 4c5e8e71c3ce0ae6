"""Where a gate comes from as a script: what of that section is open, beside the rest of Inspect."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_text import settings
from dashboard.runtime.offers import Chosen
from senet_viz.analysis.gate_places import Of
from senet_viz.analysis.place_deletion import Cover

EXPLAINED: dict[Of, str] = {
    "channel": "sv.explain_gate_by_place({of}, channel)",
    "unit": "sv.analysis.explain_unit_by_place({of}, unit)",
    "channels": "sv.analysis.explain_block_by_place({of})",
}
PLACES = """
# Where in the picture it comes from: the constant and what each place adds make the logit
places = """
LESS = """
# Less the same of another picture, place by place
there = sv.capture(net.model, net.preprocess(other), features=[block])[block]
places = places.minus({explained})
"""
SUM = """
print(f"places add {places.map[places.map > 0].sum():+.3f} and take "
      f"{places.map[places.map < 0].sum():.3f}, constant {places.constant:+.3f}: "
      f"{places.logit:.3f}, missed by {places.error:.0e}")
"""
FIELD = """
# What the place that counts most sees of the picture, by strides and kernels
fields = sv.hooks.receptive_fields(net.model, net.preprocess(image))
place = np.unravel_index(np.abs(places.map).argmax(), places.map.shape)
if block in fields:
    print(f"place {tuple(map(int, place))} sees {fields[block].share(place):.1%} of the picture")
"""
CLASS = """
# What at the block speaks for a class (Grad-CAM), and what the channel adds through its gate
relevance = sv.experiments.gate_relevance(net.model, net.preprocess(image), block, followed)
print(f"gate x activation x gradient: {relevance.relevance[channel]:+.3f}, "
      f"rank {relevance.rank(channel)} of {relevance.relevance.size}")
try:
    speaks = sv.experiments.class_map(net.model, net.preprocess(image), block, followed)
    print(f"highest of the class map {speaks.map.max():.3f}")
except sv.BlockError as error:
    print(error)
"""
COVERED = """
# The places with the highest account covered, beside random ones: how far does the logit fall?
batch = net.preprocess(image)
curves = [
    *sv.analysis.delete_places(activation, [channel], cover=cover),
    *sv.experiments.delete_from_picture(net.model, batch, {block: [channel]}, cover=cover),
]
for curve in curves:
    print(f"the {curve.edited} covered: falls by {curve.area:.3f} on average, random places by "
          f"{curve.random_area.mean():.3f} ± {curve.random_area.std():.3f}")
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Which parts of the section are open.

    ``unit`` matters only for ``of`` "unit". ``pools`` is the number of the block's poolings.
    ``followed`` is the class of the class map and ``cover`` that of the test, None if closed.
    """

    of: Of
    unit: int
    less: Chosen | None
    pools: int
    field: bool
    followed: int | None
    cover: Cover | None


def parts(shown: Places) -> list[str]:
    """The paragraphs, after those of one block."""
    lines = [settings(unit=shown.unit)] if shown.of == "unit" else []
    lines += [PLACES + EXPLAINED[shown.of].format(of="activation")]
    if shown.less is not None:
        there = EXPLAINED[shown.of].format(of="there")
        lines += [f"other = {script_opening.decoded(shown.less)}", LESS.format(explained=there)]
    lines += [SUM] + ([FIELD] if shown.field else [])
    if shown.followed is not None:
        lines += [settings(followed=shown.followed), CLASS]
    if shown.cover is not None:
        lines += [settings(cover=shown.cover), COVERED]
    return lines


def charts(shown: Places) -> list[str]:
    """The figures of it."""
    deletion = [f"deletion_curve(curves[{i}])" for i in range(2) if shown.cover is not None]
    pools = [f"places_map(places, pool={i})" for i in range(shown.pools) if shown.pools > 1]
    return ["places_map(places)", *pools, *deletion]
