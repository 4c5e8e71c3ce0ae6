"""The pictures on offer: one to show, several to pin or remove, and a camera for more."""

from collections.abc import Callable

import streamlit as st

from dashboard.components import picture_grid
from dashboard.components.error_messages import answered
from dashboard.components.widgets import file_name
from dashboard.runtime import picture_cache
from dashboard.runtime.offers import Chosen
from dashboard.services import surveys
from dashboard.session import array_choice, pinned_pictures, selection, uploads
from senet_viz.core.translation import again, count, tr

_CAMERA, _OPEN, _DONE = "camera", "gallery_open", "gallery_done"


def camera() -> None:
    """A photograph, taken by the uploader's own rules; the camera is on only while this is open."""
    opened = st.popover(
        tr("Camera"),
        icon=":material/photo_camera:",
        key="camera_open",
        on_change="rerun",
        width="stretch",
    )
    if opened.open:
        with opened:
            st.camera_input(
                tr("Take a photograph"),
                key=_CAMERA,
                on_change=take_photograph,
                label_visibility="collapsed",
                width=320,
            )


def take_photograph() -> None:
    """Callback: the photograph joins the uploads."""
    taken = st.session_state.get(_CAMERA)
    if taken is not None:
        number = sum(uploads.is_upload(offer) for offer in selection.pictures()) + 1
        name = tr("photograph {number}.jpg", number=number)
        uploads.add_pictures([(name, taken.getvalue())])


def draw() -> None:
    """Every picture on offer, to show by a click, and what else can be done with them."""
    st.session_state.pop(_DONE, None)  # the page is drawn again already
    offers, chosen = selection.pictures(), selection.picture()
    if not offers:  # no array yet
        return
    picture_grid.choose(offers, chosen.key)
    with st.container(horizontal=True, gap="small"):
        if array_choice.takes() is None and st.button(
            tr("Pin or remove several …"), icon=":material/select_check_box:", key=_OPEN
        ):
            st.dialog(tr("Pictures"), width="large")(answered(_several))()
        if uploads.is_upload(chosen):
            st.button(
                tr("Remove this one"),
                key="picture_remove",
                on_click=uploads.forget_picture,
                args=(chosen.key,),
                type="tertiary",
            )
        if uploads.has_uploads():
            words = (
                tr("Forget my pictures") if array_choice.takes() is None else tr("Forget my files")
            )
            st.button(words, on_click=_forget, type="tertiary")


def _forget() -> None:
    """Callback: what was made of the person's pictures, one by one or in a survey, is dropped."""
    uploads.forget_uploads()
    surveys.forget_made()


def _several() -> None:
    """Tick pictures, then say what is to be done with all of them."""
    pinned_pictures.keep()
    offers, pins = selection.pictures(), [pin.chosen.key for pin in pinned_pictures.pins()]
    grid = st.grid(6, min_column_width=100)
    for offer in offers:
        with grid.container(gap=None):
            small = picture_cache.thumbnail(offer.sha256, offer.data)
            st.image(small, width=96, alt=again(offer.title))
            st.checkbox(file_name(offer.title), key=tick(offer.key))
            if offer.key in pins:
                st.caption(tr("pinned"))
    ticked = [offer.key for offer in offers if st.session_state.get(tick(offer.key))]
    st.caption(
        tr(
            "{ticked} of {pictures} ticked; {pinned} of at most {most} pinned. Pinned pictures are "
            "compared in every view that compares pictures.",
            ticked=len(ticked),
            pictures=count(len(offers), "picture"),
            pinned=len(pins),
            most=pinned_pictures.MOST,
        )
    )
    own = [offer.key for offer in offers if uploads.is_upload(offer) and offer.key in ticked]
    actions = (
        ("pin", tr("Pin"), pinned_pictures.pin, ticked),
        ("unpin", tr("Unpin"), pinned_pictures.unpin, [key for key in ticked if key in pins]),
        ("remove", tr("Remove uploads"), _remove, own),
    )
    with st.container(horizontal=True, gap="small"):
        for name, words, act, keys in actions:
            st.button(
                words,
                key=f"gallery_{name}",
                on_click=_do,
                args=(act, keys),
                disabled=not keys,
            )
        st.button(tr("Tick all"), key="gallery_all", on_click=_tick, args=(offers, True))
        st.button(tr("Tick none"), key="gallery_none", on_click=_tick, args=(offers, False))
    if st.session_state.pop(_DONE, False):
        st.rerun()


def _do(act: Callable[[list[str]], None], keys: list[str]) -> None:
    """Callback: done with all that are ticked; the page is drawn again, and the ticks are gone."""
    act(keys)
    _tick(selection.pictures(), False)
    st.session_state[_DONE] = True


def tick(key: str) -> str:
    """The key of a picture's tick."""
    return f"tick_{key[:16]}"


def _tick(offers: tuple[Chosen, ...], ticked: object) -> None:
    for offer in offers:
        st.session_state[tick(offer.key)] = ticked


def _remove(keys: list[str]) -> None:
    for key in keys:
        uploads.forget_picture(key)
