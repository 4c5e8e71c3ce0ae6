"""Part of a survey's pictures as a survey of its own: those answered correctly, the sure ones …"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int64

from senet_viz.analysis.survey_answers import WORDS, Slice, survey_answers
from senet_viz.analysis.survey_pictures import PictureReader, PictureRef
from senet_viz.analysis.survey_records import Moments, Survey
from senet_viz.core.arrays import Array, Counts, readonly
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.surveys.moments import Accumulator, grouped, tally


def slice_survey(survey: Survey, which: Slice) -> Survey:
    """The same survey of some of its pictures, usable wherever a survey is.

    ``"right"`` and ``"wrong"``: those whose likeliest class is or is not their own; pictures of a
    class that the network does not have are in neither. ``"sure"`` and ``"unsure"``: the halves
    above and below the median of the likeliest class's probability. Moments are worked out from
    the gates as they were kept, float16.

    Raises a CaptureError where gates or answers were not kept, and where there is no such picture.
    """
    at = readonly(np.flatnonzero(survey_answers(survey).rows(which)).astype(np.int64))
    if not at.size:
        raise CaptureError(
            tr(
                "no picture of the survey in {folder} is one of those: {which}",
                folder=survey.folder,
                which=WORDS[which],
            )
        )
    reader = SlicedReader(survey.reader, at)
    labels = np.array([each.label for each in reader.pictures()], np.int64)
    given = survey.manifest["input"]
    with speaking(ENGLISH):
        words = f"{given['description']}, {WORDS[which]}"
    of = {**given, "description": words, "whole": given["description"], "slice": which}
    return replace(
        survey,
        count=readonly(np.bincount(labels, minlength=len(survey.classes)).astype(np.int64)),
        manifest={**survey.manifest, "input": of},
        moments=SlicedMoments(survey, reader, readonly(labels)),
        reader=reader,
    )


@dataclass(frozen=True, slots=True, eq=False)
class SlicedReader:
    """Some of the pictures of another reader, by their numbers ``at`` (n,)."""

    whole: PictureReader
    at: Int64[Counts, " n"]

    def gates(self, place: int) -> Array:
        """The gates (n, c) of one block of these pictures."""
        return readonly(self.whole.gates(place)[self.at])

    def squeezes(self, place: int) -> Array | None:
        """The squeezes (n, c) of one block of these pictures; None where they were not kept."""
        pooled = self.whole.squeezes(place)
        return None if pooled is None else readonly(pooled[self.at])

    def units_on(self, place: int) -> Array | None:
        """Which hidden units (n, m) of one block were on, 0 or 1; None where that is not kept."""
        on = self.whole.units_on(place)
        return None if on is None else readonly(on[self.at])

    def pictures(self) -> tuple[PictureRef, ...]:
        """Name, class and answers of these pictures."""
        every = self.whole.pictures()
        return tuple(every[number] for number in self.at)

    def picture(self, name: str) -> bytes | None:
        """One picture's file; None where it cannot be reached."""
        return self.whole.picture(name)


@dataclass(frozen=True, slots=True, eq=False)
class SlicedMoments(Mapping[str, Moments]):
    """Moments by block name, each worked out from kept gates when it is asked for."""

    survey: Survey
    reader: SlicedReader
    labels: Int64[Counts, " n"]

    def __getitem__(self, block: str) -> Moments:
        gates = self.reader.gates(self.survey.blocks.index(block))
        running = Accumulator(classes=len(self.survey.classes), channels=[gates.shape[1]])
        groups = grouped(self.labels)
        running.merge(groups.classes, groups.count, [tally(gates, groups)])
        return running.moments(block, 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self.survey.blocks)

    def __len__(self) -> int:
        return len(self.survey.blocks)
