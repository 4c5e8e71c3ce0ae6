"""The soak in short; ``python -m tests.soak`` is the whole of it."""

import pytest

from tests.soak.fuzz import fuzz
from tests.soak.memory import memory
from tests.soak.people import people
from tests.soak.table import Finding, markdown


def held(findings: list[Finding]) -> None:
    assert all(finding.held for finding in findings), markdown(findings)


def test_mutated_picture_files() -> None:
    held(fuzz(inputs=400))


@pytest.mark.timeout(600)
def test_memory_comes_back() -> None:
    held(memory(uploads=12, switches=6, people=1, networks=2))


@pytest.mark.timeout(600)
def test_people_at_once() -> None:
    held(people(count=3, seconds=5))
