"""Rows of Parquet and Arrow files, some at a time: one way to read both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.surveys.sources import Place, is_parquet

ARROW_FILE = b"ARROW1"  # at the beginning of the kind with an index; a stream has none


@contextmanager
def opened(place: Place, file: str) -> Iterator["RowGroups"]:
    """The rows of a file; an ImageError where it is damaged or of another kind."""
    pa = import_extra("pyarrow")
    try:
        with _stream(place, file) as stream:
            yield ParquetGroups(stream) if is_parquet(file) else ArrowGroups(stream)
    except pa.ArrowInvalid as error:
        raise ImageError(
            tr(
                "{file} is damaged or no Parquet file: {error}",
                file=readable(file),
                error=str(error),
            )
            if is_parquet(file)
            else tr(
                "{file} is damaged or no Arrow file: {error}", file=readable(file), error=str(error)
            )
        ) from error


def _stream(place: Place, file: str) -> Any:
    """Of an Arrow file here nothing is read but what is asked for."""
    if not (place.remote or is_parquet(file)) and file == readable(file):
        return import_extra("pyarrow").memory_map(place.path(file))
    return place.fs.open(place.path(file), "rb")


class ParquetGroups:
    """The row groups of a Parquet file, in any order."""

    def __init__(self, stream: Any) -> None:
        self._table = import_extra("pyarrow.parquet").ParquetFile(stream)
        self.schema = self._table.schema_arrow

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """First row and number of rows of each."""
        first = 0
        for group in range(self._table.num_row_groups):
            rows = self._table.metadata.row_group(group).num_rows
            yield first, rows
            first += rows

    def columns(self, group: int, names: Sequence[str]) -> Any:
        """Some columns of one group, as a table."""
        return self._table.read_row_group(group, columns=list(names))

    def nulls(self, group: int, column: str) -> bool:
        """Whether a column of a group may hold nulls."""
        metadata = self._table.metadata.row_group(group)
        for at in range(metadata.num_columns):
            chunk = metadata.column(at)
            if chunk.path_in_schema == column:
                known = chunk.statistics
                return known is None or not known.has_null_count or known.null_count > 0
        return True


class ArrowGroups:
    """The record batches of an Arrow file, of both kinds; a stream is read from its beginning."""

    def __init__(self, stream: Any) -> None:
        ipc = import_extra("pyarrow.ipc")
        head = stream.read(len(ARROW_FILE))
        stream.seek(0)
        if head == ARROW_FILE:
            reader = ipc.open_file(stream)
            self._batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            reader = ipc.open_stream(stream)
            self._batches = iter(reader)
        self.schema = reader.schema
        self._held: dict[int, Any] = {}

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """First row and number of rows of each; the batch last given can be read."""
        first = 0
        for number, batch in enumerate(self._batches):
            self._held = {number: batch}
            yield first, batch.num_rows
            first += batch.num_rows

    def columns(self, group: int, names: Sequence[str]) -> Any:
        pa = import_extra("pyarrow")
        return pa.Table.from_batches([self._held[group]]).select(list(names))

    def nulls(self, group: int, column: str) -> bool:
        """Whether a column of the batch last given holds nulls."""
        outer, _, inner = column.partition(".")
        cells = self._held[group].column(outer)
        return bool((cells.field(inner) if inner else cells).null_count)


RowGroups = ParquetGroups | ArrowGroups
