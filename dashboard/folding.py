"""Can a block be dropped? Those with constant gates are folded away, and the network is a file."""

import streamlit as st

from dashboard import costing, measuring, services, state
from dashboard.costing import Report
from dashboard.widgets import plain
from senet_viz.figures.chart import tiny
from senet_viz.language import count

USUAL, MOST = 0.01, 200


def draw(name: str) -> None:
    """Choose what counts as constant, fold, and offer the network that is left."""
    st.markdown("**Fold away blocks whose gates do not depend on the picture**")
    if name in services.entries() and not _trained(name):
        st.caption("With random weights there is nothing to learn from that.")
        return
    st.caption(
        "A gate that is the same for every picture is a fixed factor per channel, and a factor "
        "goes exactly into the BatchNorm or convolution beside the block."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        constant = st.number_input(
            "A gate is constant up to a standard deviation of",
            0.0,
            1.0,
            USUAL,
            step=0.01,
            format="%.3f",
            key=costing.CONSTANT,
            persist_state="session",
            width=320,
        )
        key = ("fold", name, float(constant))
        st.button("Fold", key=costing.FOLD, on_click=measuring.want, args=(key,))
    if measuring.wanted(key):
        result(name, costing.report(name, float(constant)))


def result(name: str, report: Report) -> None:
    """What was folded and what was not, and the new network to save."""
    if not report.folded:
        st.info(f"No block has constant gates over {plain(report.source)}, so all of them stay.")
    else:
        st.success(
            plain(
                f"{count(len(report.folded), 'SE block')} folded over {report.source}: "
                f"{report.parameters:,} parameters saved. Folding itself changed the output "
                f"by {tiny(report.inexactness)} of its largest value; with what the gates still "
                f"moved, the picture on show comes out {report.difference:.1e} away."
            )
        )
        st.download_button(
            "Save the network without them",
            report.content,
            file_name=f"{name.replace('/', '_')}.folded.safetensors",
            on_click="ignore",
            help="Read it with senet_viz.costs.load_folded(FILE).",
        )
        accuracy(name, report)
    with st.expander("Block by block"):
        for line in report.folded:
            st.caption(plain(f"Folded: {line}"))
        for block, why in report.kept:
            st.caption(plain(f"{block} stays: {why}."))


def accuracy(name: str, report: Report) -> None:
    """Before and after, over the labelled pictures that What matters was given."""
    folder = str(st.session_state.get(measuring.FOLDER) or "").strip()
    if not folder or not services.reads_paths():
        st.caption(
            "Whether the accuracy stays is not measured yet\\: give a folder of labelled pictures "
            "on the page What matters, then come back\\."
        )
        return
    most = int(st.session_state.get(measuring.COUNT) or MOST)
    if not st.button("Measure the accuracy before and after", key="costs_accuracy"):
        return
    said = st.empty()
    for change in costing.accuracy(name, report, folder, most):
        said.caption(
            plain(
                f"Top-1 over {count(change.pictures, 'picture')} in {folder}: {change.before:.1%} "
                f"before, {change.after:.1%} after ({change.won} won, {change.lost} lost)"
            )
        )


def _trained(name: str) -> bool:
    return services.has_weights(name) and bool(st.session_state.get(state.TRAINED, True))
