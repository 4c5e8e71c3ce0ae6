"""What nobody foresaw ends in a sentence on the page; in a test it is a failure all the same."""

import logging
from collections.abc import Iterator

import pytest

from dashboard.runtime.unforeseen import LOG


class Kept(logging.Handler):
    """Keeps what is written to the log, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture
def unforeseen() -> list[str]:
    """What the log says of errors that nobody foresaw, in a test that brings them about."""
    return []


@pytest.fixture(autouse=True)
def nothing_unforeseen(request: pytest.FixtureRequest) -> Iterator[None]:
    """No such error in a test that does not ask for them."""
    kept = Kept()
    if "unforeseen" in request.fixturenames:
        kept.said = request.getfixturevalue("unforeseen")
    LOG.addHandler(kept)
    try:
        yield
    finally:
        LOG.removeHandler(kept)
    assert "unforeseen" in request.fixturenames or not kept.said, kept.said
