"""One lane: decode the pictures of a shard and run them through the network, batch by batch.

A batch never mixes shards and a lane uses one thread, so the numbers do not depend on how many
lanes there are, in what order they finish, or where a survey was interrupted.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor, nn

from senet_viz.analysis.survey_records import Failure
from senet_viz.blocks.copies import placed
from senet_viz.core.arrays import Array, Counts
from senet_viz.core.errors import ImageError
from senet_viz.core.picture_remarks import Remark, Remarks
from senet_viz.hooks import GateTap, tap_gates
from senet_viz.hooks.network_output import scores_in
from senet_viz.models.network import Network
from senet_viz.models.preprocess import Preprocess
from senet_viz.pictures import decoding
from senet_viz.surveys.plan import Plan
from senet_viz.surveys.precision import arithmetic
from senet_viz.surveys.reading import Got, Reader, Row


@dataclass(frozen=True, slots=True, eq=False)
class ShardGates:
    """The gates of one shard's n readable pictures, an array (n, c) for each block, in order.

    ``squeezes`` are what the gates were made of, likewise; empty where single gates are not kept.
    ``predicted`` is the class that the network finds likeliest, by its name where it has names; ""
    where it gives no score a class. Empty where nobody keeps it.
    """

    shard: int
    names: tuple[str, ...]
    labels: Int64[Counts, " n"]
    gates: tuple[Float32[Array, "n _"], ...]
    failures: tuple[Failure, ...]
    remarks: tuple[Remark, ...] = ()
    predicted: tuple[str, ...] = ()
    squeezes: tuple[Float32[Array, "n _"], ...] = ()

    @property
    def pictures(self) -> int:
        """How many were dealt with, unreadable ones among them."""
        return len(self.names) + len(self.failures)


def _unheard(_shard: int, _pictures: int) -> None:
    """Nobody wants to know how far a lane is."""


Turn = Callable[[], AbstractContextManager[None]]


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Somebody asked the lane to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A network whose gates are tapped, ready for shards of a plan.

    ``stopped`` is asked between pictures, ``counted`` told after each batch how far a shard is.
    Each forward pass is made in a ``turn``: where others use the same processors, it may wait.
    """

    plan: Plan
    model: nn.Module
    preprocess: Preprocess
    reader: Reader
    tap: GateTap
    labels: tuple[str, ...] = ()
    stopped: Callable[[], bool] = lambda: False
    counted: Callable[[int, int], None] = _unheard
    turn: Turn = nullcontext

    def run(self, shard: int, rows: list[Row]) -> ShardGates:
        """Every picture of a shard; Cancelled where somebody asks for it."""
        read: list[Row] = []
        failures: list[Failure] = []
        parts: list[tuple[Array, ...]] = []
        pooled: list[tuple[Array, ...]] = []
        predicted: list[str] = []
        remarks = Remarks()
        for tensors, good, bad in self._batches(rows, remarks):
            failures += bad
            if good:
                read += good
                gates, squeezes, said = self._seen(tensors)
                parts.append(gates)
                pooled.append(squeezes)
                predicted += said
            self.counted(shard, len(read) + len(failures))
        widths = self.plan.channels
        none = tuple(np.zeros((0, width), np.float32) for width in widths)
        return ShardGates(
            shard,
            tuple(row["name"] for row in read),
            np.array([row["label"] for row in read], np.int64),
            tuple(np.concatenate(block) for block in zip(none, *parts, strict=True)),
            tuple(failures),
            remarks.all,
            tuple(predicted),
            tuple(np.concatenate(block) for block in zip(*pooled, strict=True)),
        )

    def _batches(
        self, rows: list[Row], remarks: Remarks
    ) -> Iterator[tuple[list[Tensor], list[Row], list[Failure]]]:
        size = self.plan.settings.batch_size
        for part in self.reader.batches(rows, size):
            tensors: list[Tensor] = []
            good: list[Row] = []
            bad: list[Failure] = []
            for row, got in part:
                if self.stopped():
                    raise Cancelled
                try:
                    picture = _decoded(got)
                    tensors.append(self.preprocess(picture.image))
                    remarks.add(row["name"], picture.notes)
                    good.append(row)
                except ImageError as error:
                    bad.append(Failure(row["name"], str(error)))
            yield tensors, good, bad

    def _seen(
        self, tensors: list[Tensor]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...], list[str]]:
        """Gates of a batch; squeezes, and what the network says of each, where those are kept."""
        batch = torch.cat(tensors).contiguous(memory_format=torch.channels_last)
        batch = placed(batch, self.model)
        lower = arithmetic(self.plan.settings.precision, batch.device.type)
        with self.turn(), torch.no_grad(), lower:
            output = self.model(batch)
        if not self.plan.settings.keep_gates:
            return self.tap.take(), (), []
        return *self.tap.take_both(), _likeliest(output, self.labels, len(tensors))


def _likeliest(output: object, labels: tuple[str, ...], pictures: int) -> list[str]:
    """The likeliest class of each picture in words; "" where there is no telling."""
    scores, _ = scores_in(output)
    if scores is None or scores.shape[0] != pictures or scores.shape[1] < 2:
        return [""] * pictures
    named = labels if len(labels) == scores.shape[1] else range(scores.shape[1])
    found = zip(scores.argmax(1).tolist(), scores.isfinite().all(1).tolist(), strict=True)
    return [str(named[best]) if finite else "" for best, finite in found]


def _decoded(got: Got) -> decoding.Picture:
    if isinstance(got, ImageError):
        raise got
    return decoding.read(got)


@contextmanager
def opened_lane(
    plan: Plan,
    network: Network,
    reader: Reader,
    *,
    stopped: Callable[[], bool] = lambda: False,
    counted: Callable[[int, int], None] = _unheard,
    turn: Turn = nullcontext,
) -> Iterator[Lane]:
    """Tap the network for this thread while the context lasts."""
    kept = plan.settings.keep_gates
    with tap_gates(network.model, plan.blocks, squeezes=kept) as tap:
        yield Lane(
            plan,
            network.model,
            network.preprocess,
            reader,
            tap,
            network.labels,
            stopped,
            counted,
            turn,
        )
