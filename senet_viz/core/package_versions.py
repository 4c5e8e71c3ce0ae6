"""The versions of the packages that numbers were made with."""

import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("senet-viz", "numpy", "torch", "torchvision", "timm", "pillow", "plotly", "pyarrow")


def versions() -> dict[str, str]:
    """Of Python, this library, and those packages that numbers and figures come from.

    Packages of an extra that is not installed are left out.

    >>> list(versions())[:3]
    ['python', 'senet-viz', 'numpy']
    """
    by_package = {"python": platform.python_version()}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            by_package[name] = version(name)
    return by_package


def own_version() -> str:
    """The version of this library, or "" where it is used without being installed."""
    with suppress(PackageNotFoundError):
        return version("senet-viz")
    return ""
