"""The cached door to the library for Costs, and what the person has had measured there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st
from torch import nn

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import by_turns, keep, spinner
from dashboard.services import captures, networks, sweeps
from dashboard.session import chart_sources, selection
from senet_viz.analysis.cost_records import AccuracyChange, Latency, NetworkCosts, PaperRow
from senet_viz.core.translation import tr
from senet_viz.costs import (
    Folded,
    compare_accuracy,
    count_network,
    fold_constant_gates,
    measure_latency,
    measure_profile,
    paper_table,
)
from senet_viz.costs.paper_counts import SOURCE_MS, SOURCE_RATIO, SOURCE_RATIO_WORDS, STRIDE_WORDS
from senet_viz.figures.block.map_blocks import MapBlock, map_block
from senet_viz.models.saved_writing import saved_network
from senet_viz.pictures.labelled_folders import LabelledSet

__all__ = ["SOURCE_MS", "SOURCE_RATIO", "SOURCE_RATIO_WORDS", "STRIDE_WORDS"]
BATCHES = (1, 16)
PAPER = ("paper",)  # what is wanted, by its key
ROUNDS, CONSTANT, FOLD = "costs_rounds", "costs_constant", "costs_fold"
_TIMES = "costs_times"


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What folding did, in sentences and numbers, the new network, and a file of it.

    ``source`` says over which pictures the gates were watched.
    """

    source: str
    folded: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    parameters: int
    inexactness: float
    difference: float
    model: nn.Module
    content: bytes


def bare(name: str) -> networks.Network:
    """The network to count and time: its weights do not matter, so none are downloaded."""
    fetched = name in networks.entries() and name not in networks.EMBEDDED
    return networks.network(name, trained=not fetched)


def counts(name: str) -> NetworkCosts:
    """Parameters and multiply-adds of a network, in all and in its SE blocks."""
    with spinner(lambda: tr("Counting …")):
        found = _counts(name)
    net = bare(name)
    chart_sources.say(net.bare_title or net.title, picked=bool(found.blocks))
    return found


@st.cache_data(show_spinner=False, max_entries=32)
def _counts(name: str) -> NetworkCosts:
    net = bare(name)
    return count_network(net.model, net.preprocess.input_size)


def map_blocks(name: str, costs: NetworkCosts) -> list[MapBlock]:
    """The network map's blocks; gates only where the picture went through already."""
    shown, trained = selection.picture(), bool(st.session_state.get(selection.TRAINED, True))
    wanted = trained and networks.has_weights(name)
    seen = captures.seen.known(name, shown.sha256, shown.data, trained=wanted)
    gates = {} if seen is None else {a.block.name: a for a in seen.capture}
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
    st.session_state[_TIMES] = {key: kept for key, kept in times.items() if key[0] != name}


def report(name: str, constant: float) -> Report:
    """Fold the blocks whose gates are constant over the reference, or over pictures on offer."""
    pictures = tuple(p.sha256 for p in selection.pictures())
    return _report(name, constant, pictures, {p.sha256: p.data for p in selection.pictures()})


@keep(words=lambda: tr("Watching the gates and folding …"))
def _report(
    name: str, constant: float, pictures: tuple[str, ...], _data: dict[str, bytes]
) -> Report:
    net = networks.network(name, trained=networks.has_weights(name))
    batches = [net.preprocess(picture_cache.picture(key, _data[key]).image) for key in pictures]
    source, profile = (
        tr("the {pictures} pictures on offer", pictures=len(pictures)),
        measure_profile(net.model, batches),
    )
    folded = fold_constant_gates(
        net.model, net.reference or profile, images=batches[0], constant=constant
    )
    return Report(
        source=net.reference.source if net.reference else source,
        folded=tuple(fold.words for fold in folded.folds),
        kept=tuple((kept.block.name, kept.why) for kept in folded.kept),
        parameters=folded.parameters_saved,
        inexactness=folded.inexactness,
        difference=folded.difference,
        model=folded.model,
        content=_file(net, folded),
    )


def labelled(name: str, folder: str) -> LabelledSet:
    """The labelled pictures in a folder of this machine, for a network of this name."""
    return sweeps.labelled(folder, networks.network(name, trained=networks.has_weights(name)))


def accuracy(
    name: str, report: Report, pictures: LabelledSet, unreadable: list[str]
) -> Iterator[AccuracyChange]:
    """The network and the folded one over labelled pictures, the state after every few."""
    net = networks.network(name, trained=networks.has_weights(name))
    read = sweeps.batches(net, pictures, unreadable)
    batches = ((batch, numbers.tolist()) for batch, numbers in read)
    return by_turns(compare_accuracy(net.model, report.model, batches))


def _file(net: networks.Network, folded: Folded) -> bytes:
    """The folded network as it is saved."""
    folds = [fold.saved for fold in folded.folds]
    content, _ = saved_network(replace(net, model=folded.model), folded=folds)
    return content
