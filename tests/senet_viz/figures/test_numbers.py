"""The numbers of charts as files: read back, they are the chart's own."""

import csv
import io
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from senet_viz.figures.numbers import csv_file, parquet_file
from senet_viz.language import tr
from tests.senet_viz.figures.odd_cases import CASES
from tests.senet_viz.figures.odd_records import Odd

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


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_table_of_every_chart_is_a_file(name: str) -> None:
    table = CASES[name](Odd(float("nan"), mixed=True)).table
    rows = len(next(iter(table.values())))
    assert len(read_csv(csv_file(table))) == len(table)
    assert pq.read_table(io.BytesIO(parquet_file(table))).num_rows == rows
