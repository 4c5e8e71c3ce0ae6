"""The gates of single pictures of a survey, as one tidy table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.tables import Columns, Tabular, long, stacked


@dataclass(frozen=True, slots=True, eq=False)
class PictureGates(Tabular):
    """The gates of every picture of a survey in some of its blocks; read when they are asked for.

    ``blocks`` are names, by depth.
    """

    survey: Survey
    blocks: tuple[str, ...]

    def columns(self) -> Columns:
        """A row for each picture, block and channel, with ``label``, ``predicted``, ``excitation``.

        ``label`` is the name of the picture's class, ``predicted`` that of the class which the
        network finds likeliest, in its own words; None where it is not known. Gates were kept as
        float16.
        """
        return stacked(self.of(block) for block in self.blocks)

    def of(self, block: str) -> Columns:
        """The same of one block alone: a survey may have more gates than fit into memory."""
        gates, pictures = self.survey.gates(block), self.survey.pictures
        labels = np.array([self.survey.classes[each.label] for each in pictures], dtype=object)
        predicted = np.array([each.predicted or None for each in pictures], dtype=object)
        return long(
            {
                "picture": [each.name for each in pictures],
                "block": [block],
                "channel": range(gates.shape[1]),
            },
            label=labels[:, None, None],
            predicted=predicted[:, None, None],
            excitation=gates[:, None],
        )


def gates_by_picture(survey: Survey, *, blocks: Sequence[str] = ()) -> PictureGates:
    """The gates of single pictures of a survey in these blocks, in all if none is named.

    Raises a BlockError for a name that is not there, a CaptureError where the survey kept no gates
    of single pictures.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> load_survey(shipped_survey("se_resnet18_imagenette")).has_gates
    False
    """
    for block in blocks:
        if block not in survey.blocks:
            raise BlockError(unknown_block(block, survey.blocks))
    survey.require_gates()
    return PictureGates(survey, tuple(blocks) or survey.blocks)
