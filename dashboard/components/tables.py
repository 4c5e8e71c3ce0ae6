"""A table whose columns say, each in one place, their heading, their values and their format."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` of a row, under ``heading``; ``format`` of numbers is one of Streamlit's."""

    heading: str
    value: Callable[[Any], Any]
    format: str | None = None
    help: str | None = None

    @property
    def config(self) -> Any:
        """What Streamlit is told of it."""
        if self.format is None:
            return st.column_config.Column(self.heading, help=self.help)
        return st.column_config.NumberColumn(self.heading, format=self.format, help=self.help)


def table(
    rows: Iterable[Any], columns: Mapping[str, Column], key: str, *, without_empty: bool = False
) -> tuple[str, ...]:
    """A row for each of ``rows``; the names of the columns that are shown.

    ``without_empty`` leaves out those in which every value is None.
    """
    every = [*rows]
    values = {name: [column.value(row) for row in every] for name, column in columns.items()}
    if without_empty:
        values = {name: own for name, own in values.items() if any(v is not None for v in own)}
    st.dataframe(
        values,
        column_config={name: columns[name].config for name in values},
        hide_index=True,
        key=key,
    )
    return tuple(values)
