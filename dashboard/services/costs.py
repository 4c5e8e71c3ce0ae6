"""Cached library calls for Costs, and this session's measurements."""

from collections.abc import Iterator

import streamlit as st

from dashboard.runtime.cache import by_turns, spinner
from dashboard.services import captures, networks
from dashboard.session import chart_sources, selection
from senet_viz.analysis.cost_records import Latency, NetworkCosts, PaperRow
from senet_viz.core.translation import tr
from senet_viz.costs import (
    count_network,
    measure_latency,
    paper_table,
)
from senet_viz.costs.paper_counts import SOURCE_MS, SOURCE_RATIO, SOURCE_RATIO_WORDS, STRIDE_WORDS
from senet_viz.figures.block.map_blocks import MapBlock, map_block

__all__ = ["SOURCE_MS", "SOURCE_RATIO", "SOURCE_RATIO_WORDS", "STRIDE_WORDS"]
BATCHES = (1, 16)
PAPER = ("paper",)  # what is wanted, by its key
ROUNDS = "costs_rounds"
_TIMES = "costs_times"


def bare(name: str) -> networks.Network:
    """The network to count and time: its weights do not matter, so none are downloaded."""
    fetched = name in networks.entries() and name not in networks.EMBEDDED
    return networks.network(name, trained=not fetched)


def counts(name: str) -> NetworkCosts:
    """Parameters and multiply-adds of a network, in all and in its SE blocks."""
    with spinner(lambda: tr("Counting …")):
        costs = _counts(name)
    net = bare(name)
    chart_sources.say(net.bare_title or net.title, picked=bool(costs.blocks))
    return costs


@st.cache_data(show_spinner=False, max_entries=32)
def _counts(name: str) -> NetworkCosts:
    net = bare(name)
    return count_network(net.model, net.preprocess.input_size)


def map_blocks(name: str, costs: NetworkCosts) -> list[MapBlock]:
    """The network map's blocks; gates only where the picture went through already."""
    shown, trained = selection.picture(), bool(st.session_state.get(selection.TRAINED, True))
    wanted = trained and networks.has_weights(name)
    passage = captures.passage.known(name, shown.sha256, shown.data, trained=wanted)
    gates = {} if passage is None else {a.block.name: a for a in passage.capture}
    return [
        MapBlock(each.block.name, each.block.channels or 1, reduction=each.block.reduction)
        if each.block.name not in gates
        else map_block(gates[each.block.name])
        for each in costs.blocks
    ]


def paper() -> tuple[PaperRow, ...]:
    """The rows of the paper's Table 2, counted here."""
    with spinner(lambda: tr("Counting the networks of the paper …")):
        return _paper()


@st.cache_data(show_spinner=False)
def _paper() -> tuple[PaperRow, ...]:
    return tuple(paper_table())


def timing(name: str, batch: int, rounds: int) -> Iterator[Latency]:
    """The network against itself without SE, the state after every round."""
    net = bare(name)
    rounds_done = measure_latency(net.model, net.preprocess.input_size, batch=batch, rounds=rounds)
    return by_turns(rounds_done)


def keep_times(name: str, latency: Latency) -> None:
    times: dict[tuple[str, int], Latency] = st.session_state.setdefault(_TIMES, {})
    times[name, latency.batch] = latency


def kept_times(name: str) -> tuple[Latency, ...]:
    """What was timed of this network in this session, by batch size, finished or not."""
    times: dict[tuple[str, int], Latency] = st.session_state.get(_TIMES, {})
    return tuple(times[name, batch] for batch in BATCHES if (name, batch) in times)


def forget_times(name: str) -> None:
    times: dict[tuple[str, int], Latency] = st.session_state.get(_TIMES, {})
    st.session_state[_TIMES] = {key: timed for key, timed in times.items() if key[0] != name}
