"""How a network answered the pictures of a survey: right or wrong, and how sure it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from jaxtyping import Bool, Float64

from senet_viz.analysis.survey_records import Survey
from senet_viz.core.arrays import Doubles, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.tables import Columns, Tabular
from senet_viz.core.translation import Words, tr

Flags = npt.NDArray[np.bool_]
Slice = Literal["right", "wrong", "sure", "unsure"]
SLICES: tuple[Slice, ...] = get_args(Slice)
WORDS: Mapping[Slice, str] = Words(
    {
        "right": lambda: tr("answered correctly"),
        "wrong": lambda: tr("answered wrongly"),
        "sure": lambda: tr("the surer half"),
        "unsure": lambda: tr("the less sure half"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class SurveyAnswers(Tabular):
    """The answers to the n pictures that a survey kept the gates of, in their order.

    ``known`` (n,): the picture's class is one of the network's, so that there is a right answer.
    ``right`` (n,): the likeliest class is that one, ``among_five`` (n,): it is one of the five
    likeliest; False where it is not known. ``chance`` (n,) is the likeliest class's probability, 0
    to 1; NaN where it was not kept.
    """

    names: tuple[str, ...]
    known: Bool[Flags, " n"]
    right: Bool[Flags, " n"]
    among_five: Bool[Flags, " n"]
    chance: Float64[Doubles, " n"]

    @property
    def judged(self) -> int:
        """Pictures with a right answer."""
        return int(self.known.sum())

    @property
    def accuracy(self) -> float:
        """The share of those that were answered correctly, 0 to 1; NaN of none."""
        return self.right.sum() / self.judged if self.judged else float("nan")

    @property
    def standard_error(self) -> float:
        """Of the accuracy, over the draw of the pictures; NaN of none."""
        share = self.accuracy
        return float(np.sqrt(share * (1 - share) / self.judged)) if self.judged else float("nan")

    def rows(self, which: Slice) -> Bool[Flags, " n"]:
        """Which of the pictures are in a slice; halves are split at the median chance."""
        middle = np.nanmedian(self.chance)
        return {
            "right": self.right,
            "wrong": self.known & ~self.right,
            "sure": self.chance >= middle,
            "unsure": self.chance < middle,
        }[which]

    def columns(self) -> Columns:
        """A row for each picture."""
        return {
            "picture": np.array(self.names, dtype=object),
            "known": self.known,
            "right": self.right,
            "among_five": self.among_five,
            "chance": self.chance,
        }


def survey_answers(survey: Survey) -> SurveyAnswers:
    """How the pictures of a survey were answered; a CaptureError where no answers were kept.

    Answers are kept with the gates of single pictures. A survey made before they were says so.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> survey_answers(load_survey(shipped_survey("se_resnet18_imagenette")))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    senet_viz.core.errors.CaptureError: the survey in ... kept no gates of single pictures...
    """
    pictures = survey.pictures
    if not any(each.top for each in pictures):
        raise CaptureError(
            tr(
                "the survey in {folder} kept no answers of the network. Run it again into a new "
                "folder, with a network that gives one score a class",
                folder=survey.folder,
            )
        )
    words = survey.answers or ("",) * len(survey.classes)
    truth = [words[each.label] for each in pictures]
    known = np.array([bool(word) for word in truth])
    return SurveyAnswers(
        names=tuple(each.name for each in pictures),
        known=readonly(known),
        right=readonly(
            known & [t in each.top[:1] for t, each in zip(truth, pictures, strict=True)]
        ),
        among_five=readonly(known & [t in e.top for t, e in zip(truth, pictures, strict=True)]),
        chance=readonly(np.array([(*each.chances, np.nan)[0] for each in pictures], np.float64)),
    )
