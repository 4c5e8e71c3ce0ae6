"""Two surveys side by side: two networks, two data sets, before and after fine-tuning."""

import streamlit as st

from dashboard import dataset_looked, shelf, state
from dashboard.dataset_looked import Looked
from dashboard.widgets import block_picker, dark, plain, show
from senet_viz.errors import CaptureError
from senet_viz.figures.series import Series
from senet_viz.figures.two_surveys import mean_against_mean, surveys_by_depth


def draw(looked: Looked) -> None:
    """Choose the second; both by depth, and the picked block's mean gates."""
    others = {k: s for k, s in shelf.surveys().items() if k != looked.shelved.key}
    if not others:
        st.info("There is one survey only. Start or open a second one above to compare them.")
        return
    if st.session_state.get(shelf.SECOND) not in others:
        st.session_state[shelf.SECOND] = next(iter(others))
    key = st.selectbox(
        "Compared with",
        list(others),
        format_func=lambda k: others[k].title,
        key=shelf.SECOND,
        persist_state="session",
        width=520,
    )
    try:
        other = dataset_looked.look_at(others[str(key)])
    except CaptureError as error:
        st.info(str(error))
        return
    series = (Series(f"1: {looked.shelved.title}", 0), Series(f"2: {other.shelved.title}", 5))
    st.caption(plain(f"1: {looked.shelved.title} — 2: {other.shelved.title}"))
    block = str(st.session_state[state.BLOCK])
    left, right = st.columns([1.3, 1], gap="medium")
    with left:
        show(
            surveys_by_depth((looked.splits, other.splits), series, selected=block, dark=dark()),
            "dataset_two",
            on_click=state.take_block_click,
        )
    with right:
        block = block_picker(looked.survey.blocks)
        one_block(looked, other, block, series)
    table(looked, other)


def one_block(looked: Looked, other: Looked, block: str, series: tuple[Series, Series]) -> None:
    """Mean gate against mean gate, where both surveys have the block."""
    twin = other.splits.get(block)
    own = looked.splits[block]
    if twin is None or twin.mean.size != own.mean.size:
        st.info(
            f"The second survey has no block {plain(block)} of the same width: channels can only "
            "be set against one another in one architecture."
        )
        return
    show(
        mean_against_mean(block, (own.mean, twin.mean), series, dark=dark()),
        "dataset_means",
        on_click=state.take_channel_click,
    )


def table(looked: Looked, other: Looked) -> None:
    """Both verdicts, a row for each block of either."""
    blocks = dict.fromkeys([*looked.splits, *other.splits])
    rows = []
    for block in blocks:
        row: dict[str, object] = {"Block": block}
        for number, each in ((1, looked), (2, other)):
            split = each.splits.get(block)
            row[f"{number}: off its mean"] = None if split is None else split.relative
            row[f"{number}: between classes"] = (
                None if split is None or not split.separable else split.block_share
            )
            row[f"{number}: verdict"] = None if split is None else split.verdict
        rows.append(row)
    percent = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        rows,
        column_config={
            f"{n}: {what}": percent for n in (1, 2) for what in ("off its mean", "between classes")
        },
        hide_index=True,
        key="dataset_two_table",
    )
