"""One channel over the data set: its classes, and the pictures that open and close it most."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.components.choice import choice
from dashboard.components.pickers import channel_picker
from dashboard.components.widgets import dark, file_name, plain, sentence, show
from dashboard.services import surveys
from dashboard.session import chart_clicks, selection, uploads
from dashboard.views.dataset import classes as class_panels
from dashboard.views.dataset import compute
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script_channel import Channel
from senet_viz.analysis.exemplars import Exemplar
from senet_viz.core.errors import ImageError
from senet_viz.core.translation import Words, count, tr
from senet_viz.figures.base.formats import gate, percent
from senet_viz.figures.surveys.class_gates import gate_by_class
from senet_viz.figures.surveys.embedding import picture_plane

MOST = 8
CROPS = Words[str](
    {
        "whole": lambda: tr("Whole pictures"),
        "account": lambda: tr("Where the gate comes from"),
        "activation": lambda: tr("Where the channel is most active"),
    }
)


def kept_none(what: str) -> str:
    """Says that ``what`` needs the gates of each picture, which this survey did not keep."""
    return tr(
        "This survey kept statistics only, not the gates of single pictures, so {what} cannot be "
        "shown. Start a survey above with “Keep each picture's gates” switched on.",
        what=what,
    )


def draw(study: Study) -> None:
    """Pick a block and a channel; its classes, its pictures, and all pictures of the block."""
    block = str(st.session_state[selection.BLOCK])
    moments, split = study.survey[block], study.splits[block]
    channels = split.mean.size
    words = tr("Clicks on the other charts choose it as well.")
    channel = channel_picker(channels, int(split.deviation.argmax()), help=words)
    left, right = st.columns(2, gap="medium")
    with left:
        show(
            gate_by_class(moments, channel, study.survey.classes, dark=dark()), "dataset_classgate"
        )
    with right:
        extremes(study, block, channel)
    st.subheader(tr("Which pictures does the block gate alike?"), anchor=False)
    plane(study, block)


def describe(study: Study) -> Channel:
    """What *Copy as code* is told of this part."""
    own = compute.own_network(study) if _at() != "whole" else None
    return Channel(
        script_records.survey(study.shelved),
        str(st.session_state[selection.BLOCK]),
        int(st.session_state[selection.CHANNEL]),
        study.survey.has_gates,
        None if _at() == "whole" or own is None else _at(),
        None if own is None else script_records.network(own[0], trained=own[1].trained),
    )


def extremes(study: Study, block: str, channel: int) -> None:
    """The pictures with the highest and the lowest gate of the channel."""
    if not study.survey.has_gates:
        st.info(kept_none(tr("the pictures that open and close this channel")))
        return
    choose_crop(study)
    own = compute.gates(study, block)[:, channel]
    order = np.argsort(-own, kind="stable")
    few = min(MOST, len(order))
    ends = (
        (tr("**Most open for**"), order[:few]),
        (tr("**Most shut for**"), order[::-1][:few]),
    )
    for words, at in ends:
        st.markdown(
            words,
            help=tr(
                "The gate of this channel alone, over all pictures of the survey. A high gate does "
                "not show whether the channel responds to anything in the picture, or to what."
            ),
        )
        with st.container(horizontal=True, gap="small"):
            for number in at:
                small = cut(study, int(number))
                one_picture(study, int(number), gate(float(own[number])), small=small)


def choose_crop(study: Study) -> None:
    """Whole pictures, or what a channel's place sees; where network and pictures are at hand."""
    if compute.own_network(study) is None:
        return
    choice(
        tr("Shown"),
        CROPS,
        surveys.CROP,
        help=tr(
            "Cut out is what the place with the highest account or activation sees by strides and "
            "kernels, cut off at the edges: in late blocks that is the whole picture. Two forward "
            "passes for each picture."
        ),
    )


def _at() -> str:
    return str(st.session_state.get(surveys.CROP) or "whole")


def cut(study: Study, number: int) -> Exemplar | str | None:
    """The crop that is wanted of one picture; None for a whole one."""
    at: Any = _at()
    if at == "whole":
        return None
    block, channel = st.session_state[selection.BLOCK], st.session_state[selection.CHANNEL]
    name = compute.pictures(study)[number].name
    return compute.crop(study, name, str(block), int(channel), at)


def one_picture(
    study: Study, number: int, words: str, *, small: Exemplar | str | None = None
) -> None:
    """A crop or a thumbnail where the picture is at hand, with its class; else its name."""
    ref = compute.pictures(study)[number]
    label = study.survey.classes[ref.label]
    with st.container(width=104, gap=None):
        if isinstance(small, Exemplar):
            st.image(small.pixels, width="stretch", alt=ref.name)
            st.caption(tr("{share} of the picture", share=percent(small.share)))
        elif small is not None:
            st.caption(tr("{problem}\\.", problem=sentence(small)))
        else:
            _whole(study, ref.name)
        st.caption(f"{plain(words)}  \n{plain(label)}" if words else plain(label))


def _whole(study: Study, name: str) -> None:
    try:
        small = compute.thumbnail(study, name)
    except ImageError:
        small = None
    if small is None:
        st.caption(tr("{name} (not at hand)", name=file_name(name)))
    else:
        st.image(small, width=104, alt=name)


def plane(study: Study, block: str) -> None:
    """All pictures by their gates in this block; a click shows one."""
    if not study.survey.has_gates:
        st.info(kept_none(tr("pictures by their gates")))
        return
    refs, some = compute.pictures(study), compute.some(study)
    if len(some) < 3:
        st.info(tr("A plane needs three pictures or more."))
        return
    if len(some) < len(refs):
        st.caption(
            tr(
                "Of {pictures} {drawn} are drawn, evenly spaced.",
                pictures=count(len(refs), "picture"),
                drawn=len(some),
            )
        )
    classes = dict(class_panels.choose_classes(study))
    left, right = st.columns([4, 1], gap="medium")
    with left:
        chart = picture_plane(
            block,
            compute.plane(study, block),
            [(refs[i].name, refs[i].label) for i in some],
            classes,
            dark=dark(),
        )
        show(chart, "dataset_plane", on_click=take_picture_click)
    with right:
        picked = st.session_state.get(surveys.PICTURE)
        if isinstance(picked, int) and 0 <= picked < len(some):
            number = int(some[picked])
            one_picture(study, number, "")
            st.caption(file_name(refs[number].name))
            offer_everywhere(study, refs[number].name)
        else:
            st.caption(tr("Click a point to see its picture."))


def offer_everywhere(study: Study, name: str) -> None:
    """A button that makes a survey's picture the current one in every view."""
    data = study.survey.picture(name)
    if data is not None:
        st.button(
            tr("Look at it in every view"),
            key="dataset_look",
            on_click=uploads.add_pictures,
            args=([(name.rpartition("/")[2], data)],),
        )


def take_picture_click(key: str) -> None:
    """Callback of the plane: remember the picture of the clicked point."""
    number = chart_clicks.clicked(key)
    if isinstance(number, int | float):
        st.session_state[surveys.PICTURE] = int(number)
