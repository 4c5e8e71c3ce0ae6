"""The sidebar: which network and which picture."""

import streamlit as st

from dashboard.components.widgets import file_name, plain, sentence
from dashboard.runtime import language_choice
from dashboard.runtime.offers import OwnFile, Takes
from dashboard.services import controls, networks
from dashboard.session import array_choice, selection, uploads
from dashboard.shell import (
    class_names_dialog,
    gallery,
    imagenet_offer,
    machine_panel,
    own_network_dialog,
    paste_listener,
    remembered_network,
)
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import again, count, tr
from senet_viz.pictures.decoding import ACCEPTED


def draw() -> None:
    """Choose a network and a picture."""
    with st.sidebar:
        _choose_model()
        imagenet_offer.offer()
        own_network_dialog.offer()
        array_choice.keep(_taken())
        _choose_picture()
        language_choice.choose()
        machine_panel.offer()
        remembered_network.remember(str(_model()))
    if selection.own_is_open():
        own_network_dialog.choose()
    elif selection.names_are_open() and (own := selection.own_file(str(_model()))):
        class_names_dialog.choose(own)


def _model() -> object:
    return st.session_state.get(selection.MODEL)


def _choose_model() -> None:
    entries, files = networks.entries(), selection.own_files()
    titles: dict[str, str] = (
        {networks.FACTORY: tr("From {factory}", factory=networks.factory())}
        if networks.factory()
        else {}
    )
    titles |= {key: file.title for key, file in files.items()}
    titles |= {name: entry.title for name, entry in entries.items()}
    here = networks.on_this_machine()
    usual = remembered_network.remembered(here) or selection.DEFAULT_MODEL
    first = networks.FACTORY if networks.factory() else usual
    selection.keep_model(list(titles), otherwise=first)
    language_choice.renew(selection.MODEL)
    name = st.selectbox(
        tr("Network"),
        list(titles),
        key=selection.MODEL,
        format_func=lambda key: f"{again(titles[key])}{' ✓' if key in here else ''}",
        persist_state="session",
        help=tr(
            "{networks} networks with SE blocks: type to search. Those marked ✓ have their "
            "weights on this machine; the others fetch their published weights once.",
            networks=len(entries),
        ),
    )
    if name in files:
        _about_file(files[name])
    elif name == networks.FACTORY:
        st.caption(tr("The network this app was started with."))
    else:
        _about_entry(entries[str(name)])


def _about_file(file: OwnFile) -> None:
    st.caption(
        tr(
            "{file} on {architecture}, in this browser window only and until it is closed.",
            file=file_name(file.name),
            architecture=plain(file.architecture),
        )
    )
    with st.container(horizontal=True, gap="small"):
        class_names_dialog.offer()
        st.button(
            tr("Forget this network"),
            key="own_forget",
            on_click=selection.forget_own,
            args=(file.key,),
            type="tertiary",
        )
    with st.expander(tr("What was read from the file")):
        for note in file.notes:
            st.caption(plain(note))


def _about_entry(entry: networks.ModelEntry) -> None:
    licence = entry.licence or tr("not declared")
    modules = count(entry.declared, "other attention module")
    others = f" · {modules}" if entry.declared else ""
    size = f" · {entry.input_size} px" if entry.input_size else ""
    lines = [
        tr(
            "{group} · {blocks}{others} · {parameters:.2f} M parameters{size} · licence of the "
            "weights: {licence}",
            group=plain(entry.group),
            blocks=count(entry.blocks, "SE block"),
            others=others,
            parameters=entry.parameters / 1e6,
            size=size,
            licence=plain(licence),
        )
    ]
    if entry.accuracy is not None and st.session_state.get(selection.TRAINED, True):
        lines.append(
            tr(
                "Top-1: {accuracy:.1%} on {pictures}",
                accuracy=entry.accuracy,
                pictures=plain(entry.accuracy_on),
            )
        )
    if not entry.has_weights:
        lines.append(tr("No weights are published for it, so it opens untrained."))
    st.caption("\n\n".join(lines))
    if networks.has_weights(entry.name) and controls.offers_untrained():
        st.session_state.setdefault(selection.TRAINED, True)
        st.toggle(
            tr("Published weights"),
            key=selection.TRAINED,
            persist_state="session",
            help=tr(
                "Off: random weights, at once and without a download, to look at the structure."
            ),
        )


def _taken() -> Takes | None:
    """What the network takes instead of pictures; the page says why it cannot be built."""
    try:
        return networks.takes_arrays(str(_model()))
    except SENetVizError:
        return None


def _choose_picture() -> None:
    takes = array_choice.takes()
    formats = again(ACCEPTED) if takes is None else tr("One array in a .npy or .npz file")
    st.file_uploader(  # of any name: a list of types refuses what browsers call .jfif, or nothing
        tr("Your pictures") if takes is None else tr("Your arrays"),
        accept_multiple_files=True,
        key=uploads.uploader_key(),
        on_change=uploads.take_uploads,
        max_upload_size=selection.PICTURE_MB,
        help=tr(
            "{formats}, up to {megabytes} MB each. They stay on this machine, in memory, the last "
            "{most} of them.",
            formats=formats,
            megabytes=selection.PICTURE_MB,
            most=selection.MOST_UPLOADS,
        ),
    )
    if takes is None:
        paste_listener.listen()
        gallery.camera()
    else:
        st.caption(plain(tr("The network takes {wanted}.", wanted=takes.wanted)))
    for name, problem in uploads.upload_problems():
        st.error(sentence(problem), title=tr("{file} was not used", file=file_name(name)))
    gallery.draw()
