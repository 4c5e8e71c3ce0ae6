"""One channel over a survey as a script: its classes, its pictures, what it sees of them."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_figures import drawn
from dashboard.components.script_opening import Opened, Origin
from dashboard.components.script_text import settings

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
CROPS = """
# What the place with the highest {at} sees of each of these pictures
for i in (*order[:8], *order[::-1][:8]):
    data = survey.picture(pictures[i].name)
    if data is not None:
        exemplar = sv.experiments.exemplar(net, sv.decode(data), block, channel, at="{at}")
        print(f"{{pictures[i].name}}: place {{exemplar.place}} with {{exemplar.value:.3f}} sees "
              f"{{exemplar.share:.1%}} of the picture")
"""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel by class, and its pictures where each picture's gates were kept.

    ``crop``: its pictures are cut to the place of the highest "account" or "activation" in the
    ``network`` of the survey.
    """

    survey: Opened
    block: str
    channel: int
    has_gates: bool
    crop: str | None = None
    network: Origin | None = None


def channel(shown: Channel) -> list[str]:
    figure = drawn("gate_by_class(moments, channel, survey.classes)")
    parts = [settings(block=shown.block, channel=shown.channel), BY_CLASS, figure]
    parts += [EXTREMES] if shown.has_gates else []
    if shown.has_gates and shown.crop is not None and shown.network is not None:
        parts += [script_opening.network(shown.network), CROPS.format(at=shown.crop)]
    return parts
