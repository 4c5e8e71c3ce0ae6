"""The current survey and what is computed from it, cached, since a survey never changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.runtime.offers import Chosen
from dashboard.services import inspections, references, surveys
from dashboard.services.surveys import Shelved
from dashboard.session import chart_sources, selection
from senet_viz.analysis.class_profiles import paper_names
from senet_viz.analysis.embedding import Embedding, embed
from senet_viz.analysis.exemplars import At, Exemplar
from senet_viz.analysis.gate_agreement import GateAgreement
from senet_viz.analysis.literature import literature
from senet_viz.analysis.literature_claims import Claim, Finding
from senet_viz.analysis.redundancy import Redundancy, StillChannels, find_redundancy, still_channels
from senet_viz.analysis.selectivity import GateSelectivity, gate_selectivity
from senet_viz.analysis.squeeze_correlation import SqueezeCorrelation, squeeze_correlations
from senet_viz.analysis.survey_agreement import survey_agreement
from senet_viz.analysis.survey_answers import SurveyAnswers, survey_answers
from senet_viz.analysis.survey_pictures import PictureRef
from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.survey_variance import split_survey
from senet_viz.analysis.variance import VarianceSplit
from senet_viz.core.arrays import Array
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.translation import count, tr
from senet_viz.experiments import exemplar
from senet_viz.figures.base.series import Series
from senet_viz.models.network import Network
from senet_viz.pictures.decoding import decode
from senet_viz.removal import measure_claim
from senet_viz.surveys import class_matching

MOST_PICTURES = 4000  # in a plane or a search for pairs; more are thinned out evenly
LOOKS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """One survey with the split of its variance, ready to be drawn."""

    shelved: Shelved
    splits: Mapping[str, VarianceSplit]

    @property
    def survey(self) -> Survey:
        return self.shelved.survey

    @property
    def key(self) -> str:
        """Identifies it among all surveys of this process."""
        return self.shelved.identity

    @property
    def separable(self) -> bool:
        """Whether variance between and within classes can be told apart."""
        return next(iter(self.splits.values())).separable

    @property
    def paper(self) -> Mapping[str, str]:
        return paper_names(self.survey.blocks)

    def series(self, number: int, place: int) -> Series:
        """A class's look: its own as long as there are looks for all, else by place."""
        own = number if len(self.survey.classes) <= LOOKS else place
        return Series(self.survey.classes[number], own)


def split_variance(shelved: Shelved) -> Study:
    return Study(shelved, _splits(shelved.identity, shelved.survey))


def say(study: Study, block: str = "") -> None:
    """Set the source of the charts that follow: this survey, and ``block`` or the picked one."""
    chart_sources.say(study.survey.model, _read(study), block=block)


def say_both(first: Study, second: Study) -> None:
    """Set the source of the charts that follow: two surveys."""
    both = (first, second)
    networks = dict.fromkeys(each.survey.model for each in both)
    chart_sources.say(" / ".join(networks), " / ".join(dict.fromkeys(map(_read, both))))


def _read(study: Study) -> str:
    """What the survey read, and how much of it."""
    pictures = count(int(study.survey.count.sum()), "picture")
    return f"{study.survey.folder.name}, {pictures}"


@keep(words=lambda: tr("Splitting the variance …"), turns=None)
def _splits(key: str, _survey: Survey) -> dict[str, VarianceSplit]:  # noqa: ARG001
    return split_survey(_survey)


def answers(study: Study) -> SurveyAnswers | None:
    """How the network answered; None where that was not kept."""
    return _answers(study.key, study.survey)


@keep(turns=None)
def _answers(key: str, _survey: Survey) -> SurveyAnswers | None:  # noqa: ARG001
    try:
        return survey_answers(_survey)
    except CaptureError:
        return None


def same_classes(study: Study, other: Study) -> dict[int, int]:
    """Which classes of the second survey those of the first are, by name."""
    return class_matching.same_classes(study.survey, other.survey)


def selectivity(study: Study) -> dict[str, GateSelectivity]:
    return _selectivity(study.key, study.survey)


@keep(words=lambda: tr("Class selectivity …"), turns=None)
def _selectivity(key: str, _survey: Survey) -> dict[str, GateSelectivity]:  # noqa: ARG001
    return {
        block: gate_selectivity(moments.count, moments.mean, moments.variance)
        for block, moments in ((b, _survey[b]) for b in _survey.blocks)
    }


def literature_of(study: Study) -> tuple[Finding, ...]:
    """What papers say of gates, beside this survey; read when the section is opened."""
    return _literature(study.key, study.survey)


@keep(words=lambda: tr("Reading the gates …"), turns=None)
def _literature(key: str, _survey: Survey) -> tuple[Finding, ...]:  # noqa: ARG001
    return literature(_survey)


def measured_claim(
    study: Study,
    name: str,
    network: Network,
    claim: Claim,
    names: tuple[str, ...],
    offered: tuple[Chosen, ...],
) -> Finding:
    """A paper's claim, measured on named pictures of the survey, or else on those on offer."""
    shas = tuple(picture.sha256 for picture in offered)
    return _measured_claim(
        study.key, name, claim, names, shas, network, study.survey, tuple(p.data for p in offered)
    )


@keep(words=lambda: tr("Measuring what papers say …"))
def _measured_claim(
    key: str,  # noqa: ARG001 (the cache's key)
    name: str,  # noqa: ARG001
    claim: Claim,
    names: tuple[str, ...],
    shas: tuple[str, ...],  # noqa: ARG001
    _network: Network,
    _survey: Survey,
    _data: tuple[bytes, ...],
) -> Finding:
    read = [data for name in names if (data := _survey.picture(name)) is not None]
    pictures = [decode(data) for data in (*read, *_data)]
    return measure_claim(_network, claim, [(_network.preprocess(p), None) for p in pictures])


def squeezes_of(study: Study) -> dict[str, SqueezeCorrelation]:
    """How the gates go with their own squeezes; empty where those were not kept."""
    return _squeezes(study.key, study.survey) if study.survey.has_gates else {}


@keep(words=lambda: tr("Reading the gates …"), turns=None)
def _squeezes(key: str, _survey: Survey) -> dict[str, SqueezeCorrelation]:  # noqa: ARG001
    return squeeze_correlations(_survey)


def idle(study: Study) -> dict[str, StillChannels]:
    """Channels that do the same to every picture, block by block."""
    idle = {}
    for block, each in study.splits.items():
        moments = study.survey[block]
        zero, one = moments.near_zero.sum(axis=0), moments.near_one.sum(axis=0)
        idle[block] = still_channels(each.pictures, each.deviation, zero, one)
    return idle


def gates(study: Study, block: str) -> Array:
    """Every picture's gates (n, c) of one block; only where they were kept."""
    return _gates(study.key, block, study.survey)


@keep(words=lambda: tr("Reading the gates …"), turns=None)
def _gates(key: str, block: str, _survey: Survey) -> Array:  # noqa: ARG001
    return _survey.gates(block)


def pictures(study: Study) -> tuple[PictureRef, ...]:
    return _pictures(study.key, study.survey)


@keep(turns=None)
def _pictures(key: str, _survey: Survey) -> tuple[PictureRef, ...]:  # noqa: ARG001
    return _survey.pictures


def some(study: Study) -> np.ndarray:
    """The numbers of at most 4,000 pictures, evenly spaced over all that were kept."""
    count = len(pictures(study))
    spaced: np.ndarray = np.linspace(0, count - 1, min(count, MOST_PICTURES)).round().astype(int)
    return spaced


def plane(study: Study, block: str) -> Embedding:
    return _plane(study.key, block, study)


@keep(words=lambda: tr("Finding the plane …"), turns=None)
def _plane(key: str, block: str, _study: Study) -> Embedding:  # noqa: ARG001
    return embed(gates(_study, block)[some(_study)])


def redundancy(study: Study, block: str) -> Redundancy:
    return _redundancy(study.key, block, study)


@keep(words=lambda: tr("Comparing every two channels …"), turns=None)
def _redundancy(key: str, block: str, _study: Study) -> Redundancy:  # noqa: ARG001
    return find_redundancy(gates(_study, block)[some(_study)])


def agreement(study: Study, other: Study | None) -> GateAgreement:
    """Every block of the survey with every block, of its own or of the other's."""
    return _agreement(study.key, "" if other is None else other.key, study, other)


@keep(words=lambda: tr("Comparing every two blocks …"), turns=None)
def _agreement(
    key: str,  # noqa: ARG001 (the cache's key)
    other_key: str,  # noqa: ARG001
    _study: Study,
    _other: Study | None,
) -> GateAgreement:
    return survey_agreement(_study.survey, None if _other is None else _other.survey)


def own_network(study: Study) -> tuple[str, Network] | None:
    """The network chosen at the left, by name, where the survey is of it and of its weights."""
    name = str(st.session_state[selection.MODEL])
    if not surveys.is_of(study.survey, name):
        return None
    net = inspections.own_network(name)
    same = references.weights(name, net) == study.survey.weights_sha256
    return (name, net) if same else None


def crop(study: Study, name: str, block: str, channel: int, at: At) -> Exemplar | str | None:
    """What the place that counts most for a channel sees of a picture of the survey.

    A sentence where there is no such place, None where the picture or the network is not at hand.
    """
    own = own_network(study)
    if own is None:
        return None
    return _crop(study.key, own[0], name, block, channel, at, own[1], study.survey)


@keep(words=lambda: tr("Two forward passes for each picture …"))
def _crop(
    key: str,  # noqa: ARG001 (the cache's key)
    network: str,  # noqa: ARG001
    name: str,
    block: str,
    channel: int,
    at: At,
    _net: Network,
    _survey: Survey,
) -> Exemplar | str | None:
    data = _survey.picture(name)
    try:
        return None if data is None else exemplar(_net, decode(data), block, channel, at=at)
    except (BlockError, CaptureError) as error:
        return str(error)


def thumbnail(study: Study, name: str) -> np.ndarray | None:
    """A small square of one of the survey's pictures; None where it is not at hand."""
    return _thumbnail(study.key, name, study.survey)


@keep(turns=None)
def _thumbnail(key: str, name: str, _survey: Survey) -> np.ndarray | None:  # noqa: ARG001
    data = _survey.picture(name)
    return None if data is None else picture_cache.small_square(data)
