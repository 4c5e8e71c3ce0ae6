"""Networks that were made smaller here: the file's name, opening it, and the same as ONNX."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from dashboard.runtime.cache import NETWORKS, keep
from dashboard.runtime.offers import OwnFile, sha256
from dashboard.services import networks, weight_previews
from dashboard.session import selection
from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.models.onnx_writing import onnx_network
from senet_viz.pictures import decoding


def file_name(network: str) -> str:
    """What the file of the smaller network is called: after the network, or its own file."""
    own = selection.own_file(network)
    stem = network if own is None else Path(own.name).stem
    return f"{stem.replace('/', '_').replace(':', '_')}.smaller.safetensors"


def open_here(content: bytes, name: str) -> None:
    """Read the file as if it had been uploaded under Your own network, and look at it."""
    own = _own(content, name)
    selection.add_own(own, notes=networks.own_network(own).notes)
    st.rerun()


def as_onnx(content: bytes, name: str, pictures: Sequence[Path]) -> bytes:
    """The same network as ONNX, compared with PyTorch on the first picture that can be read.

    Raises a WeightsError where it cannot be exported, or answers otherwise.
    """
    return _as_onnx(hash(content), content, name, pictures)


@keep(NETWORKS, words=lambda: tr("Writing the network as ONNX …"))
def _as_onnx(
    key: int,  # noqa: ARG001 (the cache's key)
    _content: bytes,
    _name: str,
    _pictures: Sequence[Path],
) -> bytes:
    for file in _pictures:
        try:
            picture = decoding.read(file.read_bytes()).image
        except (ImageError, OSError):
            continue
        return onnx_network(networks.own_network(_own(_content, _name)), picture)
    raise ImageError(tr("none of the plan's pictures can be read any more"))


def _own(content: bytes, name: str) -> OwnFile:
    digest = sha256(content)
    return OwnFile(weight_previews.preview(digest, content, name).saved, name, digest, content)
