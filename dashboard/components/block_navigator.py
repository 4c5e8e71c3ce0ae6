"""The way around the network, the same in every view: a chart to click, keys, a list."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.components.glossary import WORDS, opening, term
from dashboard.components.widgets import dark, error_words, heading, proof_name, show
from dashboard.session import selection
from senet_viz.core.block_words import places_words, squeeze_words
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.formats import gate, percent
from senet_viz.figures.base.theme import mode
from senet_viz.figures.block.map_blocks import GateSpread, MapBlock, map_block
from senet_viz.figures.block.network_maps import network_map

KEY = "network_map"
PIXELS_A_BLOCK = 10


def blocks_of(captured: Capture) -> list[MapBlock]:
    """The blocks of a network that a picture went through."""
    return [map_block(activation) for activation in captured]


def chart(blocks: Sequence[MapBlock]) -> str:
    """The map of these blocks under its sentence; the picked block's name."""
    names = [block.name for block in blocks]
    picked = selection.carry_block(names)
    drawn = network_map(blocks, dark=dark())
    heading(drawn, KEY)
    with st.container(key="network_map_scroll", gap=None):
        st.html(
            "<style>.st-key-network_map_scroll {overflow-x: auto}"
            f".st-key-{KEY} {{min-width: {PIXELS_A_BLOCK * len(names)}px}}"
            f"{outline(KEY, names.index(picked))}</style>"
        )
        show(drawn, KEY, on_click=selection.take_block_click, titled=False)
    return picked


def outline(key: str, number: int) -> str:
    """The style that outlines a block's bar in a chart whose first trace has one for each.

    The figure itself does not know which is picked, so the browser keeps it as it is.
    """
    bar = f".st-key-{key} .barlayer .trace:first-child .point:nth-child({number + 1}) path"
    return f"{bar} {{stroke: {mode(dark()).accent} !important; stroke-width: 2px !important}}"


def line(blocks: Sequence[MapBlock], captured: Capture | None = None, *, more: str = "") -> str:
    """The picked block in one line: buttons and keys to its neighbours, the list, its facts.

    ``more`` stands behind them, as HTML.
    """
    names = [block.name for block in blocks]
    with st.container(horizontal=True, key="head_line"):
        picked = picker(names)
        block = blocks[names.index(picked)]
        facts = _facts(block, None if captured is None else captured[picked])
        st.html(f'<p class="facts">{" · ".join([*facts, more] if more else facts)}</p>')
    return picked


def picker(names: Sequence[str]) -> str:
    """The picked block by name, between buttons to the one before and the one after."""
    selection.keep_block(names)
    at = names.index(st.session_state[selection.BLOCK])
    st.button(
        tr("Previous block"),
        icon=":material/arrow_back:",
        key="block_previous",
        disabled=at == 0,
        on_click=selection.step_block,
        args=(names, -1),
        shortcut="Left",
    )
    st.button(
        tr("Next block"),
        icon=":material/arrow_forward:",
        key="block_next",
        disabled=at == len(names) - 1,
        on_click=selection.step_block,
        args=(names, 1),
        shortcut="Right",
    )
    chosen = st.selectbox(
        tr("Block"),
        names,
        key=selection.BLOCK,
        on_change=selection.forget_bin,
        persist_state="session",
        width=170,
        label_visibility="collapsed",
    )
    return str(chosen)


def _facts(block: MapBlock, activation: BlockActivation | None) -> list[str]:
    """The block in a few words and numbers, as HTML."""
    channels = count(block.channels, "channel")
    if activation is not None:
        channels = tr(
            "{channels} of {places}", channels=channels, places=places_words(activation.places)
        )
    facts = [escape(channels)]
    if block.reduction is not None:
        facts.append(f"{term('reduction', place='line')} {block.reduction:g}")
    if (spread := block.spread) is None:
        return facts
    facts.append(escape(tr("mean gate {mean}", mean=gate(spread.mean))))
    if activation is not None:
        gates = activation.excitation[0]
        facts += [
            escape(tr("most open ch {channel}", channel=int(gates.argmax()))),
            escape(tr("most shut ch {channel}", channel=int(gates.argmin()))),
        ]
    facts.append(_saturated(spread))
    if activation is not None:
        facts.append(opening(activation.block.gate, _details(activation), place="line_gate"))
    return facts


def _saturated(spread: GateSpread) -> str:
    words = tr("saturated {share}", share=percent(spread.near_zero + spread.near_one))
    meaning = tr(
        "{meaning}; here {near_zero} near 0 and {near_one} near 1",
        meaning=WORDS["saturated"].say_meaning(),
        near_zero=percent(spread.near_zero),
        near_one=percent(spread.near_one),
    )
    return opening(words, meaning, place="line_saturated")


def _details(activation: BlockActivation) -> str:
    """What kind of block it is, and how its proof went."""
    block = activation.block
    by_mean = block.squeeze_by == "mean"
    squeeze = "" if by_mean else tr(" · squeeze: {pooling}", pooling=squeeze_words(block))
    scaled = tr(" · the maps are multiplied by {factor}, s the gate", factor=block.factor)
    return tr(
        "{kind}, gate: {gate}{squeeze}{factor} · {proof}, {error}",
        kind=block.kind,
        gate=block.gate,
        squeeze=squeeze,
        factor="" if block.factor == "s" else scaled,
        proof=proof_name(activation.proof),
        error=error_words(activation.relative_error),
    )
