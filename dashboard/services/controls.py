"""Null controls for a chart: random weights, or a noise picture."""

from io import BytesIO
from typing import Literal

import streamlit as st

from dashboard.runtime.offers import Chosen, sha256
from dashboard.services import networks
from dashboard.session import selection
from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import Words, tr
from senet_viz.experiments.null_controls import noise_picture

Control = Literal["none", "weights", "noise"]
WORDS = Words[Control](
    {
        "none": lambda: tr("This network and picture"),
        "weights": lambda: tr("Random weights"),
        "noise": lambda: tr("Noise picture"),
    }
)
LINES = Words[Control](
    {
        "weights": lambda: tr(
            "Control: random weights. What is shown here comes from a network that has learned "
            "nothing."
        ),
        "noise": lambda: tr(
            "Control: noise picture. Every pixel has a random colour of its own, so there is "
            "nothing in it to recognise."
        ),
    }
)
SEED = 0
NOISE = "noise"  # the key of the picture of noise


def chosen(key: str) -> Control:
    """What was chosen by the widget of this key, which may stand further down the page."""
    control: Control | None = st.session_state.get(key)
    return control or "none"


def say(control: Control) -> None:
    """A clear line while it is a control that is looked at."""
    if control in LINES:
        st.warning(LINES[control], icon=":material/casino:")


def offers_untrained() -> bool:
    """Whether random weights can be had in place of the chosen network's."""
    name = st.session_state.get(selection.MODEL)
    try:
        return name in networks.entries() and name not in networks.EMBEDDED
    except WeightsError:  # a broken card is said already
        return False


def network_name(name: str, control: Control) -> str:
    """What ``services`` knows the network by under this control; the same without one."""
    return f"{networks.RANDOM}{name}" if control == "weights" else name


def picture(chosen: Chosen, net: networks.Network, control: Control) -> Chosen:
    """The picture under this control: ``chosen``, or noise of the size ``net`` takes."""
    height, width = net.preprocess.input_size
    return _noise(width, height) if control == "noise" else chosen


@st.cache_resource(max_entries=8, show_spinner=False)
def _noise(width: int, height: int) -> Chosen:
    file = BytesIO()
    noise_picture((width, height), SEED).save(file, format="PNG")
    data = file.getvalue()
    origin = tr(
        "noise of {width} × {height} px, seed {seed}", width=width, height=height, seed=SEED
    )
    return Chosen(NOISE, tr("Noise"), data, origin, sha256(data))
