"""A table whose columns say, each in one place, their heading, their values and their format."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` of a row, under ``heading``; ``format`` of numbers is one of Streamlit's.

    A ``bar`` is drawn from 0 to 1, a ``tick`` can be set by hand, the value of an ``image`` is its
    URL; ``width`` is in pixels.
    """

    heading: str
    value: Callable[[Any], Any]
    format: str | None = None
    help: str | None = None
    width: int | None = None
    kind: Literal["bar", "image", "tick"] | None = None

    @property
    def config(self) -> Any:
        """The column as Streamlit describes it."""
        shared: dict[str, Any] = {"help": self.help, "width": self.width}
        if self.kind == "bar":
            return st.column_config.ProgressColumn(
                self.heading, min_value=0, max_value=1, format=self.format, **shared
            )
        if self.kind == "image":
            return st.column_config.ImageColumn(self.heading, **shared)
        if self.kind == "tick":
            return st.column_config.CheckboxColumn(self.heading, **shared)
        if self.format is None:
            return st.column_config.Column(self.heading, **shared)
        return st.column_config.NumberColumn(self.heading, format=self.format, **shared)


def table(
    rows: Iterable[Any],
    columns: Mapping[str, Column],
    key: str,
    *,
    without_empty: bool = False,
    **options: Any,
) -> tuple[str, ...]:
    """A row for each of ``rows``; the names of the columns that are shown.

    ``without_empty`` leaves out those in which every value is None. For a table with ticks,
    ``st.session_state[key]`` holds the person's changes. ``options`` are those of ``st.dataframe``.
    """
    every = [*rows]
    values = {name: [column.value(row) for row in every] for name, column in columns.items()}
    if without_empty:
        values = {name: own for name, own in values.items() if any(v is not None for v in own)}
    fixed = [name for name in values if columns[name].kind != "tick"]
    if len(fixed) < len(values):
        options["disabled"] = fixed
    draw = st.data_editor if "disabled" in options else st.dataframe
    draw(
        values,
        column_config={name: columns[name].config for name in values},
        hide_index=True,
        key=key,
        **options,
    )
    return tuple(values)


def rows_of(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that is given by its columns, such as a chart's."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
