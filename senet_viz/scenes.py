"""What a network found in one picture: boxes, or a class for every pixel.

Axis letters: k boxes, h w the pixels of the input the network was given.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from jaxtyping import Float32, Int64

if TYPE_CHECKING:
    Floats = npt.NDArray[np.float32]
    Places = npt.NDArray[np.int64]
else:  # shapes are checked at run time in the tests, by jaxtyping, which wants the plain class
    Floats = Places = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """What a detector found in one picture, the surest first.

    ``boxes`` (k, 4) are left, top, right, bottom in pixels of the network's input, ``scores``
    (k,) in [0, 1], ``classes`` (k,) places in the network's labels. None of it holds a NaN.

    >>> import numpy as np
    >>> box = np.array([[4, 8, 20, 30]], dtype=np.float32)
    >>> len(Detection(box, np.array([0.9], dtype=np.float32), np.array([1])))
    1
    """

    boxes: Float32[Floats, "k 4"]
    scores: Float32[Floats, " k"]
    classes: Int64[Places, " k"]

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """A class for every pixel of one picture.

    ``classes`` (h, w) are places in the network's labels, -1 where the scores were not finite;
    ``probability`` (h, w) in [0, 1] is that of the class which won the pixel, 0 where none did.

    >>> import numpy as np
    >>> one = Segmentation(np.zeros((2, 3), np.int64), np.ones((2, 3), np.float32))
    >>> one.classes.shape
    (2, 3)
    """

    classes: Int64[Places, "h w"]
    probability: Float32[Floats, "h w"]


Scene = Detection | Segmentation
