"""A sweep over channels or blocks of one picture, kept or done now, with its button and its bar."""

from collections.abc import Callable
from typing import TypeVar

from dashboard.components import costly
from dashboard.services import sweeps
from dashboard.services.subject import Subject
from senet_viz.core.translation import tr

Found = TypeVar("Found")


def channels(
    looked: Subject,
    block: str,
    followed: sweeps.Classes | None,
    put: str,
    sweep: Callable[..., Found],
) -> Found | None:
    """The gate of each channel of the block in turn; in a scene no class is ``followed``."""
    number = looked.seen.capture[block].excitation.shape[1]
    return costly.obtained(
        looked,
        sweeps.channels_key(looked, block, followed, put),
        sweep,
        button=tr("Measure the {channels} channels of {block}", channels=number, block=block),
        doing=tr("Replacing the gates of {block}", block=block),
    )


def blocks(
    looked: Subject, followed: sweeps.Classes | None, sweep: Callable[..., Found]
) -> Found | None:
    """All gates of each block in turn."""
    return costly.obtained(
        looked,
        sweeps.blocks_key(looked, followed),
        sweep,
        button=tr("Measure the {blocks} blocks", blocks=len(looked.seen.capture)),
        doing=tr("Replacing the gates of each block"),
    )
