"""The same trained weights without the pooling: gate maps beside the gate vector."""

from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard.components import page_header, script_records
from dashboard.components.script_labelled import Folder
from dashboard.components.widgets import GATE, dark, plain, reading, show, show_mosaic
from dashboard.services import inspections
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from dashboard.views.pointwise import pixel_form
from dashboard.views.pointwise.compute import pixel_gates as compute_pixel_gates
from dashboard.views.pointwise.pooled_context import choose_context, context, pooled_rows
from dashboard.views.pointwise.script import Unpooled
from dashboard.views.pointwise.unpooled_accuracy import accuracy
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
    inspection = page_header.inspect()
    block = page_header.picture_row(inspection)
    st.caption(
        tr(
            "**The same weights without pooling, an intervention on the trained network "
            "{title}**: the block's two layers become 1×1 convolutions with the "
            "weights they have, and each pixel gates itself. The source trained a network in this "
            "form; here nothing is trained again.",
            title=plain(inspection.network.title),
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
                "{block} has no form without pooling. Choose {other}, for example.",
                block=plain(block),
                other=plain(possible[0]),
            )
        )
        return
    rows = choose_context()
    unpooled = compute_pixel_gates.gates(inspection, block, inspection.picture, rows)
    maps(unpooled, rows)
    show(
        pixel_gates(unpooled.excitation[0], unpooled.gates[0], block=block, dark=dark()),
        "pixel_gates",
    )
    pixel_form.draw(inspection, block)
    if inspection.capture.logits is None:
        st.info(tr("This network does not end in one score a class: no answer is compared."))
        return
    st.subheader(tr("What the network says then"), anchor=False)
    answers(inspection, block, rows)
    st.subheader(tr("What does it do to accuracy?"), anchor=False)
    accuracy(inspection, block, rows)


def describe() -> Unpooled:
    """What *Copy as code* is told of this section."""
    inspection = inspections.inspect("none")
    block = selection.picked_block(inspection.capture.names)
    measured = compute_pixel_gates.last(inspection, block, pooled_rows())
    return Unpooled(
        script_records.look(inspection),
        block if block in compute_pixel_gates.possible(inspection) else None,
        inspection.capture.logits is not None,
        None if measured is None else Folder(measured.folder, measured.wanted),
        pooled_rows(),
    )


def maps(unpooled: PixelGates, rows: int | None) -> None:
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
            tr("**One for every pixel, {context}**", context=context(rows)),
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


def answers(inspection: Inspection, block: str, rows: int | None) -> None:
    """What the network says of this picture, with one block and with all without pooling."""
    answer = compute_pixel_gates.answers(inspection, block, rows)
    blocks = len(compute_pixel_gates.possible(inspection))
    labels = inspection.network.labels or None
    left, right = st.columns(2, gap="medium")
    for column, words, logits, key in (
        (
            left,
            tr("Only {block} {context}, this picture", block=block, context=context(rows)),
            answer.logits_one,
            "unpooled_one",
        ),
        (
            right,
            tr(
                "All {blocks} {context}, this picture",
                blocks=count(blocks, "block"),
                context=context(rows),
            ),
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
                activation=inspection.capture.activation,
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
        "Two bars for each class: what the network says as trained, and with the context chosen."
    )
    return replace(chart, reads=reads, caution=_caution())


def _caution() -> str:
    return tr(
        "An intervention on trained weights: the later layers meet gates they have never seen. It "
        "does not say how good a network trained in this form would be."
    )
