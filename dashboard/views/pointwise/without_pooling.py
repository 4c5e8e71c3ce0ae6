"""The same trained weights without the pooling: gate maps beside the gate vector."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import folder_form, page_header, script_records
from dashboard.components.script_labelled import Folder
from dashboard.components.widgets import GATE, dark, plain, reading, sentence, show, show_mosaic
from dashboard.services import subject, sweeps
from dashboard.services.subject import Subject
from dashboard.session import selection
from dashboard.views.pointwise import pixel_form
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.compute.pixel_gates import Measured
from dashboard.views.pointwise.script import Unpooled
from senet_viz.analysis.pixel_gates import PixelGates
from senet_viz.core.arrays import Array
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.baselines.pixel_gate_maps import pixel_gates
from senet_viz.figures.block.feature_maps import mosaic
from senet_viz.figures.interventions.prediction_charts import prediction_change
from senet_viz.pictures.labelled_folders import LabelledSet

MAPS, COLUMNS, TILE = 8, 4, 92


def draw() -> None:
    """Choose a block, show its gates at every pixel, and what the network says then."""
    looked = page_header.looked_at()
    block = page_header.picture_row(looked)
    st.caption(
        tr(
            "**The same weights without pooling, an intervention on the trained network "
            "{title}**: the block's two layers become 1×1 convolutions with the "
            "weights they have, and each pixel gates itself. The source trained a network in this "
            "form; here nothing is trained again.",
            title=plain(looked.net.title),
        )
    )
    possible = compute_pixel_gates.possible(looked)
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
    seen = compute_pixel_gates.gates(looked, block, looked.picture)
    maps(seen)
    show(pixel_gates(seen.excitation[0], seen.gates[0], block=block, dark=dark()), "pixel_gates")
    pixel_form.draw(looked, block)
    if looked.seen.capture.logits is None:
        st.info(tr("This network does not end in one score a class: no answer is compared."))
        return
    st.subheader(tr("What the network says then"), anchor=False)
    answers(looked, block)
    st.subheader(tr("What does it do to accuracy?"), anchor=False)
    accuracy(looked, block)


def describe() -> Unpooled:
    """What *Copy as code* is told of this section."""
    looked = subject.under("none")
    block = selection.picked_block(looked.seen.capture.names)
    measured = compute_pixel_gates.kept(looked, block)
    return Unpooled(
        script_records.look(looked),
        block if block in compute_pixel_gates.possible(looked) else None,
        looked.seen.capture.logits is not None,
        None if measured is None else Folder(measured.folder, measured.wanted),
    )


def maps(seen: PixelGates) -> None:
    """The gate vector and the gate maps of the channels that differ most over the picture."""
    gate, pixels = seen.excitation[0], seen.gates[0]
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
            if seen.error == 0
            else tr(
                "Proof: the same layers at the block's own squeeze give its own gate, to within "
                "{error}.",
                error=tiny(seen.error),
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


def answers(looked: Subject, block: str) -> None:
    """What the network says of this picture, with one block and with all without pooling."""
    found = compute_pixel_gates.answers(looked, block)
    blocks = len(compute_pixel_gates.possible(looked))
    labels = looked.net.labels or None
    left, right = st.columns(2, gap="medium")
    for column, words, logits, key in (
        (
            left,
            tr("Only {block} without pooling, this picture", block=block),
            found.logits_one,
            "unpooled_one",
        ),
        (
            right,
            tr("All {blocks} without pooling, this picture", blocks=count(blocks, "block")),
            found.logits_all,
            "unpooled_all",
        ),
    ):
        with column:
            st.caption(plain(words))
            chart = prediction_change(
                found.logits[0],
                logits[0],
                labels=labels,
                activation=looked.seen.capture.activation,
                dark=dark(),
            )
            show(_worded(chart), key)
    st.caption(
        plain(
            tr(
                "The output of {block} itself changes by {change:.1%} (relative).",
                block=block,
                change=found.relative_change,
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


def accuracy(looked: Subject, block: str) -> None:
    """Over labelled pictures; each state is kept, so that stopping loses nothing."""
    asked = folder_form.draw("unpooled", tr("Measure the accuracy without pooling"))
    if asked is not None:
        folder, most = asked
        try:
            pictures = sweeps.labelled(folder, looked.net)
        except (ImageError, InputError) as error:
            st.error(sentence(error), title=tr("This folder cannot be used"))
        else:
            folder_form.remember("unpooled", pictures)
            bar = st.progress(0.0, text=tr("The first pictures …"))
            st.button(tr("Stop"), key="unpooled_stop", help=tr("What was measured so far stays."))
            measure(looked, block, folder, pictures.head(most), bar)
            st.rerun()
    found = compute_pixel_gates.kept(looked, block)
    if found is not None:
        result(found)


def measure(
    looked: Subject, block: str, folder: str, pictures: LabelledSet, bar: DeltaGenerator
) -> None:
    """One state after the other, until the pictures are through or the script is stopped."""
    unreadable: list[str] = []
    total = len(pictures)
    for found in compute_pixel_gates.over_pictures(looked, block, pictures, unreadable):
        compute_pixel_gates.keep(
            Measured(
                looked.name, looked.net.trained, block, folder, total, found, tuple(unreadable)
            )
        )
        bar.progress(
            found.pictures / total,
            text=tr(
                "{pictures} of {total} pictures, accuracy as it is {accuracy:.1%}",
                pictures=found.pictures,
                total=total,
                accuracy=found.accuracy,
            ),
        )


def result(measured: Measured) -> None:
    """As it is, with one block, with all."""
    found = measured.found
    done = found.pictures + len(measured.unreadable)
    stopped = (
        ""
        if done >= measured.wanted
        else tr(" Stopped after {done} of {wanted}.", done=done, wanted=measured.wanted)
    )
    st.caption(
        plain(
            tr(
                "{pictures} in {folder}.{stopped}",
                pictures=count(found.pictures, "picture"),
                folder=measured.folder,
                stopped=stopped,
            )
        )
    )
    for line in measured.unreadable:
        st.caption(plain(tr("Not used: {line}.", line=line)))
    with st.container(horizontal=True):
        st.metric(tr("As trained"), f"{found.accuracy:.1%}")
        for which, words in enumerate(
            (tr("{block} without pooling", block=measured.block), tr("All without pooling"))
        ):
            change, error = found.change(which), found.standard_error(which)
            st.metric(
                plain(words),
                f"{found.accuracy + change:.1%}",
                delta=tr(
                    "{change:+.1f} ± {error:.1f} points", change=100 * change, error=100 * error
                ),
                delta_color="off",
                delta_arrow="off",
                help=plain(
                    tr(
                        "{won} pictures are right only without pooling, "
                        "{lost} only with it; ± is the standard error of the change.",
                        won=found.won[which],
                        lost=found.lost[which],
                    )
                ),
            )
