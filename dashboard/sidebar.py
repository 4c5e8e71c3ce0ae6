"""What is looked at: the network and the picture."""

import streamlit as st

from dashboard import services, state
from dashboard.widgets import file_name, plain, sentence
from senet_viz.images import ACCEPTED

UPLOAD_MB = 20


def draw() -> None:
    """Choose a network and a picture."""
    with st.sidebar:
        _choose_model()
        _choose_picture()


def _choose_model() -> None:
    entries = services.entries()
    if st.session_state.get(state.MODEL) not in entries:
        st.session_state[state.MODEL] = state.DEFAULT_MODEL
    name = st.selectbox(
        "Network",
        list(entries),
        key=state.MODEL,
        format_func=lambda n: entries[n].title,
        persist_state="session",
        help=f"{len(entries)} networks with SE blocks: type to search. The embedded one needs no "
        "download; the others fetch their published weights once.",
    )
    entry = entries[str(name)]
    st.caption(
        f"{plain(entry.group)} · {entry.blocks} SE blocks · {entry.parameters / 1e6:.2f} M "
        f"parameters · licence of the weights: {plain(entry.licence or 'not declared')}"
    )
    if entry.library != "senet_viz":
        st.toggle(
            "Published weights",
            value=True,
            key=state.TRAINED,
            persist_state="session",
            help="Off: random weights, at once and without a download, to look at the structure.",
        )


def _choose_picture() -> None:
    st.file_uploader(
        "Your pictures",
        type=["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"],
        accept_multiple_files=True,
        key=state.uploader_key(),
        on_change=state.take_uploads,
        max_upload_size=UPLOAD_MB,
        help=f"{ACCEPTED}, up to {UPLOAD_MB} MB each. They stay on this machine, in memory, "
        f"the last {state.MOST_UPLOADS} of them.",
    )
    for name, problem in state.upload_problems():
        st.error(sentence(problem), title=f"{file_name(name)} was not used")
    chosen = state.picture()
    gallery = st.container(horizontal=True, gap="small", key="gallery")
    for offer in state.pictures():
        with gallery.container(width=84, gap=None):
            st.image(services.thumbnail(offer.sha256, offer.data), width=84, alt=offer.title)
            st.button(
                "Shown" if offer.key == chosen.key else "Show",
                key=f"picture_{offer.key[:16]}",
                type="primary" if offer.key == chosen.key else "tertiary",
                help=plain(offer.title),
                on_click=state.choose_picture,
                args=(offer.key,),
                width="stretch",
            )
    st.caption(f"Shown: {plain(chosen.origin)}")
    if state.has_uploads():
        st.button("Forget my pictures", on_click=state.forget_uploads, type="tertiary")
