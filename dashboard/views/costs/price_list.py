"""What dropping a block saves, and the paper's own table counted again."""

from typing import Any

import streamlit as st

from dashboard.components.widgets import dark, plain, show
from dashboard.services import costs as cost_service
from dashboard.session import measurement_requests, selection
from senet_viz.analysis.cost_records import NetworkCosts, Price, price_of_removal
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
        accuracy=None if sweep is None else sweep.found,
    )
    picked = selection.keep_block([price.block.name for price in prices])
    show(
        price_by_block(prices, picked=picked, dark=dark()),
        "cost_price",
        on_click=selection.take_block_click,
    )
    rows = [_price_row(price) for price in prices]
    known = [c for c in rows[0] if any(row[c] is not None for row in rows)]
    st.dataframe(
        [{column: row[column] for column in known} for row in rows],
        column_config=columns(),
        hide_index=True,
        key="cost_prices",
    )
    missing = {
        "Time inside, ms": tr("the time inside each block (by the button above)"),
        "Accuracy change": tr("what a block is worth in accuracy (on the page What matters)"),
    }
    todo = [words for column, words in missing.items() if column not in known]
    if todo:
        listed = tr("; ").join(todo)
        st.caption(plain(tr("Not measured yet: {missing}.", missing=listed)))


def columns() -> dict[str, Any]:
    """What the price list's columns are called and how their numbers are written."""
    number = st.column_config.NumberColumn
    return {
        "Block": tr("Block"),
        "Parameters saved": number(tr("Parameters saved"), format="localized"),
        "Multiply-adds saved": number(tr("Multiply-adds saved"), format="localized"),
        "Time inside, ms": number(
            tr("Time inside, ms"), format="%.3f", help=tr("batch 1, median over rounds")
        ),
        "Share of the pass": number(tr("Share of the pass"), format="percent"),
        "Accuracy change": number(
            tr("Accuracy change without it"),
            format=POINTS,
            help=tr(
                "of top-1, in percentage points, with its gates at their mean (at 1 where no mean "
                "is known), over the labelled pictures of What matters"
            ),
        ),
        "± standard error": number(tr("± standard error"), format="%.2f"),
    }


def _price_row(price: Price) -> dict[str, object]:
    accuracy = price.accuracy
    return {
        "Block": price.block.name,
        "Parameters saved": price.parameters,
        "Multiply-adds saved": price.multiply_adds,
        "Time inside, ms": price.milliseconds,
        "Share of the pass": price.share,
        "Accuracy change": None if accuracy is None else 100 * accuracy.change,
        "± standard error": None if accuracy is None else 100 * accuracy.standard_error,
    }


def paper() -> None:
    """Every network of Table 2, when asked for: what is printed there and what we count."""
    if not measurement_requests.wanted(cost_service.PAPER):
        st.button(
            tr("Count the paper's networks here"),
            key="costs_paper",
            on_click=measurement_requests.want,
            args=(cost_service.PAPER,),
            help=tr("Ten pairs of networks are built, as shapes alone: about ten seconds, once."),
        )
        return
    rows, number = cost_service.paper(), st.column_config.NumberColumn
    printed, counted, share, million = "%.2f G", "%.3f G", "%.2f%%", "%.3f M"
    st.dataframe(
        [
            {
                "Network": row.name,
                "Paper, without SE": row.paper[0],
                "Counted": row.counted[0],
                "Differs by": _percent(row.differences[0]),
                "Paper, with SE": row.paper[1],
                "Counted ": row.counted[1],
                "Differs by ": _percent(row.differences[1]),
                "Parameters": row.parameters[0] / 1e6,
                "with SE": row.parameters[1] / 1e6,
            }
            for row in rows
        ],
        column_config={
            "Network": tr("Network"),
            "Paper, without SE": number(tr("Paper, without SE"), format=printed),
            "Counted": number(tr("Counted"), format=counted),
            "Differs by": number(tr("Differs by"), format=share),
            "Paper, with SE": number(tr("Paper, with SE"), format=printed),
            "Counted ": number(tr("Counted"), format=counted),
            "Differs by ": number(tr("Differs by"), format=share),
            "Parameters": number(tr("Parameters"), format=million),
            "with SE": number(tr("with SE"), format=million),
        },
        hide_index=True,
        key="cost_paper",
    )
    st.caption(plain(cost_service.STRIDE_WORDS))
    for row in rows:
        if row.note:
            st.caption(plain(tr("{network}: {note}", network=row.name, note=row.note)))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
