"""Dynamic or constant, block by block, of a whole survey."""

from senet_viz.analysis.survey_records import Survey
from senet_viz.analysis.variance import VarianceSplit, split_variance


def split_survey(survey: Survey) -> dict[str, VarianceSplit]:
    """Which blocks act as a fixed scale? The split of each block's variance, by name, in order.

    Raises CaptureError where fewer than two pictures were read.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> found = split_survey(load_survey(shipped_survey("se_resnet18_imagenette")))
    >>> found["layer4.0.se"].verdict, found["layer4.1.se"].verdict
    ('dynamic by class', 'dynamic within classes')
    """
    return {
        block: split_variance(moments.count, moments.mean, moments.variance)
        for block, moments in ((b, survey[b]) for b in survey.blocks)
    }
