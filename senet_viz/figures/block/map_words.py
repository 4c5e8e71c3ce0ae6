"""What the map of a network says in words and in numbers."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from senet_viz.core.translation import count, tr
from senet_viz.figures.base import sentences
from senet_viz.figures.base.formats import gate, literal, paragraph, percent, tiny
from senet_viz.figures.block.map_blocks import SATURATED, MapBlock

MOST_NUMBERS = 18  # blocks; with more, their width stands for the number of channels


def title(blocks: Sequence[MapBlock]) -> str:
    if any(block.spread for block in blocks):
        return sentences.means([block.name for block in blocks], list(map(mean, blocks)))
    channels = [block.channels for block in blocks]
    return tr(
        "{blocks} of {least} to {most} channels",
        blocks=count(len(blocks), "SE block"),
        least=min(channels),
        most=max(channels),
    )


def reads(blocks: int) -> str:
    width = (
        tr("The number under a slot is that of its channels.")
        if blocks <= MOST_NUMBERS
        else tr("A slot is the wider, the more channels it has.")
    )
    return tr(
        "One slot for each SE block, from the input on the left to the output on the right. It is "
        "filled from 0 to the mean gate; the line runs from the 5th to the 95th percentile of its "
        "gates. {width} A dot above: saturated, more than {saturated:.0%} of the gates are near 0 "
        "or 1. Below: ✓ proof verified, ○ trivial, ✕ failed. A click picks the block in every "
        "view.",
        width=width,
        saturated=SATURATED,
    )


def _facts(block: MapBlock) -> str:
    """ "128 channels · 8 px · reduction 16", as far as known."""
    parts = [count(block.channels, "channel")]
    if block.side is not None:
        parts.append(f"{block.side} px")
    if block.reduction is not None:
        parts.append(tr("reduction {reduction:g}", reduction=block.reduction))
    return " · ".join(parts)


def hover(block: MapBlock) -> str:
    lines = [_facts(block)]
    if (spread := block.spread) is not None:
        lines += [
            tr("mean gate {mean}", mean=gate(spread.mean)),
            tr("nine tenths from {low} to {high}", low=gate(spread.low), high=gate(spread.high)),
            tr(
                "near 0: {near_zero}, near 1: {near_one}",
                near_zero=percent(spread.near_zero),
                near_one=percent(spread.near_one),
            ),
        ]
    if block.proof is not None:
        lines.append(
            tr(
                "{proof_words} (relative error {relative_error})",
                proof_words=proof_words(block.proof),
                relative_error=tiny(block.relative_error or 0.0),
            )
        )
    return "<br>".join((f"<b>{literal(block.name)}</b>", *map(literal, lines)))


def alt(blocks: Sequence[MapBlock], selected: str | None) -> str:
    whole: str = tr(
        "{slots}, one for each SE block by depth. {title}.",
        slots=count(len(blocks), "slot"),
        title=title(blocks),
    )
    if any(block.proof for block in blocks):
        whole = paragraph(
            whole,
            tr(
                "Proof verified for {verified} of {blocks}; {dotted} with more than "
                "{saturated:.0%} of the gates near 0 or 1.",
                verified=sum(block.proof == "verified" for block in blocks),
                blocks=len(blocks),
                dotted=sum(bool(b.spread and b.spread.is_saturated) for b in blocks),
                saturated=SATURATED,
            ),
        )
    chosen = next((block for block in blocks if block.name == selected), None)
    if chosen is None:
        return whole
    known = mean(chosen)
    return paragraph(
        whole,
        tr(
            "Selected: {selected}, {channels}, mean gate {mean}.",
            selected=chosen.name,
            channels=count(chosen.channels, "channel"),
            mean=gate(known) if isfinite(known) else tr("not known"),
        ),
    )


def proof_words(proof: str) -> str:
    """How the proof of a block went."""
    match proof:
        case "verified":
            return tr("proof verified")
        case "trivial":
            return tr("proof trivial")
        case "failed":
            return tr("proof failed")
    return tr("proof {proof}", proof=proof)


def mean(block: MapBlock) -> float:
    return block.spread.mean if block.spread else np.nan


def table(blocks: Sequence[MapBlock]) -> dict[str, Any]:
    """The numbers of each block; NaN and "" for what is not known."""
    fields = ("mean", "low", "high", "near_zero", "near_one")
    spreads = {
        field: np.array([getattr(b.spread, field) if b.spread else np.nan for b in blocks])
        for field in fields
    }
    return {
        "block": [block.name for block in blocks],
        "channels": np.array([block.channels for block in blocks]),
        **{{"low": "p5", "high": "p95"}.get(f, f): spreads[f] for f in fields},
        "side": np.array([np.nan if b.side is None else b.side for b in blocks], dtype=np.float64),
        "proof": [block.proof or "" for block in blocks],
        "relative_error": np.array(
            [np.nan if b.relative_error is None else b.relative_error for b in blocks]
        ),
    }
