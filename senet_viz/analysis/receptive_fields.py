"""Which part of the input can a place of a feature map see, by strides and kernels?"""

from dataclasses import dataclass

from senet_viz.core.records import SEBlock
from senet_viz.core.tables import Columns, Tabular, long


@dataclass(frozen=True, slots=True)
class ReceptiveField(Tabular):
    """The theoretical receptive field of the places of a block's feature maps, axis by axis.

    Place i of an axis sees the input from ``start + i * step`` to ``end + i * step``, both
    inclusive, in pixels or samples, cut off at the edges. Follows convolutions, pooling, padding,
    sums and what works place by place, with gates and normalisations held fixed: behind a gate a
    place depends on the whole input through it, ``gates_before`` says how many there are.
    """

    block: SEBlock
    places: tuple[int, ...]
    input_size: tuple[int, ...]
    step: tuple[int, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    gates_before: int

    @property
    def size(self) -> tuple[int, ...]:
        """Pixels along each axis, where no edge cuts it off."""
        return tuple(e - s + 1 for s, e in zip(self.start, self.end, strict=True))

    def of(self, place: tuple[int, ...]) -> tuple[slice, ...]:
        """The part of the input that one place sees, as slices."""
        return tuple(
            slice(max(0, s + i * step), min(length, e + i * step + 1))
            for i, s, e, step, length in zip(
                place, self.start, self.end, self.step, self.input_size, strict=True
            )
        )

    def share(self, place: tuple[int, ...]) -> float:
        """How much of the input that is, 0 to 1."""
        whole = inside = 1
        for part, length in zip(self.of(place), self.input_size, strict=True):
            inside, whole = inside * max(0, part.stop - part.start), whole * length
        return inside / whole

    def columns(self) -> Columns:
        """A row for each axis."""
        return long(
            {"axis": range(len(self.places))},
            block=self.block.name,
            places=list(self.places),
            step=list(self.step),
            start=list(self.start),
            end=list(self.end),
            size=list(self.size),
        )
