"""What *Copy as code* is told of a page: the records that several views' scripts begin with."""

import streamlit as st

from dashboard.components import script_opening
from dashboard.components.script_one_block import Answer, OneBlock
from dashboard.components.script_opening import Look, Noise, Opened, Origin
from dashboard.services import captures, controls, networks, references, surveys
from dashboard.services.inspections import Inspection
from dashboard.services.surveys import Shelved
from dashboard.session import hidden_unit, selection
from senet_viz.analysis.gate_account import GateAccount
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.records import BlockActivation, Capture
from senet_viz.core.scenes import Detection


def network(name: str, *, trained: bool) -> Origin:
    """How the network is had that ``services`` knows by this name, and its reference."""
    reference = references.of(name, networks.network(name, trained=trained))
    origin = _bare(name, trained=trained)
    if reference.survey is None:
        return origin
    return script_opening.Referenced(origin, survey(reference.survey))


def survey(shelved: Shelved) -> Opened:
    """Where a survey on offer lies."""
    folder = shelved.survey.folder
    key, _, part = shelved.key.partition(surveys.OF)
    if key in surveys.shipped():
        return Opened(shipped=key, part=part)
    here = "" if folder.is_relative_to(surveys.bench()) else str(folder)
    return Opened(folder=here, part=part)


def _bare(name: str, *, trained: bool) -> Origin:
    own = selection.own_file(name)
    if own is not None:
        return own
    if name == networks.FACTORY:
        return script_opening.Factory(networks.factory())
    if name.startswith(networks.RANDOM):
        of = name.removeprefix(networks.RANDOM)
        return script_opening.Redrawn(_bare(of, trained=of in networks.EMBEDDED))
    return script_opening.Catalogued(name, trained)


def look(inspection: Inspection) -> Look:
    """The network and the picture looked at, or what a control puts in place of one."""
    origin = network(inspection.key, trained=inspection.network.trained)
    if inspection.picture.key != controls.NOISE:
        return Look(origin, inspection.picture)
    height, width = inspection.network.preprocess.input_size
    return Look(origin, Noise((width, height), controls.SEED))


def one_block(inspection: Inspection, block: str, channel: int) -> OneBlock:
    """A block and a channel of the picture; what was never chosen is as Inspect begins."""
    capture, chosen = inspection.capture, st.session_state
    account = _account(capture[block], channel)
    units = () if account is None else account.units
    return OneBlock(
        look=look(inspection),
        answer=_answer(capture),
        block=block,
        channel=channel,
        top=int(chosen.get(selection.TOP) or 8),
        unusual=chosen.get(selection.ORDER) == "unusual"
        and inspection.network.reference is not None,
        explained=account is not None,
        unit=hidden_unit.picked(len(units), account.order[0]) if account and units else None,
        lowest_score=float(chosen.get(selection.SCORE, 0.5)),
    )


def _account(activation: BlockActivation, channel: int) -> GateAccount | None:
    """The sum of the gate, where it is one."""
    try:
        return captures.account(activation, channel)
    except (BlockError, CaptureError):
        return None


def _answer(capture: Capture) -> Answer:
    if capture.logits is not None:
        return "classes"
    if isinstance(capture.scene, Detection):
        return "boxes"
    return "none" if capture.scene is None else "regions"
