"""How the picture is perturbed: one slider for each kind, and the keys they are kept under."""

import streamlit as st

from dashboard.components.choice import choice
from dashboard.session import selection, view_keys
from dashboard.views.stability.compute import Strengths
from senet_viz.core.records import PerturbationKind
from senet_viz.core.translation import again, tr
from senet_viz.pictures.perturbations import SCALES

SWEEP, CHANNELS, slider_key = view_keys.SWEEP, view_keys.SWEPT_CHANNELS, view_keys.strength
FORMATS: dict[PerturbationKind, str] = {
    "shift": "%.2f",
    "crop": "%.2f",
    "blur": "%.2f %%",
    "brightness": "× %.2f",
    "contrast": "× %.2f",
    "jpeg": "%.0f",
}


def sliders() -> Strengths:
    """The strength of every kind as the sliders stand; the last one moved is swept."""
    grid = st.grid(2, min_column_width=200)
    for kind, scale in SCALES.items():
        st.session_state.setdefault(slider_key(kind), scale.none)
        grid.slider(
            again(scale.title),
            scale.low,
            scale.high,
            step=scale.step,
            format=FORMATS[kind],
            key=slider_key(kind),
            persist_state="session",
            on_change=_sweep,
            args=(kind,),
            help=tr(
                "{unit}. {none:g} changes nothing.", unit=_capital(scale.unit), none=scale.none
            ),
        )
    strengths = current()
    st.button(
        tr("Back to the picture as given"),
        icon=":material/restart_alt:",
        key="perturbing_reset",
        on_click=reset,
        disabled=all(value == SCALES[kind].none for kind, value in strengths),
        type="tertiary",
    )
    return strengths


def _capital(words: str) -> str:
    unit = again(words)
    return f"{unit[:1].upper()}{unit[1:]}"


def current() -> Strengths:
    """A slider's steps are sums of fractions: the strengths are rounded to what it shows."""
    return tuple((kind, round(float(st.session_state[slider_key(kind)]), 4)) for kind in SCALES)


def reset() -> None:
    """Callback: reset every slider to the value that changes nothing."""
    for kind, scale in SCALES.items():
        st.session_state[slider_key(kind)] = scale.none


def choose_sweep() -> PerturbationKind:
    """Which kind the gates are followed along."""
    return choice(
        tr("Follow the gates along"),
        {kind: again(scale.title) for kind, scale in SCALES.items()},
        SWEEP,
        first="blur",
        help=tr(
            "From one end of its slider to the other; the other sliders stay where they are. "
            "Moving a slider chooses its kind."
        ),
    )


def choose_channels(channels: int, otherwise: tuple[int, ...], *, most: int) -> tuple[int, ...]:
    """The channels to follow; ``otherwise`` as long as none are chosen that this block has."""
    asked = st.multiselect(
        tr("Channels"),
        range(channels),
        key=CHANNELS,
        persist_state="session",
        max_selections=most,
        placeholder=tr("The {channels} that move most", channels=len(otherwise)),
        width=420,
    )
    if asked:
        return tuple(asked)
    picked = st.session_state.get(selection.CHANNEL)  # in any view
    if isinstance(picked, int) and 0 <= picked < channels and picked not in otherwise:
        return (*otherwise[: most - 1], picked)
    return otherwise


def keep_channels(channels: int) -> None:
    """Forget picked channels that this block does not have."""
    st.session_state[CHANNELS] = [c for c in picked_channels() if c < channels]


def picked_channels() -> tuple[int, ...]:
    """Those a person picked; none where the ones that move most are followed."""
    return tuple(int(channel) for channel in st.session_state.get(CHANNELS) or ())


def _sweep(kind: PerturbationKind) -> None:
    st.session_state[SWEEP] = kind
