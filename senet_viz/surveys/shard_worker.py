"""One lane: decode the pictures of a shard and run them through the network, batch by batch.

A batch never mixes shards and a lane uses one thread, so the numbers do not depend on how many
lanes there are, in what order they finish, or where a survey was interrupted.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor, nn

from senet_viz.analysis.survey_records import Failure
from senet_viz.blocks.network_runs import placed
from senet_viz.core.arrays import Array, Counts
from senet_viz.core.errors import ImageError
from senet_viz.core.picture_remarks import Remark, Remarks
from senet_viz.core.shares import shares
from senet_viz.hooks import GateTap, tap_gates
from senet_viz.hooks.gate_parts import Switched
from senet_viz.hooks.gate_tap import GateDetails
from senet_viz.hooks.network_output import copied, guess_activation, scores_in
from senet_viz.models.network import Network
from senet_viz.models.preprocess import Preprocess
from senet_viz.pictures import decoding
from senet_viz.surveys.plan import Plan
from senet_viz.surveys.precision import arithmetic
from senet_viz.surveys.reading import Got, Reader, Row

TOP = 5


class TopClasses(NamedTuple):
    """The likeliest classes of one picture, by name where there are names, and their chances.

    Both are empty where the network gives no score a class.
    """

    top: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ShardGates:
    """The gates of one shard's n readable pictures, an array (n, c) for each block, in order.

    ``squeezes`` are the squeeze vectors, likewise, and ``units`` says which hidden units are on
    (n, m), None for a block without any. ``answers`` holds the network's answer to each picture.
    All three are empty where the survey keeps no gates.
    """

    shard: int
    names: tuple[str, ...]
    labels: Int64[Counts, " n"]
    gates: tuple[Float32[Array, "n _"], ...]
    failures: tuple[Failure, ...]
    remarks: tuple[Remark, ...] = ()
    units: tuple[Switched | None, ...] = ()
    answers: tuple[TopClasses, ...] = ()
    squeezes: tuple[Float32[Array, "n _"], ...] = ()

    @property
    def pictures(self) -> int:
        """How many were dealt with, unreadable ones among them."""
        return len(self.names) + len(self.failures)


def _unheard(_shard: int, _pictures: int) -> None:
    """A progress callback that does nothing."""


Turn = Callable[[], AbstractContextManager[None]]


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The lane was asked to stop."""


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
        units: list[tuple[Switched | None, ...]] = []
        pooled: list[tuple[Array, ...]] = []
        answers: list[TopClasses] = []
        remarks = Remarks()
        for tensors, good, bad in self._batches(rows, remarks):
            failures += bad
            if good:
                read += good
                details, likeliest = self._gates_and_answers(tensors)
                parts.append(details.gates)
                units.append(details.units)
                pooled.append(details.squeezes)
                answers += likeliest
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
            tuple(_joined(block) for block in zip(*units, strict=True)) if answers else (),
            tuple(answers),
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

    def _gates_and_answers(self, tensors: list[Tensor]) -> tuple[GateDetails, list[TopClasses]]:
        """The gates of a batch, and the network's answers where the survey keeps them."""
        batch = torch.cat(tensors).contiguous(memory_format=torch.channels_last)
        batch = placed(self.model, batch)
        lower = arithmetic(self.plan.settings.precision, batch.device.type)
        with self.turn(), torch.no_grad(), lower:
            output = self.model(batch)
        if not self.plan.settings.keep_gates:
            return GateDetails(self.tap.take(), (), ()), []
        details = self.tap.take_details()
        return details, _likeliest(output, self.labels, len(tensors), self.model)


def _likeliest(
    output: object, labels: tuple[str, ...], pictures: int, model: nn.Module
) -> list[TopClasses]:
    """The likeliest classes of each picture; none where the output has no score a class."""
    logits, _ = scores_in(output)
    if logits is None or logits.shape[0] != pictures or logits.shape[1] < 2:
        return [TopClasses()] * pictures
    scores = copied(logits).numpy()
    named = labels if len(labels) == scores.shape[1] else range(scores.shape[1])
    activation, _ = guess_activation(scores, model)
    answers = []
    for row in scores:
        best = np.argsort(-row, kind="stable")[:TOP]
        chances = shares(row, activation)[best].tolist()
        finite = bool(np.isfinite(row).all())
        answers.append(
            TopClasses(tuple(str(named[i]) for i in best), tuple(chances))
            if finite
            else TopClasses()
        )
    return answers


def _joined(parts: tuple[Switched | None, ...]) -> Switched | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


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
    with tap_gates(network.model, plan.blocks, details=plan.settings.keep_gates) as tap:
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
