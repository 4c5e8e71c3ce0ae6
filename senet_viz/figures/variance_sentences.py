"""What is seen over the charts of variance: which blocks move, which with the class."""

from collections.abc import Mapping

import numpy as np

from senet_viz.figures.formats import gate, percent
from senet_viz.language import tr
from senet_viz.variance import VarianceSplit

Splits = Mapping[str, VarianceSplit]


def movement_sentence(splits: Splits) -> str:
    fixed = [n for n, s in splits.items() if s.verdict == "fixed scale"]
    nearly = [n for n, s in splits.items() if s.verdict == "nearly fixed"]
    known = [n for n in splits if np.isfinite(splits[n].relative)]
    if not known:
        return tr("No block has finite gates, so none can be told from a fixed scale")
    most = max(known, key=lambda n: splits[n].relative)
    seen = _fixed_sentence(fixed, len(nearly), len(splits))
    if len(fixed) == len(splits):
        return seen
    return tr(
        "{seen}; most dynamic: {most}, {relative:.0%} of the gate",
        seen=seen,
        most=most,
        relative=splits[most].relative,
    )


def _fixed_sentence(fixed: list[str], nearly: int, blocks: int) -> str:
    """How many blocks act as a fixed scale, or nearly so."""
    if not fixed:
        if nearly:
            return tr("No block acts as a fixed scale, {nearly} nearly", nearly=nearly)
        return tr("No block is anywhere near a fixed scale")
    if len(fixed) == 1:
        seen = tr("{fixed} acts as a fixed scale", fixed=fixed[0])
    else:
        seen = tr(
            "{fixed} of {blocks} blocks act as a fixed scale", fixed=len(fixed), blocks=blocks
        )
    return tr("{seen}, {nearly} more nearly so", seen=seen, nearly=nearly) if nearly else seen


def share_sentence(splits: Splits) -> str:
    known = {n: s for n, s in splits.items() if np.isfinite(s.block_share)}
    if not known:
        return tr(
            "Between and within classes cannot be told apart: no class has two "
            "pictures, or there is only one class"
        )
    high = max(known, key=lambda n: known[n].corrected_share)
    low = min(known, key=lambda n: known[n].corrected_share)
    return tr(
        "Gates move with the class most in {high} ({block_share} of the variance), "
        "least in {low} ({block_share_2})",
        high=high,
        block_share=percent(known[high].block_share),
        low=low,
        block_share_2=percent(known[low].block_share),
    )


def channel_sentence(block: str, split: VarianceSplit) -> str:
    most = int(split.deviation.argmax())
    seen = tr(
        "Channel {most} of {block} moves most (deviation {deviation})",
        most=most,
        block=block,
        deviation=gate(split.deviation[most]),
    )
    if not np.isfinite(split.share).any():
        return seen
    best = int(np.nanargmax(split.share))
    return tr(
        "{seen}; channel {best} goes with the class most ({share} of its variance)",
        seen=seen,
        best=best,
        share=percent(split.share[best]),
    )
