"""What is looked at: the network and the picture."""

import streamlit as st

from dashboard import gallery, own, pasting, services, spoken, state, uploads
from dashboard.choices import OwnFile
from dashboard.widgets import file_name, plain, sentence
from senet_viz.errors import WeightsError
from senet_viz.images import ACCEPTED
from senet_viz.language import count


def draw() -> None:
    """Choose a network and a picture."""
    with st.sidebar:
        _choose_model()
        own.offer()
        _choose_picture()
        spoken.choose()
    if state.own_is_open():
        own.choose()


def offers_untrained() -> bool:
    """Whether random weights can be had in place of the chosen network's."""
    name = st.session_state.get(state.MODEL)
    try:
        return name in services.entries() and name not in services.EMBEDDED
    except WeightsError:  # a broken card is said already
        return False


def _choose_model() -> None:
    entries, files = services.entries(), state.own_files()
    titles = {services.FACTORY: f"From {services.factory()}"} if services.factory() else {}
    titles |= {key: file.title for key, file in files.items()}
    titles |= {name: entry.title for name, entry in entries.items()}
    first = services.FACTORY if services.factory() else state.DEFAULT_MODEL
    state.keep_model(list(titles), otherwise=first)
    name = st.selectbox(
        "Network",
        list(titles),
        key=state.MODEL,
        format_func=titles.__getitem__,
        persist_state="session",
        help=f"{len(entries)} networks with SE blocks: type to search. The embedded one needs no "
        "download; the others fetch their published weights once.",
    )
    if name in files:
        _about_file(files[name])
    elif name == services.FACTORY:
        st.caption("The network this app was started with.")
    else:
        _about_entry(entries[str(name)])


def _about_file(file: OwnFile) -> None:
    st.caption(
        f"{file_name(file.name)} on {plain(file.architecture)}, in this browser window only and "
        "until it is closed."
    )
    st.button(
        "Forget this network",
        key="own_forget",
        on_click=state.forget_own,
        args=(file.key,),
        type="tertiary",
    )


def _about_entry(entry: services.ModelEntry) -> None:
    others = f" · {count(entry.declared, 'other attention module')}" if entry.declared else ""
    size = f" · {entry.input_size} px" if entry.input_size else ""
    st.caption(
        f"{plain(entry.group)} · {entry.blocks} SE blocks{others} · "
        f"{entry.parameters / 1e6:.2f} M parameters{size} · licence of the weights: "
        f"{plain(entry.licence or 'not declared')}"
    )
    if entry.accuracy is not None:
        st.caption(f"Top-1: {entry.accuracy:.1%} on {plain(entry.accuracy_on)}")
    if not entry.has_weights:
        st.caption("No weights are published for it, so it opens untrained.")
    elif offers_untrained() and entry.blocks > 0:
        st.session_state.setdefault(state.TRAINED, True)
        st.toggle(
            "Published weights",
            key=state.TRAINED,
            persist_state="session",
            help="Off: random weights, at once and without a download, to look at the structure.",
        )


def _choose_picture() -> None:
    st.file_uploader(
        "Your pictures",
        type=["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"],
        accept_multiple_files=True,
        key=uploads.uploader_key(),
        on_change=uploads.take_uploads,
        max_upload_size=state.PICTURE_MB,
        help=f"{ACCEPTED}, up to {state.PICTURE_MB} MB each. They stay on this machine, in memory, "
        f"the last {state.MOST_UPLOADS} of them.",
    )
    pasting.listen()
    gallery.camera()
    for name, problem in uploads.upload_problems():
        st.error(sentence(problem), title=f"{file_name(name)} was not used")
    gallery.draw()
