"""A sweep over channels or blocks of one picture, kept or done now, with its button and its bar."""

from collections.abc import Callable
from typing import TypeVar

from dashboard.components import costly
from dashboard.services import sweeps
from dashboard.services.inspections import Inspection
from senet_viz.core.translation import tr

Effects = TypeVar("Effects")


def channels(
    inspection: Inspection,
    block: str,
    followed: sweeps.Classes | None,
    put: str,
    sweep: Callable[..., Effects],
) -> Effects | None:
    """The gate of each channel of the block in turn; in a scene no class is ``followed``."""
    number = inspection.capture[block].excitation.shape[1]
    return costly.obtained(
        inspection,
        sweeps.channels_key(inspection, block, followed, put),
        sweep,
        button=tr("Measure the {channels} channels of {block}", channels=number, block=block),
        doing=tr("Replacing the gates of {block}", block=block),
    )


def blocks(
    inspection: Inspection, followed: sweeps.Classes | None, sweep: Callable[..., Effects]
) -> Effects | None:
    """All gates of each block in turn."""
    return costly.obtained(
        inspection,
        sweeps.blocks_key(inspection, followed),
        sweep,
        button=tr("Measure the {blocks} blocks", blocks=len(inspection.capture)),
        doing=tr("Replacing the gates of each block"),
    )
