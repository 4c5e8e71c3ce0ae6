"""What papers found of gates, beside the same question put to one network's survey."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from senet_viz.analysis.feature_selectivity import FEWEST_PICTURES, feature_selectivity
from senet_viz.analysis.literature_claims import Finding, finding, uncompared
from senet_viz.analysis.squeeze_correlation import ENOUGH, jackknife_reach, squeeze_correlations
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import NEARLY, VarianceSplit
from senet_viz.core.arrays import Array, Doubles
from senet_viz.core.translation import tr

STRONG = 0.5  # correlation
MOST = 0.5  # of the gates
NORMAL = 1.96
FEWEST = 2


def literature(survey: Survey) -> tuple[Finding, ...]:
    """Does this network do what papers found? Each claim that a survey can answer, in order.

    Raises CaptureError where fewer than two pictures were read.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> found = literature(load_survey(shipped_survey("se_resnet18_imagenette")))
    >>> [f.verdict for f in found][:4]
    ['differs', 'cannot be compared', 'agrees', 'differs']
    """
    splits = split_survey(survey)
    return (
        _stripes(splits),
        _correlation(survey),
        _specific(splits),
        _saturated(survey),
        _squeeze(survey),
        _features(survey),
        uncompared(
            "context",
            tr(
                "This needs forward passes with other squeezes: see SE and 1×1 convolution, Same "
                "weights, no pooling."
            ),
        ),
        uncompared(
            "uniform",
            tr("This needs gradients: see Stability, Adversarial pictures."),
        ),
        uncompared(
            "pruning",
            tr(
                "This needs channels to be removed and answers counted: see the curves of "
                "senet-viz channels."
            ),
        ),
    )


def _stripes(splits: Mapping[str, VarianceSplit]) -> Finding:
    off = np.array([split.relative for split in splits.values()])
    still = int((off < NEARLY).sum())
    return finding(
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
        return uncompared("blocks_correlate", tr("This survey kept no gates of single pictures."))
    pairs = {
        pair: _correlations(*map(survey.gates, pair))
        for pair in combinations(survey.blocks, 2)
        if survey[pair[0]].mean.shape == survey[pair[1]].mean.shape
    }
    known = {pair: by_block for pair, by_block in pairs.items() if len(by_block) >= FEWEST}
    if not known:
        return uncompared(
            "blocks_correlate", tr("No two blocks with gates that vary have as many channels.")
        )
    means = {pair: float(by_block.mean()) for pair, by_block in known.items()}
    highest = max(means, key=lambda pair: means[pair])
    by_block = known[highest]
    reach = NORMAL * float(by_block.std(ddof=1)) / np.sqrt(len(by_block))
    return finding(
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
            pictures=len(by_block),
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
        return uncompared(
            "late_specific", tr("It takes two classes, and several pictures of a class.")
        )
    third = max(1, len(shares) // 3)
    first, last = float(shares[:third].mean()), float(shares[-third:].mean())
    return finding(
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
    return finding(
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
    correlations = [*(squeeze_correlations(survey) if survey.has_gates else {}).values()]
    if not correlations:
        return uncompared("squeeze", tr("This survey kept no squeezes of single pictures."))
    if (pictures := correlations[0].pictures) < ENOUGH:
        return uncompared(
            "squeeze",
            tr(
                "It takes {enough} pictures for an interval; this survey has {pictures}.",
                enough=ENOUGH,
                pictures=pictures,
            ),
        )
    correlations = [each for each in correlations if np.isfinite(each.reach)]
    if not correlations:
        return uncompared("squeeze", tr("No gate moves with or against its squeeze."))
    means = {each.block: each.mean for each in correlations}
    lowest, highest = min(means, key=lambda b: means[b]), max(means, key=lambda b: means[b])
    mean = float(np.mean([*means.values()]))
    alike = all(each.replicates.size for each in correlations)
    reach = (
        jackknife_reach(np.mean([each.replicates for each in correlations], axis=0))
        if alike
        else np.nan
    )
    across = [each.of_means for each in correlations if np.isfinite(each.of_means)]
    return finding(
        "squeeze",
        mean,
        agrees=mean + reach < 0,
        reach=reach,
        sentence=tr(
            "Of a channel's gate and its squeeze over {pictures} pictures, mean over channels and "
            "{blocks} blocks {value:.3f} (95% interval {low:.3f} to {high:.3f}), from {least:.2f} "
            "in {lowest} to {most:.2f} in {highest}. Mean gate against mean squeeze over channels: "
            "{across:.2f} on average, below 0 in {below} of the blocks.",
            pictures=pictures,
            blocks=len(correlations),
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


def _features(survey: Survey) -> Finding:
    selectivities = feature_selectivity(survey) if survey.has_gates else {}
    if not selectivities:
        return uncompared(
            "features",
            tr(
                "This needs squeezes of single pictures, and two classes of {pictures} pictures.",
                pictures=FEWEST_PICTURES,
            ),
        )
    medians = {block: each.medians for block, each in selectivities.items() if each.share > MOST}
    most = max(each.share for each in selectivities.values())
    if len(medians) < FEWEST:
        return uncompared(
            "features",
            tr(
                "The index is of activations of 0 and more: at most {most:.0%} of a block's "
                "channels have a mean squeeze above 0 for every class.",
                most=most,
            ),
        )
    *early, last = medians
    lower = [after < before for before, after in (medians[block] for block in early)]
    before, after = medians[last]
    return uncompared(
        "features",
        tr(
            "The paper compares networks with and without the two. Here the median class "
            "selectivity of squeezes is lower after the gate in {lower} of {early} blocks before "
            "{last}; in {last} it goes from {before:.3f} to {after:.3f}.",
            lower=sum(lower),
            early=len(early),
            last=last,
            before=before,
            after=after,
        ),
    )
