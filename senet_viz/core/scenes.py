"""What a network found in one picture: boxes, or a class for every pixel.

Axis letters: k boxes, h w the pixels of the input the network was given.
"""

from dataclasses import dataclass

from jaxtyping import Float32, Int64

from senet_viz.core.arrays import Array, Counts
from senet_viz.core.tables import Columns, Tabular, long


@dataclass(frozen=True, slots=True, eq=False)
class Detection(Tabular):
    """What a detector found in one picture, the surest first.

    ``boxes`` (k, 4) are left, top, right, bottom in pixels of the network's input, ``scores``
    (k,) in [0, 1], ``classes`` (k,) places in the network's labels. None of it holds a NaN.

    >>> import numpy as np
    >>> box = np.array([[4, 8, 20, 30]], dtype=np.float32)
    >>> len(Detection(box, np.array([0.9], dtype=np.float32), np.array([1])))
    1
    """

    boxes: Float32[Array, "k 4"]
    scores: Float32[Array, " k"]
    classes: Int64[Counts, " k"]

    def __len__(self) -> int:
        return len(self.scores)

    def columns(self) -> Columns:
        """A row for each box, in pixels of the network's input."""
        left, top, right, bottom = self.boxes.T
        return long(
            {"box": range(len(self))},
            label=self.classes,
            score=self.scores,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation(Tabular):
    """A class for every pixel of one picture.

    ``classes`` (h, w) are places in the network's labels, -1 where the scores were not finite;
    ``probability`` (h, w) in [0, 1] is that of the class which won the pixel, 0 where none did.

    >>> import numpy as np
    >>> one = Segmentation(np.zeros((2, 3), np.int64), np.ones((2, 3), np.float32))
    >>> one.classes.shape
    (2, 3)
    """

    classes: Int64[Counts, "h w"]
    probability: Float32[Array, "h w"]

    def columns(self) -> Columns:
        """A row for each pixel."""
        height, width = self.classes.shape
        return long(
            {"row": range(height), "column": range(width)},
            label=self.classes,
            probability=self.probability,
        )


Scene = Detection | Segmentation
