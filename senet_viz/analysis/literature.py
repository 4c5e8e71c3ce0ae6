"""What papers found of gates, beside the same question put to one network's survey."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from senet_viz.analysis.squeeze_correlation import ENOUGH, jackknife_reach, squeeze_correlations
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import NEARLY, VarianceSplit
from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Tabular
from senet_viz.core.translation import Words, tr

Claim = Literal["stripes", "blocks_correlate", "late_specific", "late_saturated", "squeeze"]
Verdict = Literal["agrees", "differs", "cannot be compared"]
STRONG = 0.5  # correlation
MOST = 0.5  # of the gates
NORMAL = 1.96
FEWEST = 2

PAPERS: Mapping[Claim, str] = {
    "stripes": "Stripe Observation Guided Inference Cost-free Attention (ECCV 2024, 2304.06345)",
    "blocks_correlate": "A Generic Shared Attention Mechanism (2210.16101)",
    "late_specific": "Squeeze-and-Excitation Networks, 7.2 (1709.01507)",
    "late_saturated": "Squeeze-and-Excitation Networks, 7.2 (1709.01507)",
    "squeeze": "Linear Context Transform (AAAI 2020, 1909.03834)",
}
CLAIMS: Mapping[Claim, str] = Words(
    {
        "stripes": lambda: tr("Gates become one vector, whatever the picture"),
        "blocks_correlate": lambda: tr("Gates of different blocks correlate: mean up to 0.85"),
        "late_specific": lambda: tr("Early gates are alike for all classes, late ones are not"),
        "late_saturated": lambda: tr("Near the end most gates of a block are close to 1"),
        "squeeze": lambda: tr("Gate and squeeze correlate negatively"),
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
    mean correlation of a channel's gate and its squeeze over pictures, with its interval. NaN where
    it cannot be compared.
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


def literature(survey: Survey) -> tuple[Finding, ...]:
    """Does this network do what papers found? Each claim that a survey can answer, in order.

    Raises CaptureError where fewer than two pictures were read.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> [f.verdict for f in literature(load_survey(shipped_survey("se_resnet18_imagenette")))]
    ['differs', 'cannot be compared', 'agrees', 'differs', 'cannot be compared']
    """
    splits = split_survey(survey)
    return (
        _stripes(splits),
        _correlation(survey),
        _specific(splits),
        _saturated(survey),
        _squeeze(survey),
    )


def _stripes(splits: Mapping[str, VarianceSplit]) -> Finding:
    off = np.array([split.relative for split in splits.values()])
    still = int((off < NEARLY).sum())
    return _found(
        "stripes",
        still / off.size,
        agrees=still > off.size / 2,
        sentence=tr(
            "{still} of {blocks} blocks are off their mean by less than {nearly:.0%} of the gate; "
            "all by {low:.1%} to {high:.1%}.",
            still=still,
            blocks=off.size,
            nearly=NEARLY,
            low=off.min(),
            high=off.max(),
        ),
    )


def _correlation(survey: Survey) -> Finding:
    if not survey.has_gates:
        return _uncompared("blocks_correlate", tr("This survey kept no gates of single pictures."))
    pairs = {
        pair: _correlations(*map(survey.gates, pair))
        for pair in combinations(survey.blocks, 2)
        if survey[pair[0]].mean.shape == survey[pair[1]].mean.shape
    }
    known = {pair: found for pair, found in pairs.items() if len(found) >= FEWEST}
    if not known:
        return _uncompared(
            "blocks_correlate", tr("No two blocks with gates that vary have as many channels.")
        )
    means = {pair: float(found.mean()) for pair, found in known.items()}
    highest = max(means, key=lambda pair: means[pair])
    found = known[highest]
    reach = NORMAL * float(found.std(ddof=1)) / np.sqrt(len(found))
    return _found(
        "blocks_correlate",
        means[highest],
        agrees=means[highest] - reach > STRONG,
        reach=reach,
        sentence=tr(
            "Highest of {pairs} pairs: {one} and {other}, {value:.2f} (95% interval {low:.2f} to "
            "{high:.2f} over {pictures} pictures); mean of all pairs {mean:.2f}. The gates "
            "of one picture, over channels, which answer to each other only where a shortcut adds "
            "them up.",
            pairs=len(known),
            one=highest[0],
            other=highest[1],
            value=means[highest],
            low=means[highest] - reach,
            high=means[highest] + reach,
            pictures=len(found),
            mean=float(np.mean([*means.values()])),
        ),
    )


def _correlations(one: Array, other: Array) -> Doubles:
    """For each picture that of the gates of two blocks (n, c) over channels; no constant ones."""
    a, b = (x.astype(np.float64) - x.mean(1, keepdims=True, dtype=np.float64) for x in (one, other))
    size = np.sqrt((a**2).sum(1) * (b**2).sum(1))
    there = size > 1e-9
    return np.asarray((a * b).sum(1)[there] / size[there])


def _specific(splits: Mapping[str, VarianceSplit]) -> Finding:
    every = [s.corrected_share for s in splits.values() if s.separable]
    shares = np.array([share for share in every if np.isfinite(share)])
    if len(shares) < FEWEST:
        return _uncompared(
            "late_specific", tr("It takes two classes, and several pictures of a class.")
        )
    third = max(1, len(shares) // 3)
    first, last = float(shares[:third].mean()), float(shares[-third:].mean())
    return _found(
        "late_specific",
        last - first,
        agrees=last > first,
        sentence=tr(
            "Of the variance, {first:.0%} lies between classes in the first third of the blocks "
            "and {last:.0%} in the last, corrected for chance.",
            first=first,
            last=last,
        ),
    )


def _saturated(survey: Survey) -> Finding:
    third = max(1, len(survey.blocks) // 3)
    shares = {}
    for block in survey.blocks[-third:]:
        moments = survey[block]
        gates = int(moments.count.sum()) * moments.mean.shape[1]
        shares[block] = float(moments.near_one.sum()) / max(gates, 1)
    most = max(shares, key=lambda block: shares[block])
    return _found(
        "late_saturated",
        shares[most],
        agrees=shares[most] > MOST,
        sentence=tr(
            "Among the last {blocks} blocks {block} has the most gates above 0.95: {share:.1%}.",
            blocks=third,
            block=most,
            share=shares[most],
        ),
    )


def _squeeze(survey: Survey) -> Finding:
    found = [*(squeeze_correlations(survey) if survey.has_gates else {}).values()]
    if not found:
        return _uncompared("squeeze", tr("This survey kept no squeezes of single pictures."))
    if (pictures := found[0].pictures) < ENOUGH:
        return _uncompared(
            "squeeze",
            tr(
                "It takes {enough} pictures for an interval; this survey has {pictures}.",
                enough=ENOUGH,
                pictures=pictures,
            ),
        )
    found = [each for each in found if np.isfinite(each.reach)]
    if not found:
        return _uncompared("squeeze", tr("No gate moves with or against its squeeze."))
    means = {each.block: each.mean for each in found}
    lowest, highest = min(means, key=lambda b: means[b]), max(means, key=lambda b: means[b])
    mean = float(np.mean([*means.values()]))
    alike = all(each.replicates.size for each in found)
    reach = (
        jackknife_reach(np.mean([each.replicates for each in found], axis=0)) if alike else np.nan
    )
    across = [each.of_means for each in found if np.isfinite(each.of_means)]
    return _found(
        "squeeze",
        mean,
        agrees=mean + reach < 0,
        reach=reach,
        sentence=tr(
            "Of a channel's gate and its squeeze over {pictures} pictures, mean over channels and "
            "{blocks} blocks {value:.2f} (95% interval {low:.2f} to {high:.2f}), from {least:.2f} "
            "in {lowest} to {most:.2f} in {highest}. Mean gate against mean squeeze over channels: "
            "{across:.2f} on average, below 0 in {below} of the blocks.",
            pictures=pictures,
            blocks=len(found),
            value=mean,
            low=mean - reach,
            high=mean + reach,
            least=means[lowest],
            lowest=lowest,
            most=means[highest],
            highest=highest,
            across=float(np.mean(across)) if across else np.nan,
            below=sum(each < 0 for each in across),
        ),
    )


def _found(
    claim: Claim, value: float, *, agrees: bool, sentence: str, reach: float = np.nan
) -> Finding:
    if not np.isfinite(value):
        raise CaptureError(tr("the gates of this survey are not all finite"))
    verdict: Verdict = "agrees" if agrees else "differs"
    return Finding(claim, verdict, float(value), value - reach, value + reach, sentence)


def _uncompared(claim: Claim, sentence: str) -> Finding:
    return Finding(claim, "cannot be compared", np.nan, np.nan, np.nan, sentence)
