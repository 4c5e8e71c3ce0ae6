"""Channels as tiles: each map before and after its gate side by side; a click picks the channel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from dashboard.components import tiles
from dashboard.components.tiles import Face, Sheet, Tile
from dashboard.components.widgets import dark
from dashboard.session import selection
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.translation import Words, tr
from senet_viz.figures.base.theme import GATES
from senet_viz.figures.block.feature_maps import (
    Range,
    Scope,
    after_gate,
    colour_range,
    ends_of,
    range_words,
)
from senet_viz.figures.block.map_sheets import map_sheet

EXTREMES = Words[str](
    {
        "enhanced": lambda: tr("Most enhanced"),
        "suppressed": lambda: tr("Most suppressed"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class MapScale:
    """What colours of maps stand for; ``reach`` are the values of all blocks on one scale."""

    scope: Scope
    reach: Array | None = None

    @property
    def is_own(self) -> bool:
        """Whether each channel has a range of its own."""
        return self.scope in ("pair", "map")


def chosen_scale(capture: Capture) -> MapScale:
    """That of the person's choice."""
    scope: Scope = st.session_state[selection.SCALE]
    return common_scale(capture) if scope == "network" else MapScale(scope)


def common_scale(blocks: Iterable[BlockActivation]) -> MapScale:
    """One for all of these blocks, so that their maps can be compared."""
    return MapScale("network", ends_of(block.require_features()[0] for block in blocks))


def pairs(
    activation: BlockActivation,
    channels: Sequence[int],
    *,
    scale: MapScale,
    key: str,
    words: str,
    picks: bool = True,
    at: int | None = None,
) -> None:
    """A tile for each of these channels; ``words`` names all of them together.

    A click picks the block and the channel, unless ``picks`` is false. For volumes the slice ``at``
    is drawn, by default the middle one.
    """
    block = activation.block.name
    features, gates = activation.require_features()[0], activation.excitation[0]
    maps = features[list(channels)]
    before, after = ranges(activation, channels, scale)
    ends = [
        np.concatenate([np.broadcast_to(end, len(maps)) for end in two])
        for two in zip(before, after, strict=True)
    ]
    both = np.concatenate([maps, after_gate(maps, gates[list(channels)])])
    if both.ndim == 4 and at is not None:
        both = both[:, at]
    sheet = map_sheet(both, low=ends[0], high=ends[1], dark=dark())
    height, width = sheet.cell
    tiles.draw(
        [
            Tile(
                channel,
                tr(
                    "ch {channel} · {gate:.3f}: its map before and after the gate",
                    channel=channel,
                    gate=gates[channel],
                ),
                tr("ch {channel} · {gate:.3f}", channel=channel, gate=gates[channel]),
                _own_range(ends, n) if scale.is_own else "",
                tuple(Face(cell, words=sheet.words[cell]) for cell in (n, n + len(maps))),
            )
            for n, channel in enumerate(channels)
        ],
        [
            Sheet(
                tiles.data_url(sheet.png), sheet.columns, sheet.rows, width / height, both.ndim > 2
            )
        ],
        key=key,
        words=words,
        picked=_picked_in(block),
        on_pick=(lambda channel: _pick(block, int(channel))) if picks else None,
    )


def _picked_in(block: str) -> int | None:
    """The picked channel, if it is one of this block."""
    if st.session_state.get(selection.BLOCK) != block:
        return None
    channel: int | None = st.session_state.get(selection.CHANNEL)
    return channel


def _pick(block: str, channel: int) -> None:
    if st.session_state.get(selection.BLOCK) != block:
        selection.choose_block(block)
    selection.pick_channel(channel)


def ranges(
    activation: BlockActivation, channels: Sequence[int], scale: MapScale
) -> tuple[tuple[Range, Range], tuple[Range, Range]]:
    """The first and the last value of the colours before the gate, and after it."""
    features, gates = activation.require_features()[0], activation.excitation[0]
    maps = features[list(channels)]
    whole = features if scale.reach is None else scale.reach
    before = colour_range(maps, scope=scale.scope, block_maps=whole)
    if scale.scope != "map":
        return before, before
    after = after_gate(maps, gates[list(channels)])
    return before, colour_range(after, scope=scale.scope, block_maps=whole)


def _own_range(ends: Sequence[Array], at: int) -> str:
    return range_words(float(ends[0][at]), float(ends[1][at]))


def scale_bar(activation: BlockActivation, low: str, high: str) -> str:
    """The ends of a map's scale, for its colours or the height of its line, as HTML."""
    if len(activation.places) == 1:
        words = tr("line from {low} to {high}", low=low, high=high)
        return f'<span class="scale">{escape(words)}</span>'
    return colour_bar(low, high)


def colour_bar(low: str, high: str) -> str:
    """The colours of maps and gates between two ends in words, as HTML."""
    colours = ", ".join(GATES)
    return (
        f'<span class="scale">{escape(low)} <i style="background: linear-gradient(90deg, '
        f'{colours})"></i> {escape(high)}</span>'
    )
