"""The offer to fetch a network that knows ImageNet's 1,000 classes."""

import streamlit as st

from dashboard.components.error_messages import answered
from dashboard.components.widgets import sentence
from dashboard.services import fetches, networks
from dashboard.services.fetches import STARTERS, Bytes, Fetch
from dashboard.session import selection
from senet_viz.core.translation import tr

LOOK_EVERY = 0.5


def offer() -> None:
    """Two networks that know ImageNet's classes, with their size; or how far one has come."""
    if fetches.fetch() is not None:
        _watched()
        return
    chosen = st.session_state.get(selection.MODEL)
    if chosen not in networks.EMBEDDED or not (names := fetches.on_offer()):
        return
    with st.container(gap="xxsmall", key="imagenet"):
        st.caption(
            tr("Or one that knows ImageNet's 1000 classes:"),
            help=tr(
                "Its published weights are fetched once, from the Hugging Face Hub, and kept on "
                "this machine. Nothing is sent there."
            ),
        )
        here = networks.on_this_machine()
        for name in names:
            size = tr("{megabytes:.0f} MB", megabytes=fetches.megabytes(name))
            st.button(
                tr("{network}, {size}", network=STARTERS[name], size=size)
                if name not in here
                else STARTERS[name],
                icon=":material/check:" if name in here else ":material/download:",
                key=f"imagenet_{name}",
                type="tertiary",
                on_click=selection.look_at if name in here else fetches.start,
                args=(name,),
            )


@st.fragment(run_every=LOOK_EVERY)
@answered
def _watched() -> None:
    """Show how far the download is; when it is complete, rerun the page with the network."""
    fetch = fetches.fetch()
    if fetch is None:  # it was cancelled, from within this very part
        st.rerun()
    if not fetch.running:
        _over(fetch)
        return
    share, words = _words(fetch.name, fetch.progress)
    st.progress(share, text=words)
    st.button(tr("Cancel"), key="imagenet_cancel", on_click=fetches.cancel)


def _words(name: str, progress: Bytes | None) -> tuple[float, str]:
    """Share done, and the words over the bar."""
    network = STARTERS[name]
    if progress is None:
        return 0.0, tr("{network}: connecting …", network=network)
    done, every = progress
    of = every or fetches.megabytes(name) * 1e6
    words = tr(
        "{network}: {done:.1f} of {of:.1f} MB", network=network, done=done / 1e6, of=of / 1e6
    )
    return min(done / of, 1.0), words


def _over(fetch: Fetch) -> None:
    """Look at the network, or say what went wrong until it was read."""
    if fetch.problem:
        title = tr("{network} could not be fetched", network=STARTERS[fetch.name])
        st.error(sentence(fetch.problem), title=title)
        st.button(tr("Close"), key="imagenet_close", on_click=fetches.dismiss)
        return
    fetches.dismiss()
    networks.on_this_machine.clear()
    selection.look_at(fetch.name)
    st.rerun()
