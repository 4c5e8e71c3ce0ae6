"""The best fixed scale and the best fixed 1x1 convolution in a trained SE block's place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard.components import folder_form, long_job, page_header, script_records
from dashboard.components.choice import choice
from dashboard.components.script_labelled import Folder
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, sentence, show
from dashboard.services import inspections
from dashboard.services.inspections import Inspection
from dashboard.session import selection, view_keys
from dashboard.views.pointwise.compute import fits
from dashboard.views.pointwise.compute.fits import Fit, Source
from dashboard.views.pointwise.script import Fitted
from senet_viz.analysis.fixed_maps import FixedFit
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import again, count, tr
from senet_viz.figures.baselines.fits import error_by_depth

Run = Callable[[Callable[[int], None], list[str]], Iterator[FixedFit]]


def draw() -> None:
    """Choose the pictures, fit, show the errors by depth."""
    inspection = page_header.inspect()
    page_header.picture_row(inspection)
    st.caption(
        tr(
            "**Fitted to the trained network {title}**: for each SE block, the best "
            "fixed scale per channel and the best fixed 1×1 convolution from its features to its "
            "recalibrated output, in closed form. Nothing is trained again; SE's own error is 0.",
            title=plain(inspection.network.title),
        )
    )
    offered = len(selection.pictures())
    words: dict[Source, str] = {
        "offer": tr("The {pictures} pictures on offer", pictures=offered),
        "folder": tr("A folder on this machine"),
    }
    source: Source = choice(
        tr("Fitted to"),
        words,
        fits.SOURCE,
        first="offer",
        help=tr(
            "More pictures make the errors surer: those on offer are few. Your own on the left "
            "are among them."
        ),
    )
    if source == "offer":
        on_offer(inspection)
    else:
        in_folder(inspection)
    fit = fits.last(inspection, source)
    if fit is not None:
        result(inspection, fit)


def describe() -> Fitted:
    """What *Copy as code* is told of this section."""
    inspection = inspections.inspect("none")
    source: Source = st.session_state.get(fits.SOURCE) or "offer"
    fit = fits.last(inspection, source)
    return Fitted(
        script_records.network(inspection.key, trained=inspection.network.trained),
        selection.pictures(),
        None if fit is None or fit.offered else Folder(fit.source, fit.most),
    )


def on_offer(inspection: Inspection) -> None:
    """At once on the embedded networks; on others, and again, when asked for."""
    before = fits.last(inspection, "offer")
    blocks = len(inspection.capture)
    complete = before is not None and len(before.fits) == blocks
    if complete:
        return
    unasked = before is None and inspection.network.library == "senet_viz"
    if unasked or st.button(tr("Fit the {blocks} blocks", blocks=blocks), key="fit_offer"):
        offered = len(selection.pictures())
        source = tr("the {pictures} pictures on offer", pictures=offered)
        run(
            "offer",
            Fit(fits.offer_key(inspection), source, blocks),
            offered,
            lambda done, _: fits.fit_offer(inspection, done),
        )
    elif before is None:
        st.caption(tr("It takes seconds to minutes on a large network, and can be stopped."))


def in_folder(inspection: Inspection) -> None:
    """Any pictures of this machine; labels are not needed."""
    button = tr("Fit the blocks to these pictures")
    asked = folder_form.ask("fit_folder", button, fits.files_in, labelled=False)
    if asked is None:
        return
    folder, most, files = asked.folder, asked.most, asked.pictures
    blocks = len(inspection.capture)
    fit = Fit(fits.folder_key(inspection, folder, most), folder, blocks, most=most)
    run("folder", fit, len(files), lambda done, bad: fits.fit_files(inspection, files, done, bad))


def run(source: Source, fit: Fit, pictures: int, start: Run) -> None:
    """Fit block after block; each is kept, so that stopping loses none that is done."""
    fits.keep(source, fit)
    stays = tr("Blocks that are fitted by then stay.")
    bar = long_job.begin(tr("Reading the pictures …"), "fit_stop", help=stays)
    unreadable: list[str] = []

    def reading(done: int) -> None:
        share = (len(fit.fits) + done / pictures) / (fit.blocks + 1)
        bar.progress(
            min(share, 1.0),
            text=tr(
                "{done} of {pictures} pictures; {fits} of {blocks} blocks fitted",
                done=done,
                pictures=pictures,
                fits=len(fit.fits),
                blocks=fit.blocks,
            ),
        )

    try:
        for block_fit in start(reading, unreadable):
            fit = replace(fit, fits=(*fit.fits, block_fit), unreadable=tuple(unreadable))
            fits.keep(source, fit)
            bar.progress(
                min((len(fit.fits) + 1) / (fit.blocks + 1), 1.0),
                text=tr("{fits} of {blocks} blocks fitted", fits=len(fit.fits), blocks=fit.blocks),
            )
    except CaptureError as error:
        st.error(sentence(error), title=tr("The fit ended here"))
        return
    st.rerun()


def result(inspection: Inspection, fit: Fit) -> None:
    """The errors by depth, which pictures they are of, and every number."""
    long_job.say_unreadable(fit.unreadable)
    if not fit.fits:
        st.info(tr("Stopped before a block was fitted."))
        return
    st.caption(plain(pictures_words(fit)))
    picked = selection.picked_block(inspection.capture.names)
    show(
        error_by_depth(fit.fits, picked=picked, dark=dark()),
        "fit_errors",
        on_click=selection.take_block_click,
    )
    chosen = next((f for f in fit.fits if f.block.name == picked), fit.fits[0])
    st.markdown(plain(block_words(chosen)))
    with st.expander(tr("In numbers"), key=view_keys.FIT_NUMBERS, on_change="rerun"):
        columns = {
            "Block": Column(tr("Block"), lambda f: f.block.name),
            "Channels": Column(tr("Channels"), lambda f: f.block.channels),
            "Depends on the picture": Column(
                tr("Depends on the picture"), lambda f: f.by_picture, "percent"
            ),
            "Fixed scale": Column(tr("Fixed scale"), lambda f: f.held_out["scale"], "percent"),
            "As they are": Column(tr("As they are"), lambda f: f.held_out["unchanged"], "percent"),
            "1×1, on fitted": Column(
                tr("1×1, on fitted"), lambda f: f.fitted["convolution"], "percent"
            ),
            "Ridge": Column(
                tr("Ridge"), lambda f: f"{f.ridge:g}" if np.isfinite(f.ridge) else tr("scale")
            ),
        }
        table(fit.fits, columns, "fit_table")
        st.caption(
            tr(
                "Depends on the picture: what the best fixed 1×1 convolution leaves on pictures "
                "left out. Ridge: how strongly the convolution is drawn to the fixed scale, chosen "
                'by those pictures; "scale" where no convolution beat it.'
            )
        )


def pictures_words(fit: Fit) -> str:
    """How many pictures each map was fitted to, and tried on."""
    pictures = fit.fits[0].pictures
    folds = fits.parts(pictures)
    tried = sorted({pictures // folds, -(-pictures // folds)})
    on = _or(tried)
    of = _or([pictures - n for n in reversed(tried)])
    words = (
        tr(
            "The {pictures} pictures on offer, left out in turn in {folds} parts: each map is "
            "fitted to {of} of them and tried on the other {on}.",
            pictures=pictures,
            folds=folds,
            of=of,
            on=on,
        )
        if fit.offered
        else tr(
            "{pictures} ({source}), left out in turn in {folds} parts: each map is fitted to {of} "
            "of them and tried on the other {on}.",
            pictures=count(pictures, "picture"),
            source=again(fit.source),
            folds=folds,
            of=of,
            on=on,
        )
    )
    if len(fit.fits) == fit.blocks:
        return words
    stopped = tr(
        " Stopped after {fits} of {blocks}.",
        fits=len(fit.fits),
        blocks=count(fit.blocks, "block"),
    )
    return words + stopped


def _or(numbers: Sequence[int]) -> str:
    """ "5", or "4 or 5"."""
    return tr(" or ").join(str(n) for n in numbers)


def block_words(fit: FixedFit) -> str:
    """The picked block in one sentence, and a warning where places are few."""
    per_fold = fit.pixels - fit.pixels // fits.parts(fit.pictures)
    unknown = (fit.block.channels or 0) + 1
    few = (
        tr(
            " With {per_fold:,} places to fit {unknown} weights to for each channel it is held up "
            "by the fixed scale alone: take more pictures.",
            per_fold=per_fold,
            unknown=unknown,
        )
        if per_fold < 2 * unknown
        else ""
    )
    return tr(
        "{name}: {by_picture:.1%} of SE's output is left by the best fixed 1×1 "
        "convolution, {scale:.1%} by the best fixed scale, and "
        "{unchanged:.1%} by the features as they are.{few}",
        name=fit.block.name,
        by_picture=fit.by_picture,
        scale=fit.held_out["scale"],
        unchanged=fit.held_out["unchanged"],
        few=few,
    )
