"""Cached library calls for What if: forward passes with edited gates.

``override`` acts in its own thread alone, so the one model serves everybody meanwhile.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.runtime.offers import Chosen
from dashboard.services import networks
from dashboard.services.inspections import Inspection
from dashboard.session import picture_names, selection
from senet_viz.analysis.gate_edits import GateEdit, edited_gates, gates_by_block
from senet_viz.core.arrays import Array
from senet_viz.core.records import Capture
from senet_viz.core.translation import tr
from senet_viz.hooks import capture, override

Gates = dict[str, Array]


def network_name() -> str:
    """The name under which the network looked at was chosen: its edits hold for controls too."""
    return str(st.session_state[selection.MODEL])


def possible(edits: Iterable[GateEdit]) -> tuple[GateEdit, ...]:
    """The edits whose picture, where they take gates from one, is on offer, by its whole key."""
    steps_here = []
    for edit in edits:
        if edit.how != "transplant":
            steps_here.append(edit)
        elif key := picture_names.key_of(edit.source):
            steps_here.append(replace(edit, source=key))
    return tuple(steps_here)


def gates(inspection: Inspection, edits: Sequence[GateEdit]) -> Gates:
    """What the edits come to for the picture looked at; NaN where the network keeps its own."""
    on_offer = {chosen.key: chosen for chosen in selection.pictures()}
    sources = {e.source for e in edits if e.how == "transplant"}
    return edited_gates(
        edits,
        gates_by_block(inspection.capture),
        usual=usual(inspection) if any(e.how == "usual" for e in edits) else None,
        transplants={key: gates_of(inspection, on_offer[key]) for key in sources},
    )


def usual(inspection: Inspection) -> Gates:
    """The usual gates by block: over the reference set, else over the pictures on offer."""
    net, names = inspection.network, inspection.capture.names
    if net.reference is not None:
        return {name: net.reference.usual(name)[0] for name in names}
    rows = [gates_of(inspection, chosen) for chosen in selection.pictures()]
    return {name: np.mean([row[name] for row in rows], axis=0) for name in names}


def gates_of(inspection: Inspection, picture: Chosen) -> Gates:
    """The network's own gates for another picture on offer."""
    return _own(inspection.key, picture.sha256, picture.data, trained=inspection.network.trained)


def after(inspection: Inspection, edited: Mapping[str, Array]) -> Capture:
    """The picture looked at through the network with these gates in force."""
    picture = inspection.picture
    return _after(
        inspection.key,
        picture.sha256,
        digest(edited),
        picture.data,
        edited,
        trained=inspection.network.trained,
    )


def digest(edited: Mapping[str, Array]) -> str:
    """The sha256 of the gates in force, by which their forward pass is kept."""
    hash_ = hashlib.sha256()
    for name, values in sorted(edited.items()):
        hash_.update(f"{name}:{values.shape}:".encode())
        hash_.update(values.tobytes())
    return hash_.hexdigest()


@keep(words=lambda: tr("One forward pass for each picture on offer …"))
def _own(name: str, sha256: str, _data: bytes, *, trained: bool) -> Gates:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    return gates_by_block(capture(net.model, batch, features="none"))


@keep(words=lambda: tr("One forward pass with the edited gates …"))
def _after(
    name: str,
    sha256: str,
    digest: str,  # noqa: ARG001 (the cache's key)
    _data: bytes,
    _edited: Mapping[str, Array],
    *,
    trained: bool,
) -> Capture:
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    with override(net.model, _edited):
        return capture(net.model, batch, features="none")
