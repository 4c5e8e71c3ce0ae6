"""The offer to fetch a network that knows ImageNet's 1,000 classes."""

import streamlit as st

from dashboard.components import long_job
from dashboard.services import fetches, networks
from dashboard.services.fetches import STARTERS, Bytes, Fetch
from dashboard.session import selection
from senet_viz.core.translation import tr


def offer() -> None:
    """Two networks that know ImageNet's classes, with their size; or how far one has come."""
    if fetches.fetch() is not None:
        _watch()
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


def _watch() -> None:
    """How far the download is; when it is complete, the page with the network."""
    long_job.InBackground(
        key="imagenet",
        job=fetches.fetch,
        words=lambda fetch: _words(fetch.name, fetch.progress),
        keep=_keep,
        dismiss=fetches.dismiss,
        title_of_problem=lambda fetch: tr(
            "{network} could not be fetched", network=STARTERS[fetch.name]
        ),
        cancel=lambda _: fetches.cancel(),
    ).watch()


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


def _keep(fetch: Fetch) -> None:
    networks.on_this_machine.clear()
    selection.look_at(fetch.name)
