"""Dynamic or constant: how far gates move in each block and with what, and how class selective."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard import dataset_looked, navigator, state
from dashboard.dataset_looked import Looked
from dashboard.widgets import dark, plain, show
from senet_viz.figures.selectivity import selectivity_by_depth
from senet_viz.figures.variance import channel_split, movement_by_depth, share_by_depth
from senet_viz.variance import RULE, WORDS

FEW = 30
ONE_DECIMAL = "%.1f%%"
GATE = st.column_config.NumberColumn(format="%.3f")
COLUMNS: dict[str, Any] = {
    "Mean gate": GATE,
    "Deviation": st.column_config.NumberColumn(
        format="%.4f", help="standard deviation over pictures, root mean square over channels"
    ),
    "Off its mean": st.column_config.NumberColumn(
        format=ONE_DECIMAL, help="deviation over the size of the gate, both root mean square"
    ),
    "Between classes": st.column_config.NumberColumn(
        format=ONE_DECIMAL, help="share of the variance of all gates of the block"
    ),
    "without chance": st.column_config.NumberColumn(
        format=ONE_DECIMAL, help="corrected for what classes that mean nothing would give"
    ),
}


def draw(looked: Looked) -> None:
    """The verdict by depth, then one block channel by channel."""
    block = str(st.session_state[state.BLOCK])
    cautions(looked)
    left, right = st.columns(2, gap="medium") if looked.separable else (st.container(), None)
    with left:
        show(
            movement_by_depth(looked.splits, selected=block, dark=dark()),
            "dataset_movement",
            on_click=state.take_block_click,
        )
    if right is not None:
        with right:
            show(
                share_by_depth(looked.splits, selected=block, dark=dark()),
                "dataset_share",
                on_click=state.take_block_click,
            )
    table(looked)
    st.caption(plain(RULE))
    st.markdown(plain(verdict_words(looked, block)))
    left, right = st.columns(2, gap="medium")
    with right:
        if looked.separable:
            show(
                selectivity_by_depth(
                    dataset_looked.selectivity(looked), selected=block, dark=dark()
                ),
                "dataset_selectivity",
                on_click=state.take_block_click,
            )
        else:
            st.info("Class selectivity needs two classes, and several pictures of a class.")
    with left:
        split = looked.splits[block]
        channel = navigator.channel(split.mean.size, int(split.deviation.argmax()))
        show(
            channel_split(block, split, picked=channel, dark=dark()),
            "dataset_channels",
            on_click=state.take_channel_click,
        )


def cautions(looked: Looked) -> None:
    """What the pictures cannot tell."""
    split = next(iter(looked.splits.values()))
    if not split.separable:
        why = "there is one class only" if split.classes == 1 else "no class has two pictures"
        st.info(f"Between and within classes cannot be told apart here: {why}.")
    elif split.pictures < FEW:
        st.info(
            f"Over {split.pictures} pictures all of this is a rough guess: deviations are off by "
            f"about {1 / np.sqrt(2 * (split.pictures - 1)):.0%} of themselves."
        )


def table(looked: Looked) -> None:
    """A row a block, with the verdict in words."""
    rows = []
    for block, split in looked.splits.items():
        paper = {"Paper": looked.paper[block]} if looked.paper else {}
        shares = (
            {
                "Between classes": _known(split.block_share),
                "without chance": _known(split.corrected_share),
            }
            if looked.separable
            else {}
        )
        rows.append(
            {
                "Block": block,
                **paper,
                "Channels": split.mean.size,
                "Mean gate": float(split.mean.mean()),
                "Deviation": split.block_deviation,
                "Off its mean": 100 * split.relative,
                **shares,
                "Verdict": WORDS[split.verdict],
            }
        )
    st.dataframe(rows, column_config=COLUMNS, hide_index=True, key="dataset_verdicts")


def verdict_words(looked: Looked, block: str) -> str:
    """One block's verdict with the numbers it rests on."""
    split = looked.splits[block]
    known = (
        f"; {split.block_share:.0%} of the variance lies between classes"
        if split.separable and np.isfinite(split.block_share)
        else ""
    )
    return (
        f"{block} {WORDS[split.verdict]}: its gates are off their mean by {split.relative:.1%} of "
        f"the gate (deviation {split.block_deviation:.4f}){known}."
    )


def _known(value: float) -> float | None:
    """A share of 0 to 1 in percent."""
    return 100 * float(value) if np.isfinite(value) else None
