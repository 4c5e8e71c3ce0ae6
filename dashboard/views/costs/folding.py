"""Can a block be dropped? Those with constant gates are folded away, and the network is a file."""

import streamlit as st

from dashboard.components import data_set_words, script_records
from dashboard.components.widgets import plain, sentence
from dashboard.services import costs, networks
from dashboard.services.costs import Report
from dashboard.session import measurement_requests, selection, view_keys
from dashboard.views.costs.script import Fold
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.formats import tiny

USUAL, MOST = 0.01, 200


def draw(name: str) -> None:
    """Choose what counts as constant, fold, and offer the network that is left."""
    st.markdown(tr("**Fold away blocks whose gates do not depend on the picture**"))
    if name in networks.entries() and not _trained(name):
        st.caption(tr("With random weights there is nothing to learn from that."))
        return
    st.caption(
        tr(
            "A gate that is the same for every picture is a fixed factor per channel, and a factor "
            "goes exactly into the BatchNorm or convolution beside the block."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        constant = st.number_input(
            tr("A gate is constant up to a standard deviation of"),
            0.0,
            1.0,
            USUAL,
            step=0.01,
            format="%.3f",
            key=costs.CONSTANT,
            persist_state="session",
            width=320,
        )
        key = ("fold", name, float(constant))
        st.button(tr("Fold"), key=costs.FOLD, on_click=measurement_requests.want, args=(key,))
    if measurement_requests.wanted(key):
        result(name, costs.report(name, float(constant)))


def describe(name: str) -> Fold | None:
    """What *Copy as code* is told of the folding; None where it was not asked for."""
    constant = float(st.session_state.get(costs.CONSTANT, USUAL))
    if not measurement_requests.wanted(("fold", name, constant)):
        return None
    network = script_records.network(name, trained=networks.has_weights(name))
    return Fold(network, selection.pictures(), constant)


def result(name: str, report: Report) -> None:
    """What was folded and what was not, and the new network to save."""
    if not report.folded:
        st.info(
            tr(
                "No block has constant gates over {source}, so all of them stay.",
                source=plain(report.source),
            )
        )
    else:
        st.success(
            plain(
                tr(
                    "{blocks} folded over {source}: "
                    "{parameters:,} parameters saved. Folding itself changed the output "
                    "by {inexactness} of its largest value; with what the gates still "
                    "moved, the picture on show comes out {difference:.1e} away.",
                    blocks=count(len(report.folded), "SE block"),
                    source=report.source,
                    parameters=report.parameters,
                    inexactness=tiny(report.inexactness),
                    difference=report.difference,
                )
            )
        )
        st.download_button(
            tr("Save the network without them"),
            report.content,
            file_name=f"{name.replace('/', '_')}.folded.safetensors",
            on_click="ignore",
            help=tr("Read it with senet_viz.costs.load_folded(FILE)."),
        )
        accuracy(name, report)
    with st.expander(tr("Block by block"), key=view_keys.FOLDED, on_change="rerun"):
        for line in report.folded:
            st.caption(plain(tr("Folded: {line}", line=line)))
        for block, why in report.kept:
            st.caption(plain(tr("{block} stays: {why}.", block=block, why=why)))


def accuracy(name: str, report: Report) -> None:
    """Before and after, over the labelled pictures that What matters was given."""
    folder = str(st.session_state.get(measurement_requests.FOLDER) or "").strip()
    if not folder or not networks.reads_paths():
        st.caption(
            tr(
                "Whether the accuracy stays is not measured yet\\: give a folder of labelled "
                "pictures on the page What matters, then come back\\."
            )
        )
        return
    most = int(st.session_state.get(measurement_requests.COUNT) or MOST)
    if not st.button(tr("Measure the accuracy before and after"), key="costs_accuracy"):
        return
    try:
        found = costs.labelled(name, folder)
    except (ImageError, InputError) as error:
        st.error(sentence(error), title=tr("This folder cannot be used"))
        return
    data_set_words.say(dict(found.told_by), found.counted)
    unreadable: list[str] = []
    said = st.empty()
    for change in costs.accuracy(name, report, found.head(most), unreadable):
        said.caption(
            plain(
                tr(
                    "Top-1 over {pictures} in {folder}: {before:.1%} "
                    "before, {after:.1%} after ({won} won, {lost} lost)",
                    pictures=count(change.pictures, "picture"),
                    folder=folder,
                    before=change.before,
                    after=change.after,
                    won=change.won,
                    lost=change.lost,
                )
            )
        )
    for line in unreadable:
        st.caption(plain(tr("Not used: {line}.", line=line)))


def _trained(name: str) -> bool:
    return networks.has_weights(name) and bool(st.session_state.get(selection.TRAINED, True))
