"""A network that was made smaller here: its file, the same as ONNX, and a way to look at it."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from dashboard.components.error_messages import answering
from dashboard.services import saved_networks
from dashboard.session import measurement_requests
from senet_viz.core.translation import tr

ONNX = "onnx"


def offer(content: bytes, network: str, pictures: Sequence[Path], *, key: str) -> None:
    """Buttons under the result; ``pictures`` are those that it was judged on.

    ONNX is offered only where there are some: a network without scores by class has none.
    """
    file = saved_networks.file_name(network)
    with st.container(horizontal=True):
        st.download_button(
            tr("Save this network"),
            content,
            file_name=file,
            key=f"{key}_save",
            on_click="ignore",
            help=tr(
                "It opens here under Your own network, and by senet_viz.load_model(FILE). The file "
                "says what was removed, and how it is built."
            ),
        )
        if st.button(tr("Open it here"), key=f"{key}_open"):
            saved_networks.open_here(content, file)
        if pictures:
            _onnx(content, file, pictures, key=f"{key}_onnx")


def _onnx(content: bytes, file: str, pictures: Sequence[Path], *, key: str) -> None:
    """Made when it is asked for: the export takes seconds."""
    wanted = (ONNX, hash(content))
    if not measurement_requests.wanted(wanted):
        st.button(
            tr("Write it as ONNX"),
            key=f"{key}_ask",
            on_click=measurement_requests.want,
            args=(wanted,),
            help=tr(
                "ONNX Runtime and PyTorch are compared on a picture before the file is offered."
            ),
        )
        return
    with answering():
        st.download_button(
            tr("Save the ONNX file"),
            saved_networks.as_onnx(content, file, pictures),
            file_name=file.replace(".safetensors", ".onnx"),
            key=key,
            on_click="ignore",
        )
