"""Where the files that come with the project are: weights, cards, the shipped survey."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = _PACKAGE / "assets"  # a wheel has them inside the package
ASSETS = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "assets"
