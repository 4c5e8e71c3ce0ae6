"""Single cells of the column of pictures, with the rows around them kept for the next one."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from senet_viz.core.translation import tr
from senet_viz.surveys.row_groups import RowGroups, opened
from senet_viz.surveys.sources import Place
from senet_viz.surveys.table_columns import ImageColumn, image_column


class Cells:
    """Bytes of pictures by file and row. Rows are best asked for in order."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._file, self._first, self._end = "", 0, 0
        self._held: Any = None
        self._open = ExitStack()
        self._on_the_way: Iterator[tuple[int, int, int]] = iter(())
        self._groups: RowGroups | None = None
        self._column = ImageColumn("", struct=False, path=False, listed=False)

    def value(self, file: str, row: int, place: int) -> bytes | None:
        """The picture in a row, the one at ``place`` of a list; None where there is none.

        Raises a FileNotFoundError where the row is not there any more.
        """
        if file != self._file or not self._first <= row < self._end:
            self._seek(file, row)
        cell = self._held[row - self._first]
        if self._column.listed:
            cell = cell.values[place] if cell.is_valid and place < len(cell) else None
        if cell is None or not cell.is_valid:
            return None
        value = cell["bytes"].as_py() if self._column.struct else cell.as_py()
        return None if value is None else bytes(value)

    def _seek(self, file: str, row: int) -> None:
        """Hold the rows around ``row``; onwards from where we are, else from the beginning."""
        if file != self._file or row < self._first or self._groups is None:
            self._restart(file)
        for group, first, rows in self._on_the_way:
            if first <= row < first + rows:
                assert self._groups is not None
                column = self._groups.columns(group, [self._column.name])[self._column.name]
                self._held, self._first, self._end = column.combine_chunks(), first, first + rows
                return
        self._groups = None
        raise FileNotFoundError(2, tr("the row is not there any more"), file)

    def _restart(self, file: str) -> None:
        self._open.close()
        self._open = ExitStack()
        groups = self._open.enter_context(opened(self._place, file))
        self._file, self._first, self._end = file, 0, 0
        self._groups, self._column = groups, image_column(groups.schema, file)
        self._on_the_way = ((at, first, rows) for at, (first, rows) in enumerate(groups))
