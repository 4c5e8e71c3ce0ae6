"""What a running survey has on disk: a file for each finished shard, and the moments merged so far.

Shards are merged strictly in their order. Now and then the running moments are written as one file,
and the shards in them are deleted, so that a long survey does not fill the disk.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from senet_viz.analysis.survey_records import Failure
from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import import_extra
from senet_viz.core.picture_remarks import Remarks, read_remarks
from senet_viz.core.translation import tr
from senet_viz.surveys.durable_files import durably
from senet_viz.surveys.moments import PARTS, Accumulator, Tally, grouped, tally
from senet_viz.surveys.plan import Plan
from senet_viz.surveys.shard_worker import ShardGates
from senet_viz.surveys.tables import CHANCES, PREDICTED, TOP, squeeze_column, units_column

PARTIALS, MERGED, GATES = "partials", "merged.safetensors", "gates"
LEAST_TO_CLEAR = 256 << 20  # bytes of partial files before they are worth merging away
Arrays = dict[str, npt.NDArray[Any]]


def shard_bytes(shard: ShardGates) -> bytes:
    """A shard for disk or wire: its moments, or its gates where those are fewer numbers.

    Where nearly every picture of a shard has a class to itself, moments would be ten times as
    large as the gates they come from.
    """
    arrays: Arrays = {"labels": shard.labels}
    groups = grouped(shard.labels)
    compact = len(shard.labels) > 10 * len(groups.classes)
    for place, gates in enumerate(shard.gates if len(shard.labels) else ()):
        if compact:
            moments = tally(gates, groups)
            arrays |= {f"{place}/{part}": getattr(moments, part) for part in PARTS}
        else:
            arrays[f"{place}/gates"] = np.ascontiguousarray(gates)
    words = {
        "pictures": str(shard.pictures),
        "failures": json.dumps([asdict(f) for f in shard.failures]),
        "remarks": json.dumps([each.record() for each in shard.remarks]),
    }
    return bytes(save(arrays, metadata=words))


class Running:
    """The merged part of a survey: shards 0 to ``merged`` - 1, and what went wrong in them."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.merged, self.dealt = 0, 0
        self.failures: list[Failure] = []
        self.remarks = Remarks()
        self.under_way: dict[int, int] = {}  # pictures done of shards that are not finished
        self.moments = Accumulator(classes=len(plan.classes), channels=plan.channels)
        self._oldest, self._partial_bytes = 0, 0
        if (folder / MERGED).is_file():
            self._load()

    def save(self, shard: int, content: bytes) -> None:
        """Save a finished shard, so that an interruption does not lose it."""
        with durably(self._partial(shard)) as temporary:
            temporary.write_bytes(content)
        self.under_way.pop(shard, None)

    def count(self, shard: int, pictures: int) -> None:
        """This many pictures of a shard are done but not yet saved."""
        self.under_way[shard] = pictures

    def waiting(self) -> set[int]:
        """Finished shards that are not merged yet."""
        files = (self.folder / PARTIALS).glob("shard-*.safetensors")
        return {n for f in files if (n := int(f.stem.split("-")[1])) >= self.merged}

    def merge_next(self) -> None:
        """Merge the next shard in order; its file has to be there."""
        # In order, because floating-point sums depend on it: any number of workers, and any
        # interruption, gives the same bits.
        path = self._partial(self.merged)
        arrays, words = _read(path)
        for failure in json.loads(words["failures"]):
            self.failures.append(Failure(**failure))
        self.remarks.merge(read_remarks(json.loads(words.get("remarks", "[]"))))
        self.dealt += int(words["pictures"])
        if len(arrays["labels"]):
            groups = grouped(arrays["labels"])
            tallies = [
                tally(arrays[f"{place}/gates"], groups)
                if f"{place}/gates" in arrays
                else Tally(**{part: arrays[f"{place}/{part}"] for part in PARTS})
                for place in range(len(self.plan.blocks))
            ]
            self.moments.merge(groups.classes, groups.count, tallies)
        self.merged += 1
        self._partial_bytes += path.stat().st_size
        # The cost of writing the state is proportional to its size: at twice its size in shards,
        # all writes together stay within half of what the shards took.
        if self._partial_bytes > max(LEAST_TO_CLEAR, 2 * self._state_size()):
            self._clear()

    def remove(self) -> None:
        """Delete what only a survey under way needs."""
        for path in (*self._partials(), self.folder / MERGED):
            path.unlink(missing_ok=True)
        if (self.folder / PARTIALS).is_dir():
            (self.folder / PARTIALS).rmdir()

    def _clear(self) -> None:
        """Write the running moments, then delete the shards that are in them."""
        arrays: Arrays = {"count": self.moments.count}
        for place, block in enumerate(self.moments.blocks):
            arrays |= {f"{place}/{part}": values for part, values in block.items()}
        words = {
            "merged": str(self.merged),
            "dealt": str(self.dealt),
            "failures": json.dumps([asdict(f) for f in self.failures]),
            "remarks": json.dumps(self.remarks.records()),
        }
        # Shards are deleted only once the file with their moments is on disk. A process that ends
        # between the two leaves shards that are merged already; ``_load`` deletes those.
        with durably(self.folder / MERGED) as temporary:
            temporary.write_bytes(save(arrays, metadata=words))
        for shard in range(self._oldest, self.merged):
            self._partial(shard).unlink(missing_ok=True)
        self._oldest, self._partial_bytes = self.merged, 0

    def _load(self) -> None:
        arrays, words = _read(self.folder / MERGED)
        self.merged, self.dealt = int(words["merged"]), int(words["dealt"])
        self.failures = [Failure(**failure) for failure in json.loads(words["failures"])]
        self.remarks = Remarks(read_remarks(json.loads(words.get("remarks", "[]"))))
        self.moments.count = arrays["count"]
        self.moments.blocks = [
            {part: arrays[f"{place}/{part}"] for part in PARTS}
            for place in range(len(self.plan.blocks))
        ]
        self._oldest = self.merged
        for path in self._partials():
            if int(path.stem.split("-")[1]) < self.merged:
                path.unlink()

    def _state_size(self) -> int:
        return sum(v.nbytes for block in self.moments.blocks for v in block.values())

    def _partials(self) -> list[Path]:
        return list((self.folder / PARTIALS).glob("shard-*.safetensors"))

    def _partial(self, shard: int) -> Path:
        return self.folder / PARTIALS / f"shard-{shard:07d}.safetensors"


def _read(path: Path) -> tuple[Arrays, dict[str, str]]:
    try:
        with safe_open(path, framework="np") as file:
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return arrays, file.metadata()
    except (SafetensorError, OSError) as error:
        raise SENetVizError(
            tr(
                "{path} is damaged or missing ({error}). Remove it where it is there, and "
                "resume: what it held is surveyed again",
                path=path,
                error=str(error),
            )
        ) from error


def write_gates(folder: Path, shard: ShardGates) -> None:
    """Gates and squeezes of every picture of a shard as float16, a list of c for each block."""
    with durably(gates_path(folder, shard.shard)) as temporary:
        temporary.write_bytes(gates_bytes(shard))


def gates_path(folder: Path, shard: int) -> Path:
    return folder / GATES / f"shard-{shard:07d}.parquet"


def gates_bytes(shard: ShardGates) -> bytes:
    """The same as the content of a Parquet file: name, label, answers, and a number a block.

    A block's number names the column of its gates; with ``squeeze`` after it, of its squeezes, and
    with ``on``, of the hidden units that are on.
    """
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    columns = {"name": pa.array(shard.names, pa.string()), "label": pa.array(shard.labels)}
    if shard.answers:
        columns[PREDICTED] = pa.array([(*each.top, "")[0] for each in shard.answers], pa.string())
        columns[TOP] = pa.array([each.top for each in shard.answers], pa.list_(pa.string()))
        columns[CHANCES] = pa.array(
            [each.chances for each in shard.answers], pa.list_(pa.float32())
        )
    by_block = {str(place): gates for place, gates in enumerate(shard.gates)}
    by_block |= {squeeze_column(place): each for place, each in enumerate(shard.squeezes)}
    for name, values in by_block.items():
        with np.errstate(over="ignore"):
            flat = pa.array(values.astype(np.float16).ravel())
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
    for place, on in enumerate(shard.units):
        if on is not None:
            flat = pa.array(on.ravel())
            columns[units_column(place)] = pa.FixedSizeListArray.from_arrays(flat, on.shape[1])
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd", use_dictionary=["name", PREDICTED])
    return bytes(sink.getvalue())
