"""One call of one module, and where values pass in or out of it."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from senet_viz.blocks.axes import Axes

Key = int | str | None


@dataclass(slots=True, eq=False)
class Frame:
    """One call of one module: the ``call``-th of it in this pass, within the call ``around``.

    module: its class or the name of its class, where only a graph knows of it. given: what is known
    of its arguments, by key.
    """

    name: str
    module: Any
    around: "Frame | None"
    call: int
    clock: int
    given: dict[Key, Any] = field(default_factory=dict)
    arguments: "list[tuple[Tensor, Any, Place]]" = field(default_factory=list)

    def path(self) -> "list[Frame]":
        """From the network to this call."""
        frames, frame = [self], self.around
        while frame is not None:
            frames.append(frame)
            frame = frame.around
        return frames[::-1]


@dataclass(slots=True, eq=False)
class Place:
    """Where a value passes in or out of a module.

    key: which argument or which part of the output; None for an output that is one tensor.
    lasting: an argument that still holds the same numbers when the module has run.
    """

    frame: Frame
    is_input: bool
    key: Key
    axes: Axes
    lasting: bool = False


def innermost(first: Frame | None, second: Frame | None) -> Frame | None:
    """The innermost call that holds both."""
    around = set() if first is None else set(map(id, first.path()))
    while second is not None and id(second) not in around:
        second = second.around
    return second
