"""Why is the picked channel's gate what it is? The hidden units, and the channels behind one."""

import streamlit as st

from dashboard.components import hidden_units
from dashboard.components.choice import control_choice
from dashboard.components.widgets import dark, plain, sentence, show, show_mosaic
from dashboard.services import captures, controls, inspections
from dashboard.services.controls import Control
from dashboard.services.inspections import Inspection
from dashboard.session import array_choice, hidden_unit, selection, view_keys
from dashboard.views.inspect.branch_energy import acts
from dashboard.views.inspect.gate_places import where
from senet_viz.analysis.gate_account import GateAccount, UnitAccount
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation
from senet_viz.core.translation import tr
from senet_viz.figures.base.formats import tiny
from senet_viz.figures.block.feature_maps import colour_range, mosaic
from senet_viz.figures.block.gate_account import gate_waterfall, unit_waterfall
from senet_viz.figures.block.gates import squeeze_against_gate

OPEN = view_keys.WHY_OPEN
MOST_TERMS = 8
MOST_MAPS = 4


def why(block: str) -> None:
    """The exact sum behind the picked channel's gate, and where that gate acts."""
    st.subheader(tr("Why this gate"), anchor=False)
    control: Control = "none"  # neither noise nor random weights are drawn for arrays
    if array_choice.takes() is None:
        control = control_choice(view_keys.WHY_CONTROL)
    controls.say(control)
    inspection = inspections.inspect(control)
    activation = inspection.capture[block]
    plane = inspection.values is None and len(activation.places) == 2
    try:
        account = captures.account(activation, int(st.session_state[selection.CHANNEL]))
    except (BlockError, CaptureError) as error:
        st.caption(tr("{problem}\\.", problem=sentence(error)))
        if plane and activation.sums is not None:
            where(inspection, block, None)
    else:
        _sum(inspection, activation, account)
        if plane:
            where(inspection, block, account)
    _against_squeeze(activation)
    if plane:
        acts(block, control)
    else:
        st.caption(
            tr(
                "Where in the input a gate comes from and where it acts is drawn only for "
                "pictures\\."
            )
        )


def _against_squeeze(activation: BlockActivation) -> None:
    """Every channel's gate against its own squeeze, closed at first."""
    section = st.expander(
        tr("Gate against squeeze"),
        key=view_keys.SQUEEZE_OPEN,
        on_change="rerun",
        icon=":material/scatter_plot:",
    )
    if section.open and activation.squeeze.shape == activation.excitation.shape:
        with section:
            chart = squeeze_against_gate(activation, image=0, dark=dark())
            show(chart, "squeeze_gate", on_click=selection.take_channel_click)
    elif section.open:
        section.caption(tr("This block does not have one squeeze for each gate."))


def _sum(inspection: Inspection, activation: BlockActivation, account: GateAccount) -> None:
    """The sum of the gate as a waterfall, one hidden unit of it opened; drawn when asked for."""
    section = st.expander(
        tr("What adds up to this gate"), key=OPEN, on_change="rerun", icon=":material/functions:"
    )
    if not section.open:
        return
    with section:
        left, right = st.columns(2, gap="medium")
    with left:
        show(
            gate_waterfall(account, top=MOST_TERMS, dark=dark()),
            "why",
            on_click=hidden_unit.take_click if account.units else selection.take_channel_click,
        )
        st.caption(plain(_proof(account)))
    with right:
        if account.units:
            _unit(account, activation)
            hidden_units.draw(inspection, activation, int(st.session_state[hidden_unit.UNIT]))
        else:
            st.caption(tr("This block has no hidden units: the squeeze drives its gates directly."))


def _proof(account: GateAccount) -> str:
    """That the sum is the captured one, in words."""
    numbers: dict[str, object] = {
        "terms": len(account.contribution),
        "logit": account.logit,
        "error": tiny(account.error),
        "gate": account.block.gate,
    }
    if account.units:
        return tr(
            "Bias and {terms} hidden units add up to the captured logit {logit:.3f} (difference "
            "{error}); the gate is the {gate} of it.",
            **numbers,
        )
    return tr(
        "Bias and {terms} channels add up to the captured logit {logit:.3f} (difference {error}); "
        "the gate is the {gate} of it.",
        **numbers,
    )


def _unit(account: GateAccount, activation: BlockActivation) -> None:
    """One hidden unit: the channels that drive it, with their feature maps."""
    unit = hidden_units.pick(account, words=tr("Or click a bar on the left."))
    show(
        unit_waterfall(unit, top=MOST_TERMS, exact=account.exact_through, dark=dark()),
        "why_unit",
        on_click=selection.take_channel_click,
    )
    _driving_maps(unit, activation)


def _driving_maps(unit: UnitAccount, activation: BlockActivation) -> None:
    """What the channels that count most for a unit see in the picture."""
    features = activation.require_features()[0]
    order = sorted(range(len(unit.contribution)), key=lambda c: -abs(unit.contribution[c]))
    chosen = order[:MOST_MAPS]
    maps = features[chosen]
    low, high = colour_range(maps, scope="block", block_maps=features)
    drawn = mosaic(
        maps,
        captions=[f"ch {c} {unit.contribution[c]:+.2f}" for c in chosen],
        low=low,
        high=high,
        columns=MOST_MAPS,
        tile=104,
        dark=dark(),
    )
    st.caption(tr("The channels that drive it most, before their gates:"))
    show_mosaic(drawn)
