"""Statistics of every gate over a whole data set: streamed, mergeable, resumable.

``survey`` runs one and ``load_survey`` reads it back. Pictures are listed once, cut into fixed
shards, and surveyed shard by shard on this machine or on a Ray cluster; the moments of the shards
are merged in their order, so that no interruption and no number of workers shows in the result.
"""

from senet_viz.analysis.survey_pictures import PictureRef
from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Failure, Moments, Survey
from senet_viz.surveys.class_matching import same_classes
from senet_viz.surveys.references import with_reference
from senet_viz.surveys.runner import survey, surveying
from senet_viz.surveys.slices import slice_survey
from senet_viz.surveys.tables import load_survey, shipped_survey

__all__ = [
    "Failure",
    "Moments",
    "PictureRef",
    "Progress",
    "Survey",
    "load_survey",
    "same_classes",
    "shipped_survey",
    "slice_survey",
    "survey",
    "surveying",
    "with_reference",
]
