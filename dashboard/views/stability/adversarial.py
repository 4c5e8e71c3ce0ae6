"""The picture attacked: what the network says then, and how evenly it uses its channels."""

import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.png_download import offer_png
from dashboard.components.widgets import dark, show
from dashboard.services.inspections import Inspection
from dashboard.session import selection, view_keys
from dashboard.views.stability import compute
from dashboard.views.stability.script import Attacking
from senet_viz.analysis.channel_use import Attack
from senet_viz.core.translation import tr
from senet_viz.figures.interventions.channel_use import use_by_depth
from senet_viz.figures.interventions.perturbation_sweep import prediction_when_perturbed

OPEN, KIND, LEVELS = view_keys.ATTACK_OPEN, view_keys.ATTACK_KIND, view_keys.ATTACK_LEVELS
WORDS: dict[Attack, str] = {"fgsm": "FGSM", "pgd": "PGD"}
USUAL = 4


def section(inspection: Inspection, block: str) -> None:
    """The section, closed at first: it takes gradients; nothing without scores a class."""
    if inspection.capture.logits is None:
        return
    opened = st.expander(
        tr("Adversarial pictures"), key=OPEN, on_change="rerun", icon=":material/bolt:"
    )
    if not opened.open:
        return
    with opened:
        kind, levels = _choose()
        picture, net = inspection.picture, inspection.network
        attack = compute.attacked(
            inspection.key, picture.sha256, picture.data, kind, levels, trained=net.trained
        )
        left, right = st.columns([1.2, 1], gap="medium")
        with left:
            show(
                use_by_depth(attack.given, attack.use, selected=block, dark=dark()),
                "attack_use",
                on_click=selection.take_block_click,
            )
        with right:
            _answers(inspection, attack)


def _choose() -> tuple[Attack, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(
            tr("Attack"),
            WORDS,
            KIND,
            help=tr(
                "Against the class the network itself finds likeliest. FGSM is one step along the "
                "sign of the gradient, PGD ten smaller ones."
            ),
        )
        levels = st.slider(
            tr("Largest change, in grey levels of 255"),
            1,
            16,
            USUAL,
            key=LEVELS,
            persist_state="session",
            width=260,
        )
    return kind, int(levels)


def _answers(inspection: Inspection, attack: compute.Attacked) -> None:
    before, after = inspection.capture.logits, attack.capture.logits
    assert before is not None and after is not None
    chart = prediction_when_perturbed(
        before[0],
        after[0],
        labels=inspection.network.labels or None,
        activation=inspection.capture.activation,
        dark=dark(),
    )
    show(chart, "attack_prediction")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.image(attack.pixels, width=112, alt=tr("The pixels the network saw, attacked"))
        offer_png(attack.pixels, f"attacked {inspection.name}")


def describe() -> Attacking | None:
    """What *Copy as code* is told of this section; None while it is closed."""
    chosen = st.session_state
    if not chosen.get(OPEN):
        return None
    return Attacking(str(chosen.get(KIND) or "fgsm"), int(chosen.get(LEVELS, USUAL)))
