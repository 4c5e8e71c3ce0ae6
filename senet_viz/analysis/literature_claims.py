"""Claims of papers on gates, and what is found beside each in one network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Tabular
from senet_viz.core.translation import Words, tr

Claim = Literal[
    "stripes",
    "blocks_correlate",
    "late_specific",
    "late_saturated",
    "squeeze",
    "features",
    "context",
    "uniform",
    "pruning",
]
Verdict = Literal["agrees", "differs", "cannot be compared"]

MEASURED: tuple[Claim, ...] = ("context", "uniform", "pruning")
"""The claims that no survey can answer."""

PAPERS: Mapping[Claim, str] = {
    "stripes": "Stripe Observation Guided Inference Cost-free Attention (ECCV 2024, 2304.06345)",
    "blocks_correlate": "A Generic Shared Attention Mechanism (2210.16101)",
    "late_specific": "Squeeze-and-Excitation Networks, 7.2 (1709.01507)",
    "late_saturated": "Squeeze-and-Excitation Networks, 7.2 (1709.01507)",
    "squeeze": "Linear Context Transform (AAAI 2020, 1909.03834)",
    "features": "Adaptive Normalization-Free Feature Recalibration (TMLR 2025, 2410.02006)",
    "context": "Tiled Squeeze-and-Excite (2107.02145)",
    "uniform": "Channel-wise Activation Suppressing (ICLR 2021, 2103.08307)",
    "pruning": "Squeeze-and-Excitation Networks, 8 (1709.01507); PCAS (1806.05382)",
}
CLAIMS: Mapping[Claim, str] = Words(
    {
        "stripes": lambda: tr("Gates become one vector, whatever the picture"),
        "blocks_correlate": lambda: tr("Gates of different blocks correlate: mean up to 0.85"),
        "late_specific": lambda: tr("Early gates are alike for all classes, late ones are not"),
        "late_saturated": lambda: tr("Near the end most gates of a block are close to 1"),
        "squeeze": lambda: tr("Gate and squeeze correlate negatively"),
        "features": lambda: tr(
            "Channel attention with weight standardisation improves class selectivity"
        ),
        "context": lambda: tr("Seven rows or columns of context do as well as the whole"),
        "uniform": lambda: tr(
            "Adversarial pictures use channels more uniformly, and activate more"
        ),
        "pruning": lambda: tr("Gates tell which channels can be pruned"),
    }
)
VERDICTS: Mapping[Verdict, str] = Words(
    {
        "agrees": lambda: tr("agrees"),
        "differs": lambda: tr("differs"),
        "cannot be compared": lambda: tr("cannot be compared"),
    }
)


@dataclass(frozen=True, slots=True)
class Finding(Tabular):
    """One claim of a paper, and this network's number for it over a survey's pictures.

    ``value`` is, for "stripes", the share of blocks whose gates act as a fixed scale or nearly; for
    "blocks_correlate" the highest mean correlation of two blocks with one number of channels, with
    its 95% interval over pictures from ``low`` to ``high``; for "late_specific" the share of the
    variance between classes in the last third of the blocks less that in the first; for
    "late_saturated" the highest share of gates above 0.95 among the last third; for "squeeze" the
    mean correlation of a channel's gate and its squeeze over pictures, with its interval. Those of
    "context", "uniform" and "pruning" are measured (``measure_claim``). NaN where it cannot be
    compared.
    """

    claim: Claim
    verdict: Verdict
    value: float
    low: float
    high: float
    sentence: str

    @property
    def paper(self) -> str:
        return PAPERS[self.claim]


def finding(
    claim: Claim, value: float, *, agrees: bool, sentence: str, reach: float = np.nan
) -> Finding:
    """What was found, with its interval to both sides."""
    if not np.isfinite(value):
        raise CaptureError(tr("the gates of this survey are not all finite"))
    verdict: Verdict = "agrees" if agrees else "differs"
    return Finding(claim, verdict, float(value), value - reach, value + reach, sentence)


def uncompared(claim: Claim, sentence: str) -> Finding:
    """What this survey cannot say, and why."""
    return Finding(claim, "cannot be compared", np.nan, np.nan, np.nan, sentence)
