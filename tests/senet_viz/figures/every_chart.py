"""Every chart there is, from numbers of the caller's choice: the one list that the tests read."""

import json
import re
from collections.abc import Callable

from senet_viz.figures.base.chart import Chart
from tests.senet_viz.figures import capture_cases, odd_cases
from tests.senet_viz.figures.odd_records import Odd

CHARTS: dict[str, Callable[[Odd], Chart]] = {**odd_cases.CASES, **capture_cases.CASES}
NO_NUMBER = re.compile(r"(?<![a-z])[-+]?(nan|inf)(?![a-z])")


def drawn(chart: Chart) -> None:
    """JSON without NaN, sentences without what is no number, columns of one length."""
    json.loads(chart.figure.to_json(), parse_constant=_refuse)
    for words in (chart.title, chart.reads, chart.caution, chart.alt):
        assert words.strip() and not NO_NUMBER.search(words), words
    assert len({len(column) for column in chart.table.values()}) == 1


def _refuse(token: str) -> None:
    raise AssertionError(f"{token} is no JSON")
