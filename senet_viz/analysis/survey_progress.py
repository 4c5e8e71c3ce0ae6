"""How far a survey is, and what is known by then."""

from dataclasses import dataclass

from senet_viz.analysis.survey_records import Survey


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a survey is. ``total`` is 0 while the input is still being listed.

    ``done`` counts pictures dealt with, the ``unreadable`` ones and those of an earlier start
    among them. ``rate`` is in pictures/s of late, 0 while nothing was measured; ``seconds_left``
    is None then. ``partial`` is what is merged so far, renewed every second or so; None before
    the first shard.
    """

    done: int
    total: int
    unreadable: int
    rate: float
    seconds_left: float | None
    partial: Survey | None
    listed: int = 0
