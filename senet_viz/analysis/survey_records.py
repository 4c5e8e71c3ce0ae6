"""What a survey hands back: the moments of every gate by class, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float32, Float64, Int64

from senet_viz.analysis.survey_pictures import PictureReader, PictureRef
from senet_viz.core.arrays import Array, Counts, Doubles, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.left_out import LeftOut, read_left_out
from senet_viz.core.notebook import Row, Shown
from senet_viz.core.picture_remarks import Remark, read_remarks
from senet_viz.core.records import unknown_block
from senet_viz.core.tables import Columns, Tabular, long, stacked
from senet_viz.core.told_classes import Told, read_told, told_sentence
from senet_viz.core.translation import ENGLISH, speaking, tr


@dataclass(frozen=True, slots=True)
class Failure(Tabular):
    """A picture that could not be read, and why, in one sentence."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Moments(Tabular):
    """One block's gates over the pictures of each of k classes.

    ``count`` (k,) pictures, the same for every channel. ``mean``, ``lowest`` and ``highest``
    (k, c) are gates, in [0, 1]; ``m2`` (k, c) is the sum of squared deviations from the mean.
    ``near_zero`` and ``near_one`` (k, c) count gates within 0.05 of the ends, as ``summarize``
    does. Where a class has no picture its mean, lowest and highest are not a number.
    """

    block: str
    count: Int64[Counts, " k"]
    mean: Float64[Doubles, "k c"]
    m2: Float64[Doubles, "k c"]
    lowest: Float64[Doubles, "k c"]
    highest: Float64[Doubles, "k c"]
    near_zero: Int64[Counts, "k c"]
    near_one: Int64[Counts, "k c"]

    @property
    def variance(self) -> Float64[Doubles, "k c"]:
        """Population variance of each gate within each class."""
        with np.errstate(invalid="ignore"):
            return readonly(self.m2 / self.count[:, None])

    @property
    def total(self) -> "Moments":
        """The same over the pictures of all classes together, with k = 1.

        >>> gates = np.array([[0.25], [0.75]])
        >>> none = np.zeros((2, 1), np.int64)
        >>> each = Moments("se", none[:, 0] + 1, gates, 0 * gates, gates, gates, none, none)
        >>> float(each.total.mean[0, 0]), float(each.total.variance[0, 0])
        (0.5, 0.0625)
        """
        present = self.count > 0
        weight = self.count[present, None]
        count = int(self.count.sum())
        mean = (weight * self.mean[present]).sum(0, keepdims=True) / max(count, 1)
        between = (weight * (self.mean[present] - mean) ** 2).sum(0, keepdims=True)
        nothing = np.full_like(mean, np.nan)
        return Moments(
            block=self.block,
            count=readonly(np.array([count])),
            mean=readonly(mean if count else nothing),
            m2=readonly(self.m2[present].sum(0, keepdims=True) + between),
            lowest=readonly(self.lowest[present].min(0, keepdims=True) if count else nothing),
            highest=readonly(self.highest[present].max(0, keepdims=True) if count else nothing),
            near_zero=readonly(self.near_zero.sum(0, keepdims=True)),
            near_one=readonly(self.near_one.sum(0, keepdims=True)),
        )

    def columns(self) -> Columns:
        """A row for each class, by number, and channel; all that is kept of them."""
        classes, channels = self.mean.shape
        with np.errstate(invalid="ignore"):
            deviation = np.sqrt(self.variance)
        return long(
            {"class": range(classes), "block": [self.block], "channel": range(channels)},
            pictures=self.count[:, None, None],
            mean=self.mean[:, None],
            deviation=deviation[:, None],
            lowest=self.lowest[:, None],
            highest=self.highest[:, None],
            near_zero=self.near_zero[:, None],
            near_one=self.near_one[:, None],
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Survey(Shown, Tabular):
    """The gates of a network over a data set, by class, block and channel.

    ``classes`` (k,) are those of the pictures, sorted by name; one, "all pictures", where the
    input names none. ``count`` (k,) is the number of pictures read, ``unreadable`` that of those
    skipped; ``failures`` says which and why. ``blocks`` are in firing order; index a survey by a
    block's name for its ``Moments``. ``folder`` is where the tables lie. ``manifest`` holds how
    it was made: preprocessing, versions, hash of the listing. ``reader`` reads single pictures, of
    which ``moments`` know nothing. While a survey runs, what is merged so far is a Survey too.
    """

    folder: Path
    model: str
    weights_sha256: str
    classes: tuple[str, ...]
    count: Int64[Counts, " k"]
    blocks: tuple[str, ...]
    unreadable: int
    failures: tuple[Failure, ...]
    manifest: Mapping[str, Any]
    moments: Mapping[str, Moments] = field(repr=False)
    reader: PictureReader = field(repr=False)

    def __getitem__(self, block: str) -> Moments:
        """Moments of one block; a BlockError for a name that is not there."""
        if block not in self.blocks:
            raise BlockError(unknown_block(block, self.blocks))
        return self.moments[block]

    @property
    def arithmetic(self) -> str:
        """Of which arithmetic its gates are, and what that changed; "" for float32 throughout."""
        if self.manifest.get("precision", "float32") == "float32":
            return ""
        return tr(
            "bfloat16 outside the SE blocks: over the sample photographs gates differ from float32 "
            "by {difference:.4f} at the most",
            difference=float(self.manifest["gate_difference"]),
        )

    @property
    def told_by(self) -> dict[Told, int]:
        """Pictures by how their class was told; empty where that was not kept."""
        return read_told(self.manifest.get("classes_told", ()))

    @property
    def told(self) -> str:
        """How the classes were told, in a sentence; "" where that was not kept."""
        return told_sentence(self.told_by)

    @property
    def left_out(self) -> tuple[LeftOut, ...] | None:
        """What of the input was left out, by reason; None where that was not counted."""
        recorded = self.manifest.get("left_out")
        return None if recorded is None else read_left_out(recorded)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was noted in reading the pictures, counted by kind."""
        return read_remarks(self.manifest.get("picture_remarks", ()))

    @property
    def network_notes(self) -> tuple[str, ...]:
        """What is assumed of the network, in English."""
        return tuple(self.manifest.get("network_notes", ()))

    @property
    def has_gates(self) -> bool:
        """Whether the gates of every single picture were kept beside the moments."""
        return bool(self.manifest.get("keep_gates")) and (self.folder / "gates").is_dir()

    def gates(self, block: str) -> Float32[Array, "n c"]:
        """Every picture's gates of one block, in the order of ``pictures``; kept as float16.

        Raises a BlockError for an unknown block, a CaptureError where gates were not kept.
        """
        return self.reader.gates(self._place(block))

    def squeezes(self, block: str) -> Float32[Array, "n c"] | None:
        """What the same gates were made of, kept as float16; None in a survey without squeezes.

        Raises as ``gates``.
        """
        return self.reader.squeezes(self._place(block))

    def _place(self, block: str) -> int:
        if block not in self.blocks:
            raise BlockError(unknown_block(block, self.blocks))
        self.require_gates()
        return self.blocks.index(block)

    @property
    def pictures(self) -> tuple[PictureRef, ...]:
        """The pictures that ``gates`` has a row for, in order; a CaptureError as there."""
        self.require_gates()
        return self.reader.pictures()

    def picture(self, name: str) -> bytes | None:
        """The file of one picture by its name in the survey, or None where it cannot be had."""
        return self.reader.picture(name)

    @property
    def answers(self) -> tuple[str, ...]:
        """The network's own word for each class (k,), "" for none; empty where none was kept."""
        return tuple(self.manifest.get("answers", ()))

    def reference(self) -> GateReference:
        """What is usual for each gate, for ``rank_channels`` and whatever else takes one.

        Classes of which no picture was read are left out. How often hidden units are on is known
        where the gates of single pictures were kept.
        """
        present = self.count > 0
        words = self.manifest.get("input", {}).get("description", self.folder.name)
        each = {block: self[block] for block in self.blocks}
        return GateReference(
            source=_source(int(self.count.sum()), words),
            labels=tuple(c for c, there in zip(self.classes, present, strict=True) if there),
            count=readonly(self.count[present]),
            mean={b: readonly(m.mean[present].astype(np.float32)) for b, m in each.items()},
            variance={b: readonly(m.variance[present].astype(np.float32)) for b, m in each.items()},
            active=self._active(present) if self.has_gates else {},
        )

    def _active(self, present: npt.NDArray[np.bool_]) -> dict[str, Array]:
        """The share of each class's pictures for which each hidden unit is on."""
        labels = np.array([each.label for each in self.reader.pictures()], np.int64)
        belongs = (labels == np.flatnonzero(present)[:, None]).astype(np.float32)
        active = {}
        for place, block in enumerate(self.blocks):
            on = self.reader.units_on(place)
            if on is not None:
                active[block] = readonly(belongs @ on / belongs.sum(1, keepdims=True))
        return active

    def _shown(self) -> list[Row]:
        totals = [self[block].total for block in self.blocks]
        return [
            {
                "block": total.block,
                "pictures": int(total.count[0]),
                "channels": total.mean.shape[1],
                "mean gate": float(total.mean.mean()),
                "deviation": float(np.sqrt(total.variance.mean())),
            }
            for total in totals
        ]

    def require_gates(self) -> None:
        if not self.has_gates:
            raise CaptureError(
                tr(
                    "the survey in {folder} kept no gates of single pictures. Run it again "
                    "into a new folder with --keep-gates (keep_gates=True)",
                    folder=self.folder,
                )
            )

    def columns(self) -> Columns:
        """A row for each class, block and channel; ``gates_by_picture`` has those of pictures."""
        names = np.array(self.classes, dtype=object)
        parts = [self[block].columns() for block in self.blocks]
        return stacked({**part, "class": names[part["class"]]} for part in parts)


@speaking(ENGLISH)
def _source(pictures: int, words: str) -> str:
    """English, as all that is kept; ``again`` says it in another language."""
    return tr("a survey of {pictures:,} pictures ({words})", pictures=pictures, words=words)
