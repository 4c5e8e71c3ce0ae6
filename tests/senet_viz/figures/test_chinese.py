"""Every figure said in Chinese: no sentence, axis, legend or hover is left in English."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from senet_viz.core.translation import speaking
from senet_viz.figures.base.chart import Chart
from tests.senet_viz.figures.conftest import sent
from tests.senet_viz.figures.every_chart import CHARTS
from tests.senet_viz.figures.odd_cases import CASES
from tests.senet_viz.figures.odd_records import Odd, Usual

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names of networks, blocks, classes and pictures of the cases, symbols, and words kept in Latin.
KEPT = re.compile(
    r"layer\d(\.\d\.se)?|\b(SE|ReLU|logit|top|nat|map|U|dog|one|two|CPU|p[123]|M|k|m|eta)\b"
    r"|\b(sigmoid|silu|JPEG|scale|by number|PRE|POST|Identity|px|ResNet|ImageNet|CKA)\b"
    r"|\b[a-z]\b"
)
MARKUP = re.compile(r"<[^>]*>|%\{[^}]*\}|&[a-z#0-9]+;")
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def left_over(words: str) -> list[str]:
    """The English words of a sentence said in Chinese."""
    return ENGLISH.findall(KEPT.sub(" ", MARKUP.sub(" ", words)))


def shown(figure: Any) -> Iterator[str]:
    """Titles of axes and colour bars, annotations, legend, hover: what plotly lays out."""

    def below(value: Any, key: str) -> Iterator[str]:
        if isinstance(value, dict):
            for inner, item in value.items():
                yield from below(item, inner)
        elif isinstance(value, list):
            for item in value:
                yield from below(item, key)
        elif isinstance(value, str) and key in WORDS:
            yield value

    return below(sent(figure), "")


WORDS = {"text", "ticktext", "hovertext", "hovertemplate", "name"}


@pytest.mark.parametrize("name", CHARTS)
def test_every_word_is_chinese(name: str) -> None:
    numbers = (Usual(), Odd(0.25, mixed=True)) if name in CASES else (Usual(),)
    for odd in numbers:
        with speaking("zh"):
            chart = CHARTS[name](odd)
        all_chinese(chart)


def all_chinese(chart: Chart) -> None:
    """Sentences have Chinese in them, and nothing is left in English."""
    for words in (chart.title, chart.reads, chart.caution, chart.alt):
        assert CHINESE.search(words), words
        assert not left_over(words), words
    for words in shown(chart.figure):
        assert not left_over(words), words


def test_english_is_found() -> None:
    """The test would fail for a sentence that nobody translated."""
    with speaking("zh"):
        title = CHARTS["gates.gate_histogram"](Usual()).title
    assert not left_over(title)
    assert left_over(f"{title} of the channels") == ["of", "the", "channels"]
    assert left_over("gate %{x}<br>SE") == ["gate"]
