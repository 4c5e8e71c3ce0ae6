"""The Ray engine: the same lanes as actors of Ray Data, on this machine or a whole cluster.

The driver sends each actor the rows of a shard and stores what comes back; Ray Data decides who
gets what, holds back where results pile up, and runs a shard again where a worker dies.
"""

import json
import socket
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr
from senet_viz.models.network import Network
from senet_viz.surveys.durable_files import durably
from senet_viz.surveys.listing import Rows
from senet_viz.surveys.plan import Plan
from senet_viz.surveys.precision import prepared
from senet_viz.surveys.reading import Reader
from senet_viz.surveys.shard_store import Running, gates_bytes, gates_path, shard_bytes
from senet_viz.surveys.shard_worker import opened_lane
from senet_viz.surveys.sources import find_place

if TYPE_CHECKING:
    import ray

CONNECT_WITHIN = 10  # seconds
AT_ONCE = 4096  # shards in one Ray data set: a million pictures, whose rows the driver holds


def run_on_ray(
    running: Running,
    shards: Sequence[int],
    network: Network,
    *,
    address: str | None,
    workers: int | None,
) -> Generator[int | None, None, None]:
    """Survey these shards on Ray and store them here; yields each one's number.

    Starts Ray on this machine where no ``address`` is given and none runs; then it ends with the
    survey. Raises a SENetVizError where Ray is not installed or cannot be reached.
    """
    if not shards:
        return
    ours, ray = _connect(address), import_extra("ray")
    try:
        count, share = _actors(workers)
        yield None
        shipped = ray.put(replace(network, reference=None))
        rows = Rows(running.folder)
        for start in range(0, len(shards), AT_ONCE):
            part = shards[start : start + AT_ONCE]
            answers = _data(rows, part).map_batches(
                ShardActor,
                fn_constructor_args=(running.plan, shipped, "num_gpus" in share),
                batch_size=1,
                # One shard at a time: the first worker to start would otherwise take several.
                compute=ray.data.ActorPoolStrategy(
                    size=min(count, len(part)), max_tasks_in_flight_per_actor=1
                ),
                **share,
            )
            for answer in answers.iter_rows():
                yield _store(running, answer)
    except ray.exceptions.RayTaskError:  # a bug in a lane: keep its traceback
        raise
    except ray.exceptions.RayError as error:
        raise SENetVizError(
            tr(
                "Ray was lost ({kind}). Go on with --resume (resume=True)",
                kind=type(error).__name__,
            )
        ) from error
    finally:
        if ours:
            ray.shutdown()


def _connect(address: str | None) -> bool:
    """Have Ray running; True where it was started here."""
    ray = import_extra("ray")
    ray.data.DataContext.get_current().enable_progress_bars = False
    if ray.is_initialized():
        return False
    _require_answer(address)
    try:
        ray.init(
            address=address, log_to_driver=False, include_dashboard=False if not address else None
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise _unreachable(address, error) from error
    return True


def _unreachable(address: str | None, error: Exception) -> SENetVizError:
    return SENetVizError(
        tr(
            "the Ray cluster at {address} cannot be reached: {error}",
            address=address,
            error=str(error),
        )
    )


def _require_answer(address: str | None) -> None:
    """A SENetVizError where nobody listens at a ``host:port``; Ray itself would try for minutes."""
    host, colon, port = (address or "").removeprefix("ray://").rpartition(":")
    if not (colon and port.isdigit()):
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_WITHIN).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, error) from error


def _actors(workers: int | None) -> tuple[int, dict[str, Any]]:
    """How many actors, and what each takes: a GPU with its share of CPUs, or one CPU."""
    there = import_extra("ray").cluster_resources()
    gpus, cpus = int(there.get("GPU", 0)), int(there.get("CPU", 1))
    if gpus:
        return workers or gpus, {"num_gpus": 1}
    return workers or max(cpus, 1), {"num_cpus": 1}


def _data(rows: Rows, shards: Sequence[int]) -> "ray.data.Dataset":
    """A row for each shard, a block for each row, so that any worker can take any shard."""
    pa, ray = import_extra("pyarrow"), import_extra("ray")
    tables = [
        pa.table({"shard": [shard], "rows": [json.dumps(rows.read(shard))]}) for shard in shards
    ]
    return ray.data.from_arrow(tables)


def _store(running: Running, answer: dict[str, Any]) -> int:
    """Gates first: a shard counts as done once its moments are there."""
    if answer["error"]:
        raise SENetVizError(answer["error"])
    shard = int(answer["shard"])
    if running.plan.settings.keep_gates:
        with durably(gates_path(running.folder, shard)) as temporary:
            temporary.write_bytes(answer["gates"])
    running.save(shard, answer["moments"])
    return shard


class ShardActor:
    """A lane in a process of its own, wherever Ray put it."""

    def __init__(self, plan: Plan, network: Any, on_gpu: bool) -> None:
        import torch

        from senet_viz.core.process_memory import keep_freed_memory

        keep_freed_memory()
        torch.set_num_threads(1)
        shipped: Network = import_extra("ray").get(network)
        self._plan = plan
        device = "cuda" if on_gpu else "cpu"
        model = prepared(shipped.model, device, plan.settings.precision)
        self._network = replace(shipped, model=model)
        self._reader: Reader | None = None

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One shard: its moments, and its gates where they are kept, as bytes.

        A SENetVizError is returned as a value: Ray would bury its sentence in a long traceback.
        """
        shard, gates_file = int(batch["shard"][0]), b""
        try:
            if self._reader is None:
                place = find_place(self._plan.settings.images)
                self._reader = Reader(place, self._plan.files)
            # Opened each time: Ray calls from a thread of its choice, and taps belong to a thread.
            with opened_lane(self._plan, self._network, self._reader) as lane:
                gates = lane.run(shard, json.loads(batch["rows"][0]))
        except SENetVizError as error:
            return {"shard": [shard], "moments": [b""], "gates": [b""], "error": [str(error)]}
        if self._plan.settings.keep_gates:
            gates_file = gates_bytes(gates)
        return {
            "shard": [shard],
            "moments": [shard_bytes(gates)],
            "gates": [gates_file],
            "error": [""],
        }
