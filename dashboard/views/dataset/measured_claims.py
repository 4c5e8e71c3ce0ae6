"""Claims of papers that no survey can answer, measured on this network on request."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.components import script_records
from dashboard.runtime.offers import Chosen
from dashboard.services.networks import Network
from dashboard.session import measurement_requests, pinned_pictures, selection
from dashboard.views.dataset import compute
from dashboard.views.dataset.compute import Study
from dashboard.views.dataset.script_claims import Measured
from senet_viz.analysis.literature_claims import MEASURED, Claim, Finding
from senet_viz.core.translation import tr

MOST = 60
BUTTON = "dataset_measure_claims"


@dataclass(frozen=True, slots=True, eq=False)
class _Measurement:
    """Which network over which pictures: names in the survey, or else pictures on offer."""

    name: str
    network: Network
    names: tuple[str, ...]
    offered: tuple[Chosen, ...]

    @property
    def key(self) -> tuple[object, ...]:
        return ("claims", self.name, self.names, tuple(p.key for p in self.offered))

    @property
    def wanted(self) -> bool:
        by_itself = bool(st.session_state.get(measurement_requests.BY_ITSELF))
        return by_itself or measurement_requests.wanted(self.key)


def measured(study: Study) -> dict[Claim, Finding]:
    """By claim, if requested by the button or the switch "Run by itself"."""
    asked = _of(study)
    if asked is None:
        st.caption(
            tr(
                "The last three rows need forward passes and gradients. To measure them, choose "
                "the network of this survey, with the same weights, on the left."
            )
        )
        return {}
    st.caption(_given(asked))
    if not asked.wanted:
        st.button(
            tr("Measure the last three rows"),
            key=BUTTON,
            on_click=measurement_requests.want,
            args=(asked.key,),
            help=tr(
                "Forward passes and gradients: seconds to minutes. You can leave this page at "
                "any time."
            ),
        )
        return {}
    bar, findings = st.progress(0.0), {}
    for number, claim in enumerate(MEASURED):
        bar.progress(number / len(MEASURED), text=tr("Measuring what papers say …"))
        findings[claim] = compute.measured_claim(
            study, asked.name, asked.network, claim, asked.names, asked.offered
        )
    bar.empty()
    return findings


def _given(asked: _Measurement) -> str:
    """Which pictures are used, and which answers count as right, in words."""
    if asked.names:
        return tr(
            "The last three rows are measured on {pictures} pictures of this survey; the network's "
            "own answers count as right.",
            pictures=len(asked.names),
        )
    return tr(
        "The pictures of this survey are not available: the last three rows are measured on the "
        "{pictures} pinned and sample pictures; the network's own answers count as right.",
        pictures=len(asked.offered),
    )


def _of(study: Study) -> _Measurement | None:
    """The survey's network, if it is the one chosen."""
    own = compute.own_network(study)
    if own is None:
        return None
    names = tuple(each.name for each in compute.pictures(study)) if study.survey.has_gates else ()
    if names and study.survey.picture(names[0]) is not None:
        spaced = np.linspace(0, len(names) - 1, min(len(names), MOST)).round().astype(int)
        return _Measurement(*own, tuple(names[i] for i in spaced), ())
    pinned_pictures.keep()
    pinned = {pin.chosen.key: pin.chosen for pin in pinned_pictures.pins()}
    offered = pinned | {picture.key: picture for picture in selection.pictures()}
    return _Measurement(*own, (), tuple(offered.values())[:MOST])


def describe(study: Study) -> Measured | None:
    """What *Copy as code* needs to know; None if nothing is measured."""
    asked = _of(study)
    if asked is None or not asked.wanted:
        return None
    origin = script_records.network(asked.name, trained=asked.network.trained)
    return Measured(origin, len(asked.names), asked.offered)
