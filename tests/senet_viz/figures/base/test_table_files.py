"""The numbers of charts as files: read back, they are the chart's own."""

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from senet_viz.core.translation import LANGUAGES, speaking, tr
from senet_viz.figures.base.columns import HEADINGS, headed, numbered, stacked
from senet_viz.figures.base.table_files import csv_file, parquet_file
from senet_viz.reports.html_page import ready
from tests.senet_viz.figures.every_chart import CHARTS
from tests.senet_viz.figures.odd_records import Odd, Usual
from tests.senet_viz.figures.test_chinese import left_over

HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@a", "\tx", 'a,"b"\nc', "猫", ""]


def read_csv(data: bytes) -> dict[str, list[str]]:
    head, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    return {name: [row[i] for row in rows] for i, name in enumerate(head)}


def test_numbers_come_back_bit_for_bit() -> None:
    rng = np.random.default_rng(0)
    table: dict[str, Any] = {
        "channel": np.arange(500),
        "gate": rng.random(500).astype(np.float32),
        "share": rng.random(500),
        "missing": [None, *range(499)],
    }
    cells = read_csv(csv_file(table))
    for name in ("channel", "gate", "share"):
        back = np.array(cells[name], dtype=table[name].dtype)
        np.testing.assert_array_equal(back, table[name])
    assert cells["missing"][:2] == ["", "0"]
    columns = pq.read_table(io.BytesIO(parquet_file(table)))
    for name in ("channel", "gate", "share"):
        back = columns[name].to_numpy()
        assert back.dtype == table[name].dtype
        np.testing.assert_array_equal(back, table[name])
    assert columns["missing"].to_pylist() == table["missing"]


def test_words_are_kept_and_no_spreadsheet_runs_them() -> None:
    table = {"class": HOSTILE, "=name": list(range(len(HOSTILE)))}
    cells = read_csv(csv_file(table))
    assert cells["class"] == [f"'{w}" if w[:1] in "=+-@\t" and w else w for w in HOSTILE]
    assert list(cells) == ["class", "'=name"]
    columns = pq.read_table(io.BytesIO(parquet_file(table)))
    assert columns["class"].to_pylist() == HOSTILE and columns.column_names == ["class", "=name"]


def test_sentences_mixed_values_and_metadata() -> None:
    table = {"said": [tr("How to read")], "mixed": [1.5], "odd": [("a", 1)]}
    table["mixed"].append("none")
    table["said"].append(tr("Numbers"))
    table["odd"].append(3)
    found = pq.read_table(io.BytesIO(parquet_file(table, words={"title": "A $b$"})))
    assert found["said"].to_pylist() == ["How to read", "Numbers"]
    assert found["mixed"].to_pylist() == ["1.5", "none"]
    assert found["odd"].to_pylist() == ["('a', 1)", "3"]
    assert found.schema.metadata[b"title"] == b"A $b$"


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_table_of_every_chart_is_a_file(name: str) -> None:
    table = CHARTS[name](Odd(float("nan"), mixed=True)).table
    rows = len(next(iter(table.values())))
    assert len(read_csv(csv_file(table))) == len(table)
    assert pq.read_table(io.BytesIO(parquet_file(table))).num_rows == rows


@pytest.mark.parametrize("name", CHARTS)
def test_columns_are_named_in_english_whatever_language_is_spoken(name: str) -> None:
    english = CHARTS[name](Usual()).table
    assert all(re.fullmatch("[a-z][a-z0-9_]*", column) for column in english), list(english)
    for language in LANGUAGES:
        with speaking(language):
            spoken = CHARTS[name](Usual()).table
        assert list(spoken) == list(english)
        assert list(read_csv(csv_file(spoken))) == list(english)
        assert pq.read_table(io.BytesIO(parquet_file(spoken))).column_names == list(english)


@pytest.mark.parametrize("name", CHARTS)
def test_on_a_screen_every_column_is_headed_in_the_language_spoken(name: str) -> None:
    chart = CHARTS[name](Usual())
    with speaking("zh"):
        shown = headed(chart.table)
        assert list(json.loads(ready(chart).table)) == list(shown)
        html = chart._repr_mimebundle_()["text/html"]
    assert len(shown) == len(chart.table)
    for heading, values in zip(shown, chart.table.values(), strict=True):
        assert shown[heading] is values and f"<th>{heading}</th>" in html
        assert not left_over(heading), heading


def test_no_heading_is_left_over() -> None:
    assert {column for make in CHARTS.values() for column in make(Usual()).table} == set(HEADINGS)


def test_rows_of_several_pictures_say_which_they_are_of() -> None:
    gates = np.array([[0.1, 0.2], [0.3, 0.4]], np.float32)
    table = stacked("picture", numbered(["cat", "cat"]), {"channel": np.arange(2)}, gate=gates)
    assert list(table) == ["picture", "channel", "gate"]
    assert table["picture"] == ["1: cat", "1: cat", "2: cat", "2: cat"]
    assert table["channel"].tolist() == [0, 1, 0, 1]
    np.testing.assert_array_equal(table["gate"], gates.ravel())
