"""Unexpected exceptions: details go to the log; the page gets one sentence that refers to them."""

import logging
from uuid import uuid4

from senet_viz.core.translation import tr

LOG = logging.getLogger(__name__)
DIGITS = 8  # of the number that the sentence and the log have in common


def logged(error: Exception) -> str:
    """Write an error to the log with its traceback; the sentence for the person who met it.

    What an error says may name folders of this machine, so the sentence has its kind alone.
    """
    number = uuid4().hex[:DIGITS]
    LOG.error("unforeseen error %s", number, exc_info=error)
    return tr(
        "an unexpected error occurred ({kind}). The app goes on: try again, or choose another "
        "view, picture or network. The app's log has the details under {number}.",
        kind=type(error).__name__,
        number=number,
    )
