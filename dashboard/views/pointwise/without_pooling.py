"""The same trained weights without the pooling: gate maps beside the gate vector."""

from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard.components import folder_form, long_job, page_header, script_records
from dashboard.components.script_labelled import Folder
from dashboard.components.widgets import GATE, dark, plain, reading, show, show_mosaic
from dashboard.services import subject, sweeps
from dashboard.services.subject import Subject
from dashboard.session import selection
from dashboard.views.pointwise import pixel_form
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.compute.pixel_gates import Measured
from dashboard.views.pointwise.script import Unpooled
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.core.arrays import Array
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.baselines.pixel_gate_maps import pixel_gates
from senet_viz.figures.block.feature_maps import mosaic
from senet_viz.figures.interventions.prediction_charts import prediction_change

MAPS, COLUMNS, TILE = 8, 4, 92


def draw() -> None:
    """Choose a block, show its gates at every pixel, and what the network says then."""
    inspection = page_header.looked_at()
    block = page_header.picture_row(inspection)
    st.caption(
        tr(
            "**The same weights without pooling, an intervention on the trained network "
            "{title}**: the block's two layers become 1×1 convolutions with the "
            "weights they have, and each pixel gates itself. The source trained a network in this "
            "form; here nothing is trained again.",
            title=plain(inspection.net.title),
        )
    )
    possible = compute_pixel_gates.possible(inspection)
    if not possible:
        st.info(
            tr(
                "No block of this network has a form without pooling: their gates are not made by "
                "one or two plain layers."
            )
        )
        return
    if block not in possible:
        st.info(
            tr(
                "{block} has no form without pooling. Choose {other}, say.",
                block=plain(block),
                other=plain(possible[0]),
            )
        )
        return
    unpooled = compute_pixel_gates.gates(inspection, block, inspection.picture)
    maps(unpooled)
    show(
        pixel_gates(unpooled.excitation[0], unpooled.gates[0], block=block, dark=dark()),
        "pixel_gates",
    )
    pixel_form.draw(inspection, block)
    if inspection.seen.capture.logits is None:
        st.info(tr("This network does not end in one score a class: no answer is compared."))
        return
    st.subheader(tr("What the network says then"), anchor=False)
    answers(inspection, block)
    st.subheader(tr("What does it do to accuracy?"), anchor=False)
    accuracy(inspection, block)


def describe() -> Unpooled:
    """What *Copy as code* is told of this section."""
    inspection = subject.under("none")
    block = selection.picked_block(inspection.seen.capture.names)
    measured = compute_pixel_gates.last(inspection, block)
    return Unpooled(
        script_records.look(inspection),
        block if block in compute_pixel_gates.possible(inspection) else None,
        inspection.seen.capture.logits is not None,
        None if measured is None else Folder(measured.folder, measured.wanted),
    )


def maps(unpooled: PixelGates) -> None:
    """The gate vector and the gate maps of the channels that differ most over the picture."""
    gate, pixels = unpooled.excitation[0], unpooled.gates[0]
    spread = pixels.std((1, 2))
    channels = [int(c) for c in np.argsort(-spread, kind="stable")[:MAPS]]
    flat = np.broadcast_to(gate[channels][:, None, None], (len(channels), *pixels.shape[1:]))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(
            tr("**The block's gates, one a channel**"),
            help=reading(
                tr(
                    "Tiles are the eight channels whose pixel gates differ most; blue is 0, yellow "
                    "1."
                ),
                tr("A gate of 0.5 is not neutral: 1 is unchanged."),
            ),
        )
        draw_maps(flat, [f"ch {c} · {gate[c]:.3f}" for c in channels])
    with right:
        st.markdown(
            tr("**Without pooling, one for every pixel**"),
            help=reading(
                tr(
                    "The same channels and the same scale; below each map its mean and its "
                    "deviation over pixels."
                ),
                _caution(),
            ),
        )
        draw_maps(
            pixels[channels],
            [f"{pixels[c].mean():.3f} ± {spread[c]:.3f}" for c in channels],
        )
    st.caption(
        plain(
            tr("Proof: the same layers at the block's own squeeze give its own gate, exactly.")
            if unpooled.error == 0
            else tr(
                "Proof: the same layers at the block's own squeeze give its own gate, to within "
                "{error}.",
                error=tiny(unpooled.error),
            )
        )
    )


def draw_maps(maps: Array, captions: list[str]) -> None:
    show_mosaic(
        mosaic(
            maps,
            captions=captions,
            low=0.0,
            high=1.0,
            columns=COLUMNS,
            tile=TILE,
            uniform="colour",
            dark=dark(),
        ),
        unit=GATE,
    )


def answers(inspection: Subject, block: str) -> None:
    """What the network says of this picture, with one block and with all without pooling."""
    answer = compute_pixel_gates.answers(inspection, block)
    blocks = len(compute_pixel_gates.possible(inspection))
    labels = inspection.net.labels or None
    left, right = st.columns(2, gap="medium")
    for column, words, logits, key in (
        (
            left,
            tr("Only {block} without pooling, this picture", block=block),
            answer.logits_one,
            "unpooled_one",
        ),
        (
            right,
            tr("All {blocks} without pooling, this picture", blocks=count(blocks, "block")),
            answer.logits_all,
            "unpooled_all",
        ),
    ):
        with column:
            st.caption(plain(words))
            chart = prediction_change(
                answer.logits[0],
                logits[0],
                labels=labels,
                activation=inspection.seen.capture.activation,
                dark=dark(),
            )
            show(_worded(chart), key)
    st.caption(
        plain(
            tr(
                "The output of {block} itself changes by {change:.1%} (relative).",
                block=block,
                change=answer.relative_change,
            )
        )
    )


def _worded(chart: Chart) -> Chart:
    reads = tr(
        "Two bars for each class: what the network says as trained, and without the pooling."
    )
    return replace(chart, reads=reads, caution=_caution())


def _caution() -> str:
    return tr(
        "An intervention on trained weights: the later layers meet gates they have never seen. It "
        "does not say how good a network trained in this form would be."
    )


def accuracy(inspection: Subject, block: str) -> None:
    """Over labelled pictures, and what was found."""
    asked = folder_form.ask(
        "unpooled",
        tr("Measure the accuracy without pooling"),
        lambda folder, most: sweeps.labelled(folder, inspection.net).head(most),
    )
    if asked is not None:
        measure(inspection, block, asked)
    measured = compute_pixel_gates.last(inspection, block)
    if measured is not None:
        result(measured)


def measure(inspection: Subject, block: str, asked: folder_form.Asked) -> None:
    """One state after the other, each kept, so that stopping loses nothing."""
    bar = long_job.begin(tr("The first pictures …"), "unpooled_stop")
    unreadable: list[str] = []
    total = len(asked.pictures)
    about = (inspection.name, inspection.net.trained, block, asked.folder, total)
    for state in compute_pixel_gates.over_pictures(inspection, block, asked.pictures, unreadable):
        compute_pixel_gates.keep(Measured(*about, state, tuple(unreadable)))
        bar.progress(state.pictures / total, text=long_job.accuracy_words(state, total))
    st.rerun()


def result(measured: Measured) -> None:
    """As it is, with one block, with all."""
    accuracies = measured.found
    done = accuracies.pictures + len(measured.unreadable)
    st.caption(
        plain(
            tr(
                "{pictures} in {folder}.{stopped}",
                pictures=count(accuracies.pictures, "picture"),
                folder=measured.folder,
                stopped=long_job.stopped_words(done, measured.wanted),
            )
        )
    )
    long_job.say_unreadable(measured.unreadable)
    with st.container(horizontal=True):
        st.metric(tr("As trained"), f"{accuracies.accuracy:.1%}")
        for which, words in enumerate(
            (tr("{block} without pooling", block=measured.block), tr("All without pooling"))
        ):
            change, error = accuracies.change(which), accuracies.standard_error(which)
            st.metric(
                plain(words),
                f"{accuracies.accuracy + change:.1%}",
                delta=tr(
                    "{change:+.1f} ± {error:.1f} points", change=100 * change, error=100 * error
                ),
                delta_color="off",
                delta_arrow="off",
                help=plain(
                    tr(
                        "{won} pictures are right only without pooling, "
                        "{lost} only with it; ± is the standard error of the change.",
                        won=accuracies.won[which],
                        lost=accuracies.lost[which],
                    )
                ),
            )
