"""Tables and manifest of a finished survey: written last, read back block by block."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from senet_viz.analysis.survey_pictures import PictureRef
from senet_viz.analysis.survey_records import Failure, Moments, Survey
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import import_extra, require_extra
from senet_viz.core.translation import tr
from senet_viz.surveys.durable_files import durably
from senet_viz.surveys.listing import find_row
from senet_viz.surveys.plan import read_plan
from senet_viz.surveys.reading import Reader
from senet_viz.surveys.sources import find_place

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST, TABLE, GATES = "manifest.json", "table", "gates"
PREDICTED, TOP, CHANCES = "predicted", "top", "chances"
NUMBERS = ("mean", "m2", "min", "max", "near_zero", "near_one")
FIELDS = ("mean", "m2", "lowest", "highest", "near_zero", "near_one")  # of Moments, in that order


def load_survey(folder: Path | str) -> Survey:
    """A finished survey from its folder; tables are read when a block is asked for.

    Raises a SENetVizError where there is none, or it is not finished, and where the extra
    ``survey`` is not installed.

    >>> shipped = load_survey(shipped_survey("se_resnet18_imagenette"))
    >>> shipped["layer4.1.se"].mean.shape
    (10, 192)
    """
    require_extra("survey", "pyarrow")
    folder = Path(folder)
    path = folder / MANIFEST
    if not path.is_file():
        begun = (folder / "plan.json").is_file()
        raise SENetVizError(
            tr("the survey in {folder} is not finished: go on with --resume", folder=folder)
            if begun
            else tr(
                "the survey in {folder} is not there. Give the folder that senet-viz "
                "survey wrote to with --out",
                folder=folder,
            )
        )
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        classes, blocks = tuple(manifest["classes"]), tuple(manifest["blocks"])
        return Survey(
            folder=folder,
            model=manifest["model"],
            weights_sha256=manifest["weights_sha256"],
            classes=classes,
            count=readonly(np.array(manifest["count"], np.int64)),
            blocks=blocks,
            unreadable=manifest["unreadable"],
            failures=tuple(Failure(**failure) for failure in manifest["failures"]),
            manifest=manifest,
            moments=_Tables(folder / TABLE, blocks, len(classes)),
            reader=FolderReader(folder),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise SENetVizError(
            tr(
                "{path} is not that of a survey ({error}). Give the folder that senet-viz "
                "survey wrote to with --out",
                path=path,
                error=str(error),
            )
        ) from error


def shipped_survey(name: str) -> Path:
    """The folder of the survey that comes with an embedded network; a SENetVizError without one."""
    folder = ASSETS / f"{name}.survey"
    if not (folder / MANIFEST).is_file():
        raise SENetVizError(
            tr(
                "no survey comes with {name!r}. Make one: senet-viz survey IMAGES --model "
                "{name} --out DIR",
                name=name,
            )
        )
    return folder


def units_column(place: int) -> str:
    """The column of a block's hidden units, by its place among the blocks."""
    return f"{place}/on"


def squeeze_column(place: int) -> str:
    """The column of a block's squeezes."""
    return f"{place}/squeeze"


def table_path(folder: Path, place: int) -> Path:
    return folder / TABLE / f"block-{place:03d}.parquet"


def write_table(folder: Path, place: int, moments: Moments, classes: Sequence[str]) -> None:
    """One block: a row for each class and channel, classes in order."""
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    width = moments.mean.shape[1]
    rows = len(classes) * width
    count = np.repeat(moments.count, width)
    columns = {
        "class": _words(np.repeat(np.arange(len(classes)), width), classes),
        "block": _words(np.zeros(rows), [moments.block]),
        "channel": pa.array(np.tile(np.arange(width, dtype=np.int32), len(classes))),
        "count": pa.array(count),
    }
    for name, field in zip(NUMBERS, FIELDS, strict=True):
        values = getattr(moments, field).ravel()
        if name in ("min", "max"):
            values = values.astype(np.float32)  # which gates are
        unseen = count == 0 if name in ("mean", "min", "max") else None
        columns[name] = pa.array(values, mask=unseen)
    with durably(table_path(folder, place)) as temporary:
        pq.write_table(pa.table(columns), temporary, compression="zstd", write_statistics=False)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    with durably(folder / MANIFEST) as temporary:
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Single pictures: gates from the survey's folder, files from where the survey found them."""

    folder: Path

    def gates(self, place: int) -> Array:
        """The gates (n, c) of one block, of all pictures in order, float32."""
        return _rows(_gate_files(self.folder), str(place))

    def squeezes(self, place: int) -> Array | None:
        """The squeezes (n, c) of one block, of all pictures in order; None where they are not
        kept.
        """
        return self._column(squeeze_column(place))

    def units_on(self, place: int) -> Array | None:
        """Which hidden units (n, m) of one block were on, 0 or 1; None where that is not kept."""
        return self._column(units_column(place))

    def _column(self, name: str) -> Array | None:
        pq = import_extra("pyarrow.parquet")
        files = [path for path in _gate_files(self.folder) if pq.read_metadata(path).num_rows]
        stored = all(name in pq.read_schema(path).names for path in files)
        return _rows(files, name) if files and stored else None

    def pictures(self) -> tuple[PictureRef, ...]:
        """Name and class of every picture that gates were kept of, in order."""
        files = _gate_files(self.folder)
        return tuple(PictureRef(*row) for path in files for row in _names(path))

    def picture(self, name: str) -> bytes | None:
        """One picture's file from where the survey found it; None where that cannot be reached."""
        plan, row = read_plan(self.folder), find_row(self.folder, name)
        if plan is None or row is None:
            return None
        try:
            _, got = Reader(find_place(plan.settings.images), plan.files).read([row])[0]
        except SENetVizError:
            return None
        return got if isinstance(got, bytes) else None


def _rows(files: Sequence[Path], name: str) -> Array:
    """A column of lists of one length, of all files, as (n, length)."""
    pq = import_extra("pyarrow.parquet")
    parts = []
    for path in files:
        column = pq.read_table(path, columns=[name]).column(0).combine_chunks()
        width = column.type.list_size
        parts.append(column.flatten().to_numpy(zero_copy_only=False).reshape(-1, width))
    return readonly(np.concatenate(parts).astype(np.float32))


def _gate_files(folder: Path) -> list[Path]:
    return sorted((folder / GATES).glob("shard-*.parquet"))


def _names(path: Path) -> Iterator[tuple[Any, ...]]:
    """Name, label and answers of each picture; none in a file of a survey that kept none."""
    pq = import_extra("pyarrow.parquet")
    there = pq.read_schema(path).names
    answers = [name for name in (PREDICTED, TOP, CHANCES) if name in there]
    table = pq.read_table(path, columns=["name", "label", *answers])
    for row in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
        yield (*row[:3], *map(tuple, row[3:]))


def _words(numbers: Any, words: Sequence[str]) -> "pa.Array":
    pa = import_extra("pyarrow")
    indices = pa.array(np.asarray(numbers, np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


class _Tables(Mapping[str, Moments]):
    """Moments by block name, each read from its file when it is asked for, and kept."""

    def __init__(self, folder: Path, blocks: Sequence[str], classes: int) -> None:
        self._folder, self._blocks, self._classes = folder, blocks, classes
        self._read: dict[str, Moments] = {}

    def __getitem__(self, block: str) -> Moments:
        if block not in self._read:
            self._read[block] = self._load(block)
        return self._read[block]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def _load(self, block: str) -> Moments:
        pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
        path = table_path(self._folder.parent, self._blocks.index(block))
        try:
            table = pq.read_table(path, columns=["count", *NUMBERS])
        except (OSError, pa.ArrowException) as error:
            raise SENetVizError(
                tr("{path} cannot be read ({error}); survey again", path=path, error=str(error))
            ) from error
        arrays = {
            field: readonly(table[name].to_numpy().reshape(self._classes, -1).astype(kind))
            for name, field, kind in zip(
                NUMBERS, FIELDS, (np.float64,) * 4 + (np.int64,) * 2, strict=True
            )
        }
        count = table["count"].to_numpy().reshape(self._classes, -1)[:, 0]
        return Moments(block=block, count=readonly(count.astype(np.int64)), **arrays)
