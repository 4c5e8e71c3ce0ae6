"""The local engine: one single-threaded lane for each core of this machine, in one process."""

import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import torch

from senet_viz.models.network import Network
from senet_viz.surveys.listing import Rows
from senet_viz.surveys.precision import prepared
from senet_viz.surveys.reading import Reader, Row
from senet_viz.surveys.shard_store import Running, shard_bytes, write_gates
from senet_viz.surveys.shard_worker import Cancelled, Lane, Turn, opened_lane
from senet_viz.surveys.sources import Place

LOOK_UP = 0.5  # seconds between two checks whether the generator was closed
Answer = int | BaseException | None


def run_locally(
    running: Running,
    shards: Sequence[int],
    network: Network,
    place: Place,
    *,
    workers: int,
    turn: Turn = nullcontext,
) -> Generator[int | None, None, None]:
    """Survey these shards and store them; yields each one's number, and None now and then.

    Decoding and network share a lane, so no core waits for the other kind of work, and each lane
    has one torch thread, so they do not fight for cores. Closing the generator stops all lanes
    after the batch they are in. Each forward pass is made in a ``turn``.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = prepared(network.model, device, running.plan.settings.precision)
    network = replace(network, model=model)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for shard in shards:
        waiting.put(shard)
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    stop = threading.Event()
    rows = Rows(running.folder)
    lanes = [
        threading.Thread(
            target=_lane,
            args=(running, rows, network, place, waiting, answers, stop, turn),
            daemon=True,
        )
        for _ in range(min(workers, max(len(shards), 1)))
    ]
    with _one_thread_each():
        for lane in lanes:
            lane.start()
        try:
            yield from _answers(answers, len(lanes))
        finally:
            stop.set()
            for lane in lanes:
                lane.join()


def _answers(answers: "queue.SimpleQueue[Answer]", lanes: int) -> Generator[int | None, None, None]:
    """Finished shards until every lane has said that it is through."""
    while lanes:
        try:
            answer = answers.get(timeout=LOOK_UP)
        except queue.Empty:
            yield None
            continue
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            lanes -= 1
        else:
            yield answer


def _lane(
    running: Running,
    rows: Rows,
    network: Network,
    place: Place,
    waiting: "queue.SimpleQueue[int]",
    answers: "queue.SimpleQueue[Answer]",
    stop: threading.Event,
    turn: Turn,
) -> None:
    plan = running.plan
    try:
        torch.set_num_threads(1)
        reader = Reader(place, plan.files)
        with opened_lane(
            plan, network, reader, stopped=stop.is_set, counted=running.count, turn=turn
        ) as lane:
            while not stop.is_set():
                try:
                    shard = waiting.get_nowait()
                except queue.Empty:
                    break
                _survey(running, lane, shard, rows.read(shard))
                answers.put(shard)
    except Cancelled:
        pass
    except BaseException as error:
        answers.put(error)
    answers.put(None)


def _survey(running: Running, lane: Lane, shard: int, rows: list[Row]) -> None:
    """Gates first: a shard counts as done once its moments are there."""
    gates = lane.run(shard, rows)
    if running.plan.settings.keep_gates:
        write_gates(running.folder, gates)
    running.save(shard, shard_bytes(gates))


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """New threads inherit torch's number of threads: it is 1 meanwhile, and restored afterwards."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)
