"""Which blocks matter over many pictures, for a network that finds boxes or a class map."""

import streamlit as st

from dashboard.components import folder_form, long_job
from dashboard.components.widgets import dark, plain, sentence, show
from dashboard.services import scene_sweeps
from dashboard.services.inspections import Inspection
from dashboard.session import measurement_requests, selection
from dashboard.session.measurement_requests import Sweep
from dashboard.views.effects import accuracy
from senet_viz.core.errors import ImageError, InputError, SENetVizError
from senet_viz.core.translation import count, tr
from senet_viz.figures.interventions.scene_effects import scene_accuracy_by_depth


def draw(inspection: Inspection, block: str) -> None:
    """Choose the pictures, measure, and show what was found as far as it came."""
    asked = folder_form.draw(
        "scenes",
        tr("Measure what is found without each block's gates"),
        labelled=False,
        more=tr(
            "With boxes in a COCO JSON, or with masks (a.png for a.jpg, in a folder masks), the "
            "change of mAP or mIoU is measured too."
        ),
    )
    if asked is not None:
        measure(inspection, *asked)
    result(inspection.key, block)


def measure(inspection: Inspection, folder: str, most: int) -> None:
    """Sweep over the pictures; each state is kept, so that stopping loses nothing."""
    try:
        pictures = scene_sweeps.find_pictures(folder, inspection).head(most)
    except (ImageError, InputError) as error:
        st.error(sentence(error), title=tr("This folder cannot be used"))
        return
    except SENetVizError as error:
        st.error(sentence(error), title=tr("Nothing was measured"))
        return
    try:
        bar, taking_means = accuracy.begin()
        unused = list(pictures.left_out)
        states = scene_sweeps.sweep_pictures(
            inspection, pictures, done=taking_means, unreadable=unused
        )
        for so_far in states:
            measurement_requests.keep_scenes(
                Sweep(inspection.key, folder, len(pictures), so_far, tuple(unused))
            )
            bar.progress(
                min(1.0, so_far.pictures / len(pictures)),
                text=tr("{done} of {of} measured", done=so_far.pictures, of=len(pictures)),
            )
    except SENetVizError as error:
        st.error(sentence(error), title=tr("The measurement stopped"))
        return
    st.rerun()


def result(name: str, block: str) -> None:
    """The last sweep of this network."""
    sweep = measurement_requests.kept_scenes(name)
    if sweep is None:
        return
    effects = sweep.effects
    over = count(effects.pictures, "picture")
    words = tr("Over {pictures} in {folder}.", pictures=over, folder=sweep.folder)
    if effects.measure is not None and effects.truth is not None:
        words = tr(
            "{measure} as it is: {value:.1%}, over {pictures} in {folder}.",
            measure=effects.measure,
            value=effects.truth,
            pictures=over,
            folder=sweep.folder,
        )
    st.caption(plain(words))
    long_job.say_unreadable(sweep.unreadable)
    show(
        scene_accuracy_by_depth(effects, picked=block, dark=dark()),
        "scene_accuracy",
        on_click=selection.take_block_click,
    )
