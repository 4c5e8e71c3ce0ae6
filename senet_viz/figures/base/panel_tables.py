"""The numbers of several charts as one table."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from senet_viz.core.tables import Columns
from senet_viz.figures.base.chart import Chart


def panel_table(charts: Sequence[Chart]) -> Columns:
    """All their numbers, the rows of each chart under those of the one before.

    ``panel`` counts the charts from 1, ``panel_network``, ``panel_block`` and ``panel_picture``
    say what each is of. What a chart has no column for is NaN among numbers, None among words.
    """
    lengths = [len(next(iter(chart.table.values()), ())) for chart in charts]
    sources = [chart.source for chart in charts]
    columns: Columns = {"panel": np.repeat(np.arange(1, len(charts) + 1), lengths)}
    for name in ("network", "block", "picture"):
        words = np.array([getattr(source, name) for source in sources], dtype=object)
        columns[f"panel_{name}"] = np.repeat(words, lengths)
    names = dict.fromkeys(name for chart in charts for name in chart.table)
    parts = [chart.table for chart in charts]
    for name in names:
        given = [_array(part[name]) if name in part else None for part in parts]
        columns[name] = _joined(given, lengths)
    return columns


def _array(values: Any) -> np.ndarray:
    array = np.asarray(values)
    return array.astype(object) if array.dtype.kind in "USO" else array


def _joined(parts: Sequence[np.ndarray | None], lengths: Sequence[int]) -> np.ndarray:
    """Parts of one column, filled up where a chart has none of it."""
    kinds = {part.dtype.kind for part in parts if part is not None}
    words = "O" in kinds or len(kinds & {"b", "M", "m"}) > 0
    if words:
        return np.concatenate(
            [
                np.full(length, None, dtype=object) if part is None else part.astype(object)
                for part, length in zip(parts, lengths, strict=True)
            ]
        )
    return np.concatenate(
        [
            np.full(length, np.nan) if part is None else part
            for part, length in zip(parts, lengths, strict=True)
        ]
    )
