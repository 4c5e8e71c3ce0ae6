"""Sentences on the page: whole, and with names as they are."""

import pytest

from dashboard.components.plain_text import sentence
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("no folder was named", "No folder was named"),
        (CaptureError(tr("{listed} ran twice", listed="se")), "se ran twice"),
        (CaptureError(tr("block {listed} ran twice", listed="se")), "Block se ran twice"),
        (tr("{listed} ran twice", listed="se"), "se ran twice"),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_name_stays(
    problem: str | CaptureError, said: str
) -> None:
    """Before: "Se ran more than once", of a block that is called se."""
    assert sentence(problem) == said
