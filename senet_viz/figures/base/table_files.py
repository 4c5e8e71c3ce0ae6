"""The numbers of a chart as a file: CSV for people and spreadsheets, Parquet for programs."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.extras import import_extra

if TYPE_CHECKING:
    import pyarrow as pa

Table = Mapping[str, Sequence[Any] | npt.NDArray[Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of one


def csv_file(table: Table) -> bytes:
    """The table as UTF-8 with a header, each number with as many digits as tell it apart.

    Words that a spreadsheet would run as a formula get an apostrophe before them; numbers are
    written as they are. None is an empty cell.

    >>> table = {"channel": [0, 1], "gate": np.array([0.1, 0.25], np.float32)}
    >>> csv_file(table).decode().split()
    ['channel,gate', '0,0.1', '1,0.25']
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([_cell(name) for name in table])
    rows.writerows([_cell(value) for value in row] for row in zip(*table.values(), strict=True))
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else str(value)


def parquet_file(table: Table, *, words: Mapping[str, str] | None = None) -> bytes:
    """The table as Parquet, every column in its own type; ``words`` go into its metadata.

    A column of mixed values is kept as words.
    """
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    columns = pa.table({name: _column(values) for name, values in table.items()})
    sink = pa.BufferOutputStream()
    pq.write_table(columns.replace_schema_metadata(dict(words or {})), sink, compression="zstd")
    return bytes(sink.getvalue())


def _column(values: Sequence[Any] | npt.NDArray[Any]) -> "pa.Array":
    pa = import_extra("pyarrow")
    plain = list(map(str, values)) if _are_words(values) else values
    try:
        return pa.array(plain)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in plain])


def _are_words(values: Sequence[Any] | npt.NDArray[Any]) -> bool:
    """Whether they are all str, of whatever subclass: sentences remember their language."""
    if isinstance(values, np.ndarray):
        return False
    return bool(values) and all(isinstance(value, str) for value in values)
