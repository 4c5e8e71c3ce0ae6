"""A survey as a network's reference: what is usual for its gates, over pictures of one's own."""

from dataclasses import replace

from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import InputError
from senet_viz.core.translation import tr
from senet_viz.models.network import Network
from senet_viz.surveys.plan import weights_hash


def with_reference(network: Network, survey: Survey) -> Network:
    """The same network with a survey as its reference for usual gates.

    From then on everything that reads ``network.reference`` uses the survey: usual gates and
    z-scores, the mean that gates are set to, hidden units that are never on, folding.

    Raises an InputError where the survey is of other weights.

    >>> from senet_viz.models.catalogue import load_model
    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> survey = load_survey(shipped_survey("se_resnet18_imagenette"))
    >>> network = with_reference(load_model("se_resnet18_imagenette"), survey)
    >>> network.reference.source.endswith("(imagenette128 test set)")
    True
    """
    require_same_weights(weights_hash(network), survey)
    return replace(network, reference=survey.reference())


def require_same_weights(sha256: str, survey: Survey) -> None:
    """An InputError where a survey is not of the network whose weights have this hash."""
    if survey.weights_sha256 != sha256:
        raise InputError(
            tr(
                "this survey is of {network} with weights {theirs}, not of the network looked at, "
                "whose weights are {ours}; choose that network, or a survey of this one",
                network=survey.model,
                theirs=survey.weights_sha256[:8],
                ours=sha256[:8],
            )
        )
