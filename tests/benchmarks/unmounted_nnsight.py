"""nnsight without the ``save`` that it gives every object of the process.

ONNX export looks for a ``save`` on what it is given, and would take that one.
"""

import nnsight
from nnsight._c import unmount

unmount("save")

__all__ = ["nnsight"]
