"""The list of pictures, written once and cut into shards: what is surveyed, in which order."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr
from senet_viz.surveys.durable_files import durably
from senet_viz.surveys.entries import Entry
from senet_viz.surveys.inventory import Inventory

if TYPE_CHECKING:
    import pyarrow as pa

SHARD = 256  # pictures
LISTING = "listing.parquet"
EVERYTHING, UNLABELLED = "all pictures", "no class"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing found: classes sorted by name, tar and Parquet files, and its hash.

    ``sha256`` is over name, class and place of every picture, in order.
    """

    classes: tuple[str, ...]
    files: tuple[str, ...]
    pictures: int
    sha256: str

    @property
    def shards(self) -> int:
        return -(-self.pictures // SHARD)


def write_listing(folder: Path, inventory: Inventory) -> Iterator[int | Listing]:
    """Write ``listing.parquet``, a row group for each shard; yields the pictures listed so far.

    The last thing yielded is the Listing. Raises an ImageError where there is no picture, with
    what there is.
    """
    raw, numbers, files = folder / f"{LISTING}.raw", dict[str, int](), dict[str, int]()
    digest, count, stream = hashlib.sha256(), 0, inventory.entries()
    with _writer(raw) as writer:
        while part := list(islice(stream, SHARD)):
            for e in part:
                numbers.setdefault(e.label, len(numbers))
                files.setdefault(e.file, len(files))
                digest.update(_line(e))
            writer.write_table(_table(part, numbers, files))
            count += len(part)
            yield count
    if not count:
        raw.unlink()
        raise ImageError(_no_picture(inventory))
    classes, new_number = _sorted_classes(numbers)
    _renumber(raw, folder / LISTING, new_number)
    raw.unlink()
    yield Listing(classes, tuple(files), count, digest.hexdigest())


def _line(e: Entry) -> bytes:
    """One picture's line in the hash of a listing. Few pictures have a path as well as a name."""
    parts = (e.name, e.label, e.file, str(e.offset), str(e.size), *([e.path] if e.path else []))
    return ("\0".join(parts) + "\n").encode("utf-8", "surrogateescape")


def _no_picture(inventory: Inventory) -> str:
    words = tr(
        "the input holds no picture: no file with the suffix of one (.jpg, .png, "
        ".webp, …), in a folder or a .tar, and no Parquet row"
    )
    left_out = inventory.ledger.left_out
    if not left_out:
        return words
    what = "; ".join(each.words for each in left_out)
    return tr("{problem}. It holds {what}", problem=words, what=what)


class Rows:
    """The rows of each shard: name, label and file (as numbers), offset, size, path or None.

    The file's index is parsed once; reading is safe from many threads.
    """

    def __init__(self, folder: Path) -> None:
        pq = import_extra("pyarrow.parquet")
        self._path = folder / LISTING
        self._index = pq.read_metadata(self._path)

    def read(self, shard: int) -> list[dict[str, Any]]:
        pq = import_extra("pyarrow.parquet")
        with pq.ParquetFile(self._path, metadata=self._index) as table:
            rows: list[dict[str, Any]] = table.read_row_group(shard).to_pylist()
            return rows


def find_row(folder: Path, name: str) -> dict[str, Any] | None:
    """The row of the picture of this name, or None."""
    pq = import_extra("pyarrow.parquet")
    if not (folder / LISTING).is_file():
        return None
    rows = pq.read_table(folder / LISTING, filters=[("name", "==", name)]).to_pylist()
    return rows[0] if rows else None


def _schema() -> "pa.Schema":
    pa = import_extra("pyarrow")
    kinds = (pa.string(), pa.int32(), pa.int32(), pa.int64(), pa.int64(), pa.string())
    names = ("name", "label", "file", "offset", "size", "path")
    return pa.schema(list(zip(names, kinds, strict=True)))


def _writer(path: Path) -> Any:
    pq = import_extra("pyarrow.parquet")
    return pq.ParquetWriter(path, _schema(), compression="zstd")


def _table(part: list[Entry], numbers: dict[str, int], files: dict[str, int]) -> "pa.Table":
    pa = import_extra("pyarrow")
    columns = (
        [e.name for e in part],
        [numbers[e.label] for e in part],
        [files[e.file] for e in part],
        [e.offset for e in part],
        [e.size for e in part],
        [e.path or None for e in part],
    )
    return pa.table([pa.array(c) for c in columns], names=_schema().names).cast(_schema())


def _sorted_classes(numbers: dict[str, int]) -> tuple[tuple[str, ...], list[int]]:
    """The names of the classes, and the new number of each old one."""
    if set(numbers) == {""}:
        return (EVERYTHING,), [0]
    names = sorted(numbers)
    place = {name: new for new, name in enumerate(names)}
    return tuple(n or UNLABELLED for n in names), [place[name] for name in numbers]


def _renumber(raw: Path, path: Path, new_number: list[int]) -> None:
    """The same rows with sorted class numbers; classes are known only after the last picture."""
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    lookup = pa.array(new_number, pa.int32())
    with (
        durably(path) as temporary,
        pq.ParquetFile(raw) as source,
        _writer(temporary) as writer,
    ):
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group)
            writer.write_table(rows.set_column(1, "label", lookup.take(rows["label"])))
