"""Names for the arrays in records, and how a record closes its arrays to writing."""

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    Array = npt.NDArray[np.float32]
    Doubles = npt.NDArray[np.float64]
    Counts = npt.NDArray[np.int64]
else:  # shapes are checked at run time in the tests, by jaxtyping, which wants the plain class
    Array = Doubles = Counts = np.ndarray
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[Any])


def readonly(array: AnyArray) -> AnyArray:
    """The same array, closed to writing.

    >>> readonly(np.zeros(2)).flags.writeable
    False
    """
    array.setflags(write=False)
    return array
