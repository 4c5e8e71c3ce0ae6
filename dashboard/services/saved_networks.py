"""Networks that were made smaller here, opened from the file that a download gives."""

from pathlib import Path

import streamlit as st

from dashboard.runtime.offers import OwnFile, sha256
from dashboard.services import networks, weight_previews
from dashboard.session import selection


def file_name(network: str) -> str:
    """What the file of the smaller network is called: after the network, or its own file."""
    own = selection.own_file(network)
    stem = network if own is None else Path(own.name).stem
    return f"{stem.replace('/', '_').replace(':', '_')}.smaller.safetensors"


def open_here(content: bytes, name: str) -> None:
    """Read the file as if it had been uploaded under Your own network, and look at it."""
    digest = sha256(content)
    own = OwnFile(weight_previews.preview(digest, content, name).saved, name, digest, content)
    selection.add_own(own, notes=networks.own_network(own).notes)
    st.rerun()
