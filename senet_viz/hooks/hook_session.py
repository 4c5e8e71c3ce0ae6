"""What all hooks share: they act only in the context that set them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from torch import Tensor

from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr

# PyTorch notes that a hook wants keywords a moment after it lists the hook, and forgets it a moment
# before. Another thread that passes in between calls the hook without them.
NO_KEYWORDS: Mapping[str, Any] = MappingProxyType({})


def first_tensor(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Tensor:
    for value in (*args, *kwargs.values()):
        if isinstance(value, Tensor):
            return value
    raise CaptureError(tr("a block was called without a tensor"))
