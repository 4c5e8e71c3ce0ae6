"""Which reference a network has: its own statistics, or those of a survey that the person chose.

The one place that answers it. Surveys are matched by the hash of the weights.
"""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.runtime.cache import keep
from dashboard.services import plans, surveys
from dashboard.services.networks import Network
from dashboard.services.surveys import Shelved
from dashboard.session import measurement_requests
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.translation import tr
from senet_viz.surveys.plan import weights_hash
from senet_viz.surveys.references import require_same_weights

CHOSEN = "references"
MOST = 4  # networks whose reference is a survey


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What is usual for a network's gates, and the survey it is from; None for the network's own.

    ``key`` tells it from every other of this process; "" for the network's own.
    """

    statistics: GateReference | None
    survey: Shelved | None = None
    key: str = ""


def of(name: str, net: Network) -> Reference:
    """That of a network, which ``networks`` knows by this name."""
    on_offer = surveys.surveys()
    for shelved in (on_offer[key] for key in _chosen() if key in on_offer):
        if shelved.survey.weights_sha256 == weights(name, net):
            statistics = _statistics(shelved.identity, shelved.survey)
            return Reference(statistics, shelved, shelved.identity)
    return Reference(net.reference)


def applied(name: str, net: Network) -> Network:
    """The network with the reference that it has now."""
    reference = of(name, net)
    return net if reference.survey is None else replace(net, reference=reference.statistics)


def use(shelved: Shelved, name: str, net: Network) -> None:
    """From now on this network's reference is the survey; an InputError where it is of another."""
    require_same_weights(weights(name, net), shelved.survey)
    _change([shelved.key, *_others(shelved.survey.weights_sha256)])
    st.session_state[plans.GATES] = shelved.key


def stop(weights_sha256: str) -> None:
    """Callback: the network with these weights has its own reference again."""
    _change(_others(weights_sha256))


def weights(name: str, net: Network) -> str:
    """The hash by which surveys are matched."""
    return net.sha256 or _hash(name, net.trained, net)


def _chosen() -> list[str]:
    return list(st.session_state.get(CHOSEN) or ())


def _others(weights_sha256: str) -> list[str]:
    """The surveys that other networks have for a reference."""
    on_offer = surveys.surveys()
    known = [key for key in _chosen() if key in on_offer]
    return [key for key in known if on_offer[key].survey.weights_sha256 != weights_sha256]


def _change(chosen: list[str]) -> None:
    """What was measured with the mean of another reference goes."""
    st.session_state[CHOSEN] = chosen[:MOST]
    measurement_requests.forget_sweep()


@keep(words=lambda: tr("Reading the survey …"), turns=None)
def _statistics(key: str, _survey: Survey) -> GateReference:  # noqa: ARG001 (the cache's key)
    return _survey.reference().pooled()


@keep(words=lambda: tr("Weights are compared …"), turns=None)
def _hash(name: str, trained: bool, _net: Network) -> str:  # noqa: ARG001
    return weights_hash(_net)
