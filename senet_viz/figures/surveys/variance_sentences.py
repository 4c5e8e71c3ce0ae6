"""Titles and captions of the charts of variance: which blocks move, and which with the class."""

from collections.abc import Mapping

import numpy as np

from senet_viz.analysis.variance import VarianceSplit, rule
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import gate, percent

Splits = Mapping[str, VarianceSplit]


def movement_sentence(splits: Splits) -> str:
    fixed = [n for n, s in splits.items() if s.verdict == "fixed scale"]
    nearly = [n for n, s in splits.items() if s.verdict == "nearly fixed"]
    known = [n for n in splits if np.isfinite(splits[n].relative)]
    if not known:
        return tr("No block has finite gates, so none can be told from a fixed scale")
    most = max(known, key=lambda n: splits[n].relative)
    words = _fixed_sentence(fixed, len(nearly), len(splits))
    if len(fixed) == len(splits):
        return words
    return tr(
        "{sentence}; most dynamic: {most}, {relative:.0%} of the gate",
        sentence=words,
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
        words = tr("{fixed} acts as a fixed scale", fixed=fixed[0])
    else:
        words = tr(
            "{fixed} of {blocks} blocks act as a fixed scale", fixed=len(fixed), blocks=blocks
        )
    return (
        tr("{sentence}, {nearly} more nearly so", sentence=words, nearly=nearly)
        if nearly
        else words
    )


def movement_reads() -> str:
    """How to read the chart of how far gates are off their mean."""
    return tr(
        "A bar for each block: how far its gates are off their own mean over all "
        "pictures, in percent of the gate, both as root mean square over pictures "
        "and channels. High: the block does something else to each picture. {rule} "
        "Click a bar to pick its block.",
        rule=rule(),
    )


def movement_caution() -> str:
    """What it does not mean."""
    return tr(
        "A fixed scale on these pictures may move on others. It is a verdict on "
        "the gate, not on accuracy: a small movement in few channels can matter; "
        "what replacing the gates by their mean costs is measured on the page What "
        "matters."
    )


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
        "Gates move with the class most in {most_block} ({most} of the variance), "
        "least in {least_block} ({least})",
        most_block=high,
        most=percent(known[high].block_share),
        least_block=low,
        least=percent(known[low].block_share),
    )


def share_reads(chance: float) -> str:
    """How to read the chart of between and within classes."""
    return tr(
        "The variance of a block's gates, all channels together: the part between "
        "classes (of the class means) and the part within them; the two add up to "
        "the whole exactly. The dotted line, {chance}, is what classes that mean "
        "nothing would give with so many pictures. No bar: the gates never move. "
        "Click a bar to pick its block.",
        chance=percent(chance),
    )


def share_caution() -> str:
    """What it does not mean."""
    return tr(
        "A share is of whatever variance there is: where the gates hardly move, "
        "its split means little. A large share does not show that the network uses "
        "the gate to tell the classes apart: classes differ in background and "
        "light as well."
    )


def channel_sentence(block: str, split: VarianceSplit) -> str:
    most = int(split.deviation.argmax())
    words = tr(
        "Channel {most} of {block} moves most (deviation {deviation})",
        most=most,
        block=block,
        deviation=gate(split.deviation[most]),
    )
    if not np.isfinite(split.share).any():
        return words
    best = int(np.nanargmax(split.share))
    return tr(
        "{sentence}; channel {best} goes with the class most ({share} of its variance)",
        sentence=words,
        best=best,
        share=percent(split.share[best]),
    )


def channel_reads(split: VarianceSplit) -> str:
    """How to read the chart of a block's channels."""
    if split.separable:
        return tr(
            "A point for each channel. Right: its gate moves much from picture to "
            "picture. High: it moves with the class. Click a point to pick its channel."
        )
    return tr(
        "A point for each channel. Right: its gate moves much from picture to "
        "picture. High: its gate is open. Click a point to pick its channel."
    )
