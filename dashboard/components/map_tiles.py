"""Channels as tiles: each map before and after its gate side by side; a click picks the channel."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from dashboard.components import tiles
from dashboard.components.tiles import Face, Sheet, Tile
from dashboard.components.widgets import dark
from dashboard.session import selection
from senet_viz.core.arrays import Array
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.figures.base.theme import GATES
from senet_viz.figures.block.feature_maps import Range, Scope, colour_range, range_words
from senet_viz.figures.block.map_sheets import map_sheet

OWN = ("pair", "map")  # scopes in which each channel has a range of its own


def pairs(
    activation: BlockActivation, channels: Sequence[int], *, scope: Scope, key: str, words: str
) -> None:
    """A tile for each of these channels; ``words`` are the name of them all together."""
    features, gates = activation.require_features()[0], activation.excitation[0]
    maps = features[list(channels)]
    before, after = ranges(activation, channels, scope)
    ends = [
        np.concatenate([np.broadcast_to(end, len(maps)) for end in two])
        for two in zip(before, after, strict=True)
    ]
    both = np.concatenate([maps, maps * gates[list(channels)][:, None, None]])
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
                _own_range(ends, n) if scope in OWN else "",
                tuple(Face(cell, words=sheet.words[cell]) for cell in (n, n + len(maps))),
            )
            for n, channel in enumerate(channels)
        ],
        [Sheet(tiles.data_url(sheet.png), sheet.columns, sheet.rows, width / height)],
        key=key,
        words=words,
        picked=st.session_state.get(selection.CHANNEL),
        on_pick=lambda channel: selection.pick_channel(int(channel)),
    )


def ranges(
    activation: BlockActivation, channels: Sequence[int], scope: Scope
) -> tuple[tuple[Range, Range], tuple[Range, Range]]:
    """The first and the last value of the colours before the gate, and after it."""
    features, gates = activation.require_features()[0], activation.excitation[0]
    maps = features[list(channels)]
    before = colour_range(maps, scope=scope, block_maps=features)
    if scope != "map":
        return before, before
    after = maps * gates[list(channels)][:, None, None]
    return before, colour_range(after, scope=scope, block_maps=features)


def _own_range(ends: Sequence[Array], at: int) -> str:
    return range_words(float(ends[0][at]), float(ends[1][at]))


def colour_bar(low: str, high: str) -> str:
    """The colours of maps and gates between two ends in words, as HTML."""
    colours = ", ".join(GATES)
    return (
        f'<span class="scale">{escape(low)} <i style="background: linear-gradient(90deg, '
        f'{colours})"></i> {escape(high)}</span>'
    )
