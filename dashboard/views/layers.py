"""Layers: every block at once, and two side by side on one scale."""

from typing import Any

import streamlit as st

from dashboard import as_code, state, subject
from dashboard.code import layers as code
from dashboard.services import Seen
from dashboard.widgets import (
    dark,
    file_name,
    plain,
    proof_words,
    show,
    show_mosaic,
)
from senet_viz.figures.layers import depth_by_channel, depth_distributions, two_blocks
from senet_viz.figures.maps import colour_range, mosaic
from senet_viz.records import BlockActivation, BlockSummary

COLUMNS: dict[str, Any] = {
    "block": "Block",
    "channels": st.column_config.NumberColumn("Channels", format="localized"),
    "reduction": st.column_config.NumberColumn("Reduction", format="%.4g"),
    "mean": st.column_config.ProgressColumn(
        "Mean gate", min_value=0, max_value=1, format="%.3f", help="0 shut, 1 open"
    ),
    "std": st.column_config.NumberColumn("Spread", format="%.3f", help="standard deviation"),
    "low": st.column_config.NumberColumn("Lowest", format="%.3f"),
    "high": st.column_config.NumberColumn("Highest", format="%.3f"),
    "entropy": st.column_config.NumberColumn(
        "Entropy, bits", format="%.2f", help="of 20 bins on 0 to 1: 0 all in one, 4.32 even"
    ),
    "near 0": st.column_config.NumberColumn("Near 0", format="percent", help="below 0.05"),
    "near 1": st.column_config.NumberColumn("Near 1", format="percent", help="above 0.95"),
    "exactly 0": st.column_config.NumberColumn("Exactly 0", format="percent"),
    "exactly 1": st.column_config.NumberColumn("Exactly 1", format="percent"),
    "constant": st.column_config.NumberColumn(
        "Constant",
        format="%.0f%%",
        help="channels whose gate moves by less than 0.01 (standard deviation) over the "
        "reference pictures; empty without reference statistics",
    ),
    "proof": "Proof",
    "error": st.column_config.NumberColumn(
        "Error", format="scientific", help="largest difference over the largest output"
    ),
}


def main() -> None:
    """Choose, capture, summarise, draw, explain."""
    looked = subject.looked_at()
    _, net, picture, seen, summaries = looked
    st.markdown(
        f"**{plain(net.title)}** on {file_name(picture.title)} · {len(summaries)} SE blocks · "
        f"{plain(proof_words(seen.capture, summaries))}"
    )
    left, right = st.columns(2, gap="medium")
    with left:
        show(depth_by_channel(seen.capture, image=0, dark=dark()), "depth_channels")
    with right:
        show(depth_distributions(seen.capture, image=0, dark=dark()), "depth_spread")
    summary_table(summaries)
    side_by_side(seen)
    as_code.offer(lambda: code.script(looked))


def summary_table(summaries: tuple[BlockSummary, ...]) -> None:
    """One row a block; click a heading to sort."""
    st.subheader("Every block in numbers", anchor=False)
    rows = [
        {
            "block": s.block.name,
            "channels": s.block.channels,
            "reduction": s.block.reduction,
            "mean": s.mean,
            "std": s.std,
            "low": s.minimum,
            "high": s.maximum,
            "entropy": s.entropy,
            "near 0": s.near_zero,
            "near 1": s.near_one,
            "exactly 0": s.exactly_zero,
            "exactly 1": s.exactly_one,
            "constant": None if s.constant is None else 100 * s.constant,
            "proof": s.proof,
            "error": s.relative_error,
        }
        for s in summaries
    ]
    empty = [c for c in ("exactly 0", "exactly 1", "error") if not any(row[c] for row in rows)]
    st.dataframe(
        [{c: value for c, value in row.items() if c not in empty} for row in rows],
        column_config=COLUMNS,
        hide_index=True,
        key="summary",
    )
    none = " No gate is exactly 0 or 1." if {"exactly 0", "exactly 1"} <= set(empty) else ""
    st.caption(f"Click a heading to sort. Gates are of this picture; Constant is over many.{none}")


def side_by_side(seen: Seen) -> None:
    """Two blocks on one scale."""
    st.subheader("Two blocks side by side", anchor=False)
    names = seen.capture.names
    for key, otherwise in ((state.FIRST, names[0]), (state.SECOND, names[-1])):
        if st.session_state.get(key) not in names:
            st.session_state[key] = otherwise
    with st.container(horizontal=True):
        for key, label in ((state.FIRST, "First block"), (state.SECOND, "Second block")):
            st.selectbox(label, names, key=key, persist_state="session", width=260)
    first, second = (seen.capture[st.session_state[k]] for k in (state.FIRST, state.SECOND))
    show(two_blocks(first, second, image=0, dark=dark()), "two_blocks")
    for column, activation in zip(st.columns(2, gap="medium"), (first, second), strict=True):
        with column:
            most_and_least_open(activation)


def most_and_least_open(activation: BlockActivation) -> None:
    """Four maps at each end, after the gate, on the block's own scale."""
    gate, features = activation.excitation[0], activation.require_features()[0]
    order = gate.argsort(kind="stable")[::-1]
    channels = [*order[:4], *order[-4:]] if len(order) >= 8 else list(order)
    low, high = colour_range(features[channels], scope="block", block_maps=features)
    st.markdown(f"**{plain(activation.block.name)}: most open above, most shut below**")
    show_mosaic(
        mosaic(
            activation.recalibrated[0][channels],
            captions=[f"ch {c} · {gate[c]:.3f}" for c in channels],
            low=low,
            high=high,
            columns=4,
            dark=dark(),
        )
    )


main()
