"""The soak in short; ``python -m tests.soak`` is the whole of it."""

import pytest

from tests.soak.client import Client
from tests.soak.fuzz import fuzz
from tests.soak.material import photograph
from tests.soak.memory import memory
from tests.soak.people import people
from tests.soak.server import serving
from tests.soak.table import Finding, markdown


def held(findings: list[Finding]) -> None:
    assert all(finding.held for finding in findings), markdown(findings)


def test_mutated_picture_files() -> None:
    held(fuzz(inputs=400))


def test_a_home_that_cannot_be_written_to() -> None:
    """Not even by its owner."""
    with serving(environment={"HOME": "/proc"}) as server, Client(server) as client:
        client.upload("mine.jpg", photograph(1))
        assert "What the model saw: mine.jpg" in client.words()
        assert "verified 8/8" in client.words()


@pytest.mark.timeout(600)
def test_memory_comes_back() -> None:
    held(memory(uploads=12, switches=6, people=1, networks=2))


@pytest.mark.timeout(600)
def test_people_at_once() -> None:
    held(people(count=3, seconds=5))
