"""What numbers were made with."""

import platform
from importlib.metadata import version

PACKAGES = ("senet-viz", "numpy", "torch", "torchvision", "timm", "pillow", "plotly", "pyarrow")


def versions() -> dict[str, str]:
    """Of Python, this library, and the packages that numbers and figures come from.

    >>> list(versions())[:3]
    ['python', 'senet-viz', 'numpy']
    """
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
