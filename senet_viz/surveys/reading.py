"""The bytes of listed pictures, some at a time, with the next ones on their way."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from senet_viz.core.errors import ImageError, SENetVizError
from senet_viz.core.translation import tr
from senet_viz.pictures.file_kinds import TABLES, suffix_of
from senet_viz.surveys.entries import found_path
from senet_viz.surveys.picture_cells import Cells
from senet_viz.surveys.sources import Place

TRIES, FIRST_WAIT = 4, 0.5  # of a remote read, and seconds; each wait is twice the last
ABSENT = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
Row = dict[str, Any]
Got = bytes | ImageError


class Reader:
    """Reads pictures of one input. It keeps some rows of a table, so use one in each thread."""

    def __init__(self, place: Place, files: Sequence[str]) -> None:
        self._place, self._files = place, files
        self._cells = Cells(place)

    def batches(self, rows: Sequence[Row], size: int) -> Iterator[list[tuple[Row, Got]]]:
        """Rows with their bytes, ``size`` at a time; an ImageError takes the place of a picture
        that is not there. Remote pictures are fetched one batch ahead. Raises a SENetVizError where
        an address cannot be reached, after some tries: the picture may be fine, so it is not
        skipped.
        """
        parts = [list(rows[i : i + size]) for i in range(0, len(rows), size)]
        if not self._place.remote:
            yield from map(self.read, parts)
            return
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(self.read, parts[0])
            for part in [*parts[1:], None]:
                now = coming.result()
                if part is not None:
                    coming = ahead.submit(self.read, part)
                yield now

    def read(self, rows: list[Row]) -> list[tuple[Row, Got]]:
        """The bytes of a few rows, read at once where the file system can do that."""
        inside = [suffix_of(self._files[r["file"]]) in TABLES for r in rows]
        fetched = iter(self._ranges([r for r, i in zip(rows, inside, strict=True) if not i]))
        return [
            (row, self._cell(row) if in_table else next(fetched))
            for row, in_table in zip(rows, inside, strict=True)
        ]

    def _ranges(self, rows: list[Row]) -> list[Got]:
        """Whole files, and stretches of tar files."""
        got: list[Any] = [None] * len(rows)
        waiting = list(range(len(rows)))
        for attempt in range(TRIES):
            answers = self._fetch([rows[i] for i in waiting])
            for i, answer in zip(waiting, answers, strict=True):
                got[i] = answer
            waiting = [i for i in waiting if self._worth_another_try(got[i])]
            if not waiting:
                return [_or_error(answer) for answer in got]
            if attempt + 1 < TRIES:
                time.sleep(FIRST_WAIT * 2**attempt)
        raise _out_of_reach(rows[waiting[0]]["name"], got[waiting[0]])

    def _fetch(self, rows: list[Row]) -> list[Any]:
        if not rows:
            return []
        inside = [self._files[r["file"]] for r in rows]
        paths = [
            self._place.path(file or _own_path(r)) for file, r in zip(inside, rows, strict=True)
        ]
        starts = [r["offset"] if file else None for file, r in zip(inside, rows, strict=True)]
        ends = [
            r["offset"] + r["size"] if file else None for file, r in zip(inside, rows, strict=True)
        ]
        answers: list[Any] = self._place.fs.cat_ranges(paths, starts, ends, on_error="return")
        return answers

    def _worth_another_try(self, answer: object) -> bool:
        return (
            self._place.remote and isinstance(answer, Exception) and not isinstance(answer, ABSENT)
        )

    def _cell(self, row: Row) -> Got:
        """The bytes in one row of a Parquet or Arrow file."""
        file = self._files[row["file"]]
        try:
            value = self._cells.value(file, row["offset"], -1 - row["size"])
        except ABSENT as error:
            return _or_error(error)
        except OSError as error:
            if self._place.remote:
                raise _out_of_reach(file, error) from error
            return _or_error(error)
        except ValueError as error:  # so Arrow calls rows that are damaged
            return ImageError(tr("the row is damaged: {error}", error=str(error)))
        return ImageError(tr("the row holds no bytes")) if value is None else value


def _own_path(row: Row) -> str:
    """The path of a picture file; listings of earlier versions hold names only."""
    path = row.get("path")
    return found_path(path) if path else str(row["name"])


def _or_error(answer: Any) -> Got:
    """Bytes, or why there are none, without the paths of this machine."""
    if not isinstance(answer, Exception):
        return bytes(answer)
    why = getattr(answer, "strerror", None) or type(answer).__name__
    return ImageError(tr("the file cannot be read: {why}", why=why))


def _out_of_reach(name: str, error: Exception) -> SENetVizError:
    return SENetVizError(
        tr(
            "{name} could not be read in {tries} tries ({kind}: {error}). The survey "
            "stops here; go on with --resume (resume=True) when the address can be "
            "reached",
            name=name,
            tries=TRIES,
            kind=type(error).__name__,
            error=str(error),
        )
    )
