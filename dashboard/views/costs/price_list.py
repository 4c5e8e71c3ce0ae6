"""What dropping a block saves, and the paper's own table counted again."""

import streamlit as st

from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.services import costs as cost_service
from dashboard.session import measurement_requests, selection
from senet_viz.analysis.cost_records import NetworkCosts, price_of_removal
from senet_viz.core.translation import tr
from senet_viz.figures.costs import price_by_block

POINTS = "%+.2f"


def removal(name: str, costs: NetworkCosts) -> None:
    """Per block: parameters, time, and the effect on accuracy where it was measured."""
    times = cost_service.kept_times(name)
    sweep = measurement_requests.kept_sweep(name)
    prices = price_of_removal(
        costs,
        latency=next((each for each in times if each.batch == 1), None),
        accuracy=None if sweep is None else sweep.effects,
    )
    picked = selection.keep_block([price.block.name for price in prices])
    show(
        price_by_block(prices, picked=picked, dark=dark()),
        "cost_price",
        on_click=selection.take_block_click,
    )
    known = table(prices, _price_columns(), "cost_prices", without_empty=True)
    missing = {
        "Time inside, ms": tr("the time inside each block (by the button above)"),
        "Accuracy change": tr("what a block is worth in accuracy (on the page What matters)"),
    }
    todo = [words for column, words in missing.items() if column not in known]
    if todo:
        listed = tr("; ").join(todo)
        st.caption(plain(tr("Not measured yet: {missing}.", missing=listed)))


def _price_columns() -> dict[str, Column]:
    return {
        "Block": Column(tr("Block"), lambda price: price.block.name),
        "Parameters saved": Column(
            tr("Parameters saved"), lambda price: price.parameters, "localized"
        ),
        "Multiply-adds saved": Column(
            tr("Multiply-adds saved"), lambda price: price.multiply_adds, "localized"
        ),
        "Time inside, ms": Column(
            tr("Time inside, ms"),
            lambda price: price.milliseconds,
            "%.3f",
            help=tr("batch 1, median over rounds"),
        ),
        "Share of the pass": Column(tr("Share of the pass"), lambda price: price.share, "percent"),
        "Accuracy change": Column(
            tr("Accuracy change without it"),
            lambda price: price.accuracy and 100 * price.accuracy.change,
            POINTS,
            help=tr(
                "of top-1, in percentage points, with its gates at their mean (at 1 where no mean "
                "is known), over the labelled pictures of What matters"
            ),
        ),
        "± standard error": Column(
            tr("± standard error"),
            lambda price: price.accuracy and 100 * price.accuracy.standard_error,
            "%.2f",
        ),
    }


def paper() -> None:
    """Every network of the paper's Table 2, on request: the paper's counts and ours."""
    if not measurement_requests.wanted(cost_service.PAPER):
        st.button(
            tr("Count the paper's networks here"),
            key="costs_paper",
            on_click=measurement_requests.want,
            args=(cost_service.PAPER,),
            help=tr("Ten pairs of networks are built, as shapes alone: about ten seconds, once."),
        )
        return
    printed, counted, share, million = "%.2f G", "%.3f G", "%.2f%%", "%.3f M"
    rows = cost_service.paper()
    columns = {
        "Network": Column(tr("Network"), lambda row: row.name),
        "Paper, without SE": Column(tr("Paper, without SE"), lambda row: row.paper[0], printed),
        "Counted": Column(tr("Counted"), lambda row: row.counted[0], counted),
        "Differs by": Column(tr("Differs by"), lambda row: _percent(row.differences[0]), share),
        "Paper, with SE": Column(tr("Paper, with SE"), lambda row: row.paper[1], printed),
        "Counted ": Column(tr("Counted"), lambda row: row.counted[1], counted),
        "Differs by ": Column(tr("Differs by"), lambda row: _percent(row.differences[1]), share),
        "Parameters": Column(tr("Parameters"), lambda row: row.parameters[0] / 1e6, million),
        "with SE": Column(tr("with SE"), lambda row: row.parameters[1] / 1e6, million),
    }
    table(rows, columns, "cost_paper")
    st.caption(plain(cost_service.STRIDE_WORDS))
    for row in rows:
        if row.note:
            st.caption(plain(tr("{network}: {note}", network=row.name, note=row.note)))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
