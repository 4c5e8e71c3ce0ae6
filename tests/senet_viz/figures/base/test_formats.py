"""Numbers and names in words."""

import pytest

from senet_viz.core.translation import count
from senet_viz.figures.base.formats import gate, literal, percent, shorten, signed, tiny


def test_literal_leaves_nothing_for_plotly_to_read() -> None:
    shown = literal("<b>x</b> & $y$ &amp; 'q' \"r\"")
    assert shown == "&lt;b&gt;x&lt;/b&gt; &amp; &#36;y&#36; &amp;amp; 'q' \"r\""


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("layer1.0.se", 11, "layer1.0.se"),
        ("layer1.0.se", 7, "lay….se"),
        ("abcdef", 2, "a…"),
        ("", 5, ""),
    ],
)
def test_shorten_keeps_both_ends(text: str, limit: int, shown: str) -> None:
    assert shorten(text, limit=limit) == shown
    assert len(shorten(text, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0%"),
        (1e-9, "<1%"),
        (0.0049, "<1%"),
        (0.006, "1%"),
        (0.5, "50%"),
        (0.994, "99%"),
        (0.9999, ">99%"),
        (1, "100%"),
        (float("nan"), "not finite"),
    ],
)
def test_percent_rounds_honestly(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_gate_has_three_decimals_or_words() -> None:
    assert gate(0.93) == "0.930"
    assert gate(1) == "1.000"
    assert gate(float("inf")) == "not finite"


def test_count_has_thin_separators_and_one_of_a_kind() -> None:
    assert count(1, "channel") == "1 channel"
    assert count(2048, "channel") == "2\u202f048 channels"


def test_small_errors_and_signs_are_printed_as_people_write_them() -> None:
    assert [tiny(v) for v in (3e-8, 1.2e-12, 2.0, 0.04)] == ["3e-8", "1e-12", "2", "4e-2"]
    assert [signed(v, decimals=1) for v in (2.0, -0.6, -0.01)] == ["+2.0", "−0.6", "+0.0"]
