"""Costs: what SE blocks add to a network, the time they take here, and what dropping one saves."""

from html import escape

import numpy as np
import streamlit as st

from dashboard.components import copy_as_code, long_job, page_header, script_records
from dashboard.components.glossary import opening
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.services import costs as cost_service
from dashboard.services import networks
from dashboard.session import measurement_requests, selection, view_keys
from dashboard.views.costs import plan, price_list
from dashboard.views.costs import script as code
from dashboard.views.costs.script import Costs
from senet_viz.analysis.cost_records import Latency, NetworkCosts
from senet_viz.core.translation import count, tr
from senet_viz.figures.costs import cost_by_stage, ratios_by_round

USUAL_ROUNDS = 20
MILLION = "%.3f M"


def main() -> None:
    """Choose, count, time, price, fold."""
    name = str(st.session_state[selection.MODEL])
    net = cost_service.bare(name)
    costs = cost_service.counts(name)
    if costs.blocks:
        blocks = cost_service.map_blocks(name, costs)
        page_header.of(headline(net, costs), lambda: totals(costs), blocks)
    else:
        page_header.sentence(headline(net, costs))
        totals(costs)
    stages(costs)
    st.subheader(tr("How much time do the SE blocks take here?"), anchor=False)
    latency(name, costs)
    if costs.blocks:
        st.subheader(tr("What would dropping a block save?"), anchor=False)
        price_list.removal(name, costs)
        plan.draw(name)
    st.subheader(tr("The paper's Table 2, counted again"), anchor=False)
    price_list.paper()
    copy_as_code.offer(lambda: code.script(describe(name, net, costs)))


def describe(name: str, net: networks.Network, costs: NetworkCosts) -> Costs:
    """What *Copy as code* is told of the page."""
    times = cost_service.kept_times(name)
    return Costs(
        network=script_records.network(name, trained=net.trained),
        blocks=bool(costs.blocks),
        batches=tuple(each.batch for each in times),
        rounds=times[0].rounds if times else 0,
        plan=plan.describe(name) if costs.blocks else None,
        paper=measurement_requests.wanted(cost_service.PAPER),
    )


def headline(net: networks.Network, costs: NetworkCosts) -> str:
    """What is seen on this page, as HTML."""
    height, width = costs.input_size
    return page_header.with_name(
        tr(
            "What SE blocks cost {network} for one picture of {width} × {height} px",
            network="{network}",
            width=width,
            height=height,
        ),
        net.bare_title or net.title,  # no weights matter here
    )


def totals(costs: NetworkCosts) -> None:
    """The network in five numbers."""
    total, in_se = costs.total, costs.in_se
    facts = [
        (escape(tr("Parameters")), f"{total.parameters / 1e6:.3f} M"),
        (escape(tr("of them in SE blocks")), _share(in_se.parameters, total.parameters)),
        (escape(tr("Multiply-adds")), f"{total.multiply_adds / 1e9:.3f} G"),
        (escape(tr("of them in SE blocks")), _share(in_se.multiply_adds, total.multiply_adds)),
    ]
    if costs.peak is not None:
        peak = opening(tr("Peak of activations"), _peak_words(costs), place="peak")
        facts.append((peak, f"{costs.peak / 1e6:.2f} MB"))
    st.html(f"<dl class='totals'>{''.join(f'<dt>{k}</dt><dd>{v}</dd>' for k, v in facts)}</dl>")


def _peak_words(costs: NetworkCosts) -> str:
    """The peak memory, and what it would be without SE blocks."""
    words = tr(
        "The most bytes of intermediate results alive at once in an eager forward pass of one "
        "picture, worked out from the life of each tensor. Weights and the scratch memory of "
        "single operations are not in it."
    )
    if costs.peak is None or costs.peak_without is None:
        return words
    more = (costs.peak - costs.peak_without) / 1e6
    without = (
        tr("Without its SE blocks the peak of activations would be {more:.2f} MB less.", more=more)
        if more
        else tr(
            "Without its SE blocks the peak of activations would be the same: the peak is "
            "elsewhere."
        )
    )
    return f"{words} {without}"


def stages(costs: NetworkCosts) -> None:
    """Both counts by stage, and every number in a table."""
    left, right = st.columns(2, gap="medium")
    with left:
        show(cost_by_stage(costs, what="parameters", dark=dark()), "cost_parameters")
    with right:
        show(cost_by_stage(costs, what="multiply_adds", dark=dark()), "cost_macs")
    with st.expander(
        tr("Every stage and every block in numbers"),
        key=view_keys.COST_NUMBERS,
        on_change="rerun",
    ):
        columns = {
            "Stage": Column(tr("Stage"), lambda part: part.name),
            "SE blocks": Column(tr("SE blocks"), lambda part: part.blocks),
            "Parameters": Column(tr("Parameters"), lambda part: part.total.parameters, "localized"),
            "of them SE": Column(tr("of them SE"), lambda part: part.in_se.parameters, "localized"),
            "Multiply-adds": Column(
                tr("Multiply-adds"), lambda part: part.total.multiply_adds / 1e6, MILLION
            ),
            "of them SE ": Column(
                tr("of them SE"), lambda part: part.in_se.multiply_adds / 1e6, MILLION
            ),
        }
        table(costs.stages, columns, "cost_stages")
        blocks(costs)


def blocks(costs: NetworkCosts) -> None:
    """Each SE block beside the unit around it."""
    if not costs.blocks:
        return
    columns = {
        "SE block": Column(tr("SE block"), lambda row: row.block.name),
        "Stage": Column(tr("Stage"), lambda row: row.stage),
        "Parameters": Column(tr("Parameters"), lambda row: row.cost.parameters, "localized"),
        "Multiply-adds": Column(
            tr("Multiply-adds"), lambda row: row.cost.multiply_adds, "localized"
        ),
        "Unit around it": Column(tr("Unit around it"), lambda row: row.unit),
        "Unit's parameters": Column(
            tr("Unit's parameters"), lambda row: row.unit_cost.parameters, "localized"
        ),
        "Unit's multiply-adds": Column(
            tr("Unit's multiply-adds"), lambda row: row.unit_cost.multiply_adds / 1e6, MILLION
        ),
    }
    table(costs.blocks, columns, "cost_blocks")


def latency(name: str, costs: NetworkCosts) -> None:
    """The paper's claim, a button to measure, and the measurements so far."""
    if not costs.blocks:
        st.caption(tr("It has no SE block, so there is nothing to compare it with."))
        return
    plain_ms, se_ms = cost_service.SOURCE_MS
    st.caption(
        plain(
            tr(
                "The source gives {plain_ms:.0f} ms for ResNet-50 and {se_ms:.0f} ms for "
                "SE-ResNet-50 (one picture on a CPU): a ratio of {ratio:.3f}. Here this "
                "network and the same network without its SE "
                "blocks run in turn, at batch 1 and 16.",
                plain_ms=plain_ms,
                se_ms=se_ms,
                ratio=cost_service.SOURCE_RATIO,
            )
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rounds = st.number_input(
            tr("Rounds"),
            1,
            200,
            USUAL_ROUNDS,
            key=cost_service.ROUNDS,
            persist_state="session",
            width=130,
        )
        asked = st.button(tr("Measure on this machine"), key="costs_measure")
    if asked:
        measure(name, int(rounds))
    measured = cost_service.kept_times(name)
    if measured:
        show(
            ratios_by_round(
                measured,
                other=tr("itself without SE"),
                source=cost_service.SOURCE_RATIO,
                dark=dark(),
            ),
            "cost_ratios",
        )
        for each in measured:
            st.caption(plain(_measured_words(each)))
        with st.expander(
            tr("Why this differs from the source's ratio"),
            key=view_keys.COST_RATIOS,
            on_change="rerun",
        ):
            st.caption(plain(cost_service.SOURCE_RATIO_WORDS))


def measure(name: str, rounds: int) -> None:
    """Round by round; each state is kept, so that stopping loses nothing."""
    cost_service.forget_times(name)
    bar = long_job.begin(tr("Warming up …"), "costs_stop")
    for place, batch in enumerate(cost_service.BATCHES):
        for latency in cost_service.timing(name, batch, rounds):
            cost_service.keep_times(name, latency)
            bar.progress(
                (place + latency.done / rounds) / len(cost_service.BATCHES),
                text=tr(
                    "Batch {batch}: round {done} of {rounds}, ratio {ratio:.3f}",
                    batch=batch,
                    done=latency.done,
                    rounds=rounds,
                    ratio=latency.ratio,
                ),
            )
    st.rerun()


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else tr("none")


def _against_source(low: float, high: float) -> str:
    source = cost_service.SOURCE_RATIO
    if source < low:
        return tr("The source's {source:.3f} lies below the middle half.", source=source)
    if source > high:
        return tr("The source's {source:.3f} lies above the middle half.", source=source)
    return tr("The source's {source:.3f} lies within the middle half.", source=source)


def _measured_words(latency: Latency) -> str:
    low, high = latency.quartiles
    rounds = count(latency.done, "round")
    if latency.done < latency.rounds:
        rounds = tr("{done} of {rounds}, stopped", done=rounds, rounds=latency.rounds)
    inside = sum(latency.block_ms(name) for name in latency.blocks) / np.median(latency.first)
    with_se, without = latency.usual
    return tr(
        "Batch {batch}: ratio {ratio:.3f}, middle half {low:.3f} to {high:.3f} ({rounds}); "
        "in the middle round {first:.1f} ms with SE and {second:.1f} ms without, on {device}, at "
        "most {threads}, eager. "
        "{inside:.1%} of the pass is spent inside SE blocks. {source}",
        batch=latency.batch,
        ratio=latency.ratio,
        low=low,
        high=high,
        rounds=rounds,
        first=with_se,
        second=without,
        device=latency.device,
        threads=count(latency.threads, "thread"),
        inside=inside,
        source=_against_source(low, high),
    )


main()
