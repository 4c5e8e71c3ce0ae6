"""An ImageNet network to begin with: its weights fetched once, when a person asks for it."""

import os
import socket
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

import streamlit as st

from dashboard.runtime.background import Job, Telling
from dashboard.services import networks
from senet_viz.models import load_model
from senet_viz.models.downloads import telling

STARTERS: Mapping[str, str] = MappingProxyType(
    {"mobilenetv3_small_100": "MobileNetV3-small", "seresnet50": "SE-ResNet-50"}
)
BYTES_A_PARAMETER = 4
NOWHERE = ("192.0.2.1", 9)  # of a block of addresses that nobody has
Bytes = tuple[int, int | None]
_FETCH = "fetch"


class Fetch(Job[Bytes]):
    """The weights of one network on their way: bytes so far, and in all."""

    def __init__(self, name: str) -> None:
        def work(tell: Telling[Bytes]) -> None:
            with telling(lambda done, every: tell((done, every))):
                load_model(name)

        self.name = name
        super().__init__(work)


def start(name: str) -> None:
    """Callback: fetch the weights of one of ``STARTERS``."""
    st.session_state[_FETCH] = Fetch(name)


def fetch() -> Fetch | None:
    """What this session fetches, or has just fetched."""
    going: Fetch | None = st.session_state.get(_FETCH)
    return going


def cancel() -> None:
    """Callback: end the download when the next bytes arrive, without waiting for them."""
    if (going := fetch()) is not None:
        going.cancel()
    dismiss()


def dismiss() -> None:
    st.session_state.pop(_FETCH, None)


def megabytes(name: str) -> float:
    """The estimated size of a network's weights."""
    return networks.entries()[name].parameters * BYTES_A_PARAMETER / 1e6


def on_offer() -> tuple[str, ...]:
    """Those of ``STARTERS`` that are here, and where there is a way outside the others too."""
    here, reachable = networks.on_this_machine(), _has_a_way_out()
    return tuple(name for name in STARTERS if reachable or name in here)


def _has_a_way_out() -> bool:
    """Whether this machine has a route to other machines; nothing is sent to find out."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    if urlsplit(os.environ.get("HF_ENDPOINT", "")).hostname in networks.LOCAL:
        return True
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
        except OSError:
            return False
    return True
