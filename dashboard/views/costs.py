"""Costs: what SE blocks add to a network, the time they take here, and what dropping one saves."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard import as_code, costing, folding, measuring, services, state
from dashboard.code import costs as code
from dashboard.widgets import dark, plain, show
from senet_viz.figures.costs import cost_by_stage, price_by_block, ratios_by_round
from senet_viz.language import count
from senet_viz.prices import Latency, NetworkCosts, Price, price_of_removal

USUAL_ROUNDS = 20
WHOLE = st.column_config.NumberColumn(format="localized")
MILLION = st.column_config.NumberColumn(format="%.3f M")
SHARE = st.column_config.NumberColumn(format="%.2f%%")
PRICE_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("Multiply-adds saved", "Parameters saved"), WHOLE),
    "Time inside, ms": st.column_config.NumberColumn(
        format="%.3f", help="batch 1, median over rounds"
    ),
    "Share of the pass": st.column_config.NumberColumn(format="percent"),
    "Accuracy without it": st.column_config.NumberColumn(
        format="percent",
        help="change of top-1 with its gates at their mean (at 1 where no mean is known), over the "
        "labelled pictures of What matters",
    ),
    "± standard error": st.column_config.NumberColumn(format="percent"),
}


def main() -> None:
    """Choose, count, time, price, fold."""
    name = str(st.session_state[state.MODEL])
    net = costing.bare(name)
    costs = costing.counts(name)
    head(net, costs)
    stages(costs)
    st.subheader("How much time do the SE blocks take here?", anchor=False)
    latency(name, costs)
    if costs.blocks:
        st.subheader("What would dropping a block save?", anchor=False)
        removal(name, costs)
        folding.draw(name)
    st.subheader("The paper's Table 2, counted again", anchor=False)
    paper()
    as_code.offer(lambda: code.script(name))


def head(net: services.Network, costs: NetworkCosts) -> None:
    """The network in five numbers."""
    height, width = costs.input_size
    title = plain(net.title.removesuffix(", untrained"))
    st.markdown(f"**{title}** · one picture of {width} × {height} px")
    total, in_se = costs.total, costs.in_se
    with st.container(horizontal=True):
        st.metric("Parameters", f"{total.parameters / 1e6:.3f} M")
        st.metric("of them in SE blocks", _share(in_se.parameters, total.parameters))
        st.metric("Multiply-adds", f"{total.multiply_adds / 1e9:.3f} G")
        st.metric("of them in SE blocks", _share(in_se.multiply_adds, total.multiply_adds))
        if costs.peak is not None:
            st.metric(
                "Peak of activations",
                f"{costs.peak / 1e6:.2f} MB",
                help="The most bytes of intermediate results alive at once in an eager forward "
                "pass of one picture, worked out from the life of each tensor. Weights and the "
                "scratch memory of single operations are not in it.",
            )
    if costs.peak_without is not None and costs.peak is not None:
        more = costs.peak - costs.peak_without
        words = f"{more / 1e6:.2f} MB less" if more else "the same: the peak is elsewhere"
        st.caption(plain(f"Without its SE blocks the peak of activations would be {words}."))


def stages(costs: NetworkCosts) -> None:
    """Both counts by stage, and every number in a table."""
    left, right = st.columns(2, gap="medium")
    with left:
        show(cost_by_stage(costs, what="parameters", dark=dark()), "cost_parameters")
    with right:
        show(cost_by_stage(costs, what="multiply_adds", dark=dark()), "cost_macs")
    with st.expander("Every stage and every block in numbers"):
        st.dataframe(
            [
                {
                    "Stage": part.name,
                    "SE blocks": part.blocks,
                    "Parameters": part.total.parameters,
                    "of them SE": part.in_se.parameters,
                    "Multiply-adds": part.total.multiply_adds / 1e6,
                    "of them SE ": part.in_se.multiply_adds / 1e6,
                }
                for part in costs.stages
            ],
            column_config={
                **dict.fromkeys(("Parameters", "of them SE"), WHOLE),
                "Multiply-adds": MILLION,
                "of them SE ": MILLION,
            },
            hide_index=True,
            key="cost_stages",
        )
        blocks(costs)


def blocks(costs: NetworkCosts) -> None:
    """Each SE block beside the unit around it."""
    if not costs.blocks:
        return
    st.dataframe(
        [
            {
                "SE block": block.block.name,
                "Stage": block.stage,
                "Parameters": block.cost.parameters,
                "Multiply-adds": block.cost.multiply_adds,
                "Unit around it": block.unit,
                "Unit's parameters": block.unit_cost.parameters,
                "Unit's multiply-adds": block.unit_cost.multiply_adds / 1e6,
            }
            for block in costs.blocks
        ],
        column_config={
            **dict.fromkeys(("Parameters", "Multiply-adds", "Unit's parameters"), WHOLE),
            "Unit's multiply-adds": MILLION,
        },
        hide_index=True,
        key="cost_blocks",
    )


def latency(name: str, costs: NetworkCosts) -> None:
    """The source's claim, a button to measure, and what was measured so far."""
    if not costs.blocks:
        st.caption("It has no SE block, so there is nothing to compare it with.")
        return
    plain_ms, se_ms = costing.SOURCE_MS
    st.caption(
        plain(
            f"The source gives {plain_ms:.0f} ms for ResNet-50 and {se_ms:.0f} ms for SE-ResNet-50 "
            f"(one picture on a CPU): a ratio of {costing.SOURCE_RATIO:.3f}. Here this network and "
            "the same network without its SE blocks run in turn, at batch 1 and 16."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rounds = st.number_input(
            "Rounds", 1, 200, USUAL_ROUNDS, key=costing.ROUNDS, persist_state="session", width=130
        )
        asked = st.button("Measure on this machine", key="costs_measure")
    if asked:
        measure(name, int(rounds))
    measured = costing.kept_times(name)
    if measured:
        show(
            ratios_by_round(
                measured, other="itself without SE", source=costing.SOURCE_RATIO, dark=dark()
            ),
            "cost_ratios",
        )
        for each in measured:
            st.caption(plain(_measured_words(each)))
        with st.expander("Why this differs from the source's ratio"):
            st.caption(plain(costing.SOURCE_RATIO_WORDS))


def measure(name: str, rounds: int) -> None:
    """Round by round; each state is kept, so that stopping loses nothing."""
    costing.forget_times(name)
    bar = st.progress(0.0, text="Warming up …")
    st.button("Stop", key="costs_stop", help="What was measured so far stays.")
    for place, batch in enumerate(costing.BATCHES):
        for latency in costing.timing(name, batch, rounds):
            costing.keep_times(name, latency)
            bar.progress(
                (place + latency.done / rounds) / len(costing.BATCHES),
                text=f"Batch {batch}: round {latency.done} of {rounds}, ratio {latency.ratio:.3f}",
            )
    st.rerun()


def removal(name: str, costs: NetworkCosts) -> None:
    """Per block: parameters, time, and the effect on accuracy where it was measured."""
    times = costing.kept_times(name)
    sweep = measuring.kept_sweep(name)
    prices = price_of_removal(
        costs,
        latency=next((each for each in times if each.batch == 1), None),
        accuracy=None if sweep is None else sweep.found,
    )
    picked = state.keep_block([price.block.name for price in prices])
    show(
        price_by_block(prices, picked=picked, dark=dark()),
        "cost_price",
        on_click=state.take_block_click,
    )
    rows = [_price_row(price) for price in prices]
    known = [c for c in rows[0] if any(row[c] is not None for row in rows)]
    st.dataframe(
        [{column: row[column] for column in known} for row in rows],
        column_config=PRICE_COLUMNS,
        hide_index=True,
        key="cost_prices",
    )
    missing = {
        "the time inside each block (by the button above)": "Time inside, ms",
        "what a block is worth in accuracy (on the page What matters)": "Accuracy without it",
    }
    todo = [words for words, column in missing.items() if column not in known]
    if todo:
        st.caption(plain(f"Not measured yet: {'; '.join(todo)}."))


def _price_row(price: Price) -> dict[str, object]:
    accuracy = price.accuracy
    return {
        "Block": price.block.name,
        "Parameters saved": price.parameters,
        "Multiply-adds saved": price.multiply_adds,
        "Time inside, ms": price.milliseconds,
        "Share of the pass": price.share,
        "Accuracy without it": None if accuracy is None else accuracy.change,
        "± standard error": None if accuracy is None else accuracy.standard_error,
    }


def paper() -> None:
    """Every network of Table 2, when asked for: what is printed there and what we count."""
    if not measuring.wanted(costing.PAPER):
        st.button(
            "Count the paper's networks here",
            key="costs_paper",
            on_click=measuring.want,
            args=(costing.PAPER,),
            help="Ten pairs of networks are built, as shapes alone: about ten seconds, once.",
        )
        return
    rows = costing.paper()
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
            **dict.fromkeys(_PAPER, st.column_config.NumberColumn(format="%.2f G")),
            **dict.fromkeys(_COUNTED, st.column_config.NumberColumn(format="%.3f G")),
            **dict.fromkeys(("Differs by", "Differs by "), SHARE),
            **dict.fromkeys(("Parameters", "with SE"), MILLION),
        },
        hide_index=True,
        key="cost_paper",
    )
    st.caption(plain(costing.STRIDE_WORDS))
    for row in rows:
        if row.note:
            st.caption(plain(f"{row.name}: {row.note}"))


_PAPER, _COUNTED = ("Paper, without SE", "Paper, with SE"), ("Counted", "Counted ")


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "none"


def _against_source(low: float, high: float) -> str:
    source = costing.SOURCE_RATIO
    where = "below" if source < low else "above" if source > high else "within"
    return f"The source's {source:.3f} lies {where} the middle half."


def _measured_words(latency: Latency) -> str:
    low, high = latency.quartiles
    stopped = "" if latency.done == latency.rounds else f" of {latency.rounds}, stopped"
    inside = sum(latency.block_ms(name) for name in latency.blocks) / np.median(latency.first)
    return (
        f"Batch {latency.batch}: ratio {latency.ratio:.3f}, middle half {low:.3f} to {high:.3f} "
        f"({count(latency.done, 'round')}{stopped}); {np.median(latency.first):.1f} ms against "
        f"{np.median(latency.second):.1f} ms on {latency.device}, at most "
        f"{count(latency.threads, 'thread')}, eager. "
        f"{inside:.1%} of the pass is spent inside SE blocks. {_against_source(low, high)}"
    )


main()
