"""Which blocks of one survey, or of two over the same pictures, tell pictures apart alike."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from senet_viz.analysis.gate_agreement import GateAgreement, block_agreement, network_agreement
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr

MOST = 1000  # pictures; a kernel of so many has 8 MB
Places = npt.NDArray[np.intp]


def survey_agreement(
    survey: Survey, other: Survey | None = None, *, most: int = MOST
) -> GateAgreement:
    """Linear CKA of the gates of every block with every block, over at most ``most`` pictures.

    With ``other`` the blocks of the one with those of the other, over the pictures that both
    read. More pictures are thinned out evenly. Raises a CaptureError where gates of single
    pictures were not kept, where the two are not of the same pictures, and for fewer than three.
    """
    survey.require_gates()
    if other is None:
        return block_agreement(_gates(survey, _spaced(len(survey.pictures), most)))
    other.require_gates()
    if not same_pictures(survey, other):
        raise CaptureError(
            tr("the two surveys are not of the same pictures. Survey one folder with both networks")
        )
    mine, theirs = _common(survey, other)
    some = _spaced(len(mine), most)
    return network_agreement(_gates(survey, mine[some]), _gates(other, theirs[some]))


def same_pictures(first: Survey, second: Survey) -> bool:
    """Whether both read the same list of files."""
    listings = [each.manifest.get("input", {}).get("listing_sha256") for each in (first, second)]
    return bool(listings[0]) and listings[0] == listings[1]


def _common(first: Survey, second: Survey) -> tuple[Places, Places]:
    """The rows of the pictures that both could read, in the order of the first."""
    there = {each.name: row for row, each in enumerate(second.pictures)}
    rows = [(row, there[p.name]) for row, p in enumerate(first.pictures) if p.name in there]
    rows_found = np.array(rows, dtype=np.intp).reshape(-1, 2)
    return rows_found[:, 0], rows_found[:, 1]


def _spaced(count: int, most: int) -> Places:
    places: Places = np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)
    return places


def _gates(survey: Survey, rows: Sequence[int] | Places) -> dict[str, npt.NDArray[np.float32]]:
    """Block by block, so that all gates of no more than one are in memory."""
    return {block: survey.gates(block)[rows] for block in survey.blocks}
