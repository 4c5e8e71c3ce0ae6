"""The measured claims of papers as a script: over the survey's pictures, or others."""

from dataclasses import dataclass

from dashboard.components import script_opening
from dashboard.components.script_opening import Origin
from dashboard.runtime.offers import Chosen

CLAIMS = """
# Three that take forward passes and gradients; the network's own answers count as right
{pictures}
batches = [(net.preprocess(picture), None) for picture in pictures]
for claim in sv.removal.MEASURED:
    found = sv.removal.measure_claim(net, claim, batches)
    print(f"{{found.claim}}: {{found.verdict}}. {{found.sentence}}")
"""
OF_SURVEY = """names = [picture.name for picture in survey.pictures]
spaced = np.linspace(0, len(names) - 1, {count}).round().astype(int)
pictures = [sv.decode(survey.picture(names[i])) for i in spaced]"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What papers say, measured on ``count`` pictures of the survey, or else on those on offer."""

    network: Origin
    count: int
    offered: tuple[Chosen, ...]


def claims(shown: Measured) -> list[str]:
    pictures = script_opening.pictures(shown.offered)
    if shown.count:
        pictures = OF_SURVEY.format(count=shown.count)
    return [script_opening.network(shown.network), CLAIMS.format(pictures=pictures)]
