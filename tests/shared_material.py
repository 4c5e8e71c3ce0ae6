"""Material that lies in a ``shared`` folder beside the checkout, and never inside it.

Tests that use it run where the folder exists and are skipped elsewhere.
"""

from pathlib import Path

import pytest


def shared(name: str) -> Path | None:
    """The folder or file ``name`` beside the checkout, or None where it is not there."""
    path = Path(__file__).parents[2] / "shared" / name
    return path if path.exists() else None


def needs_shared(name: str) -> pytest.MarkDecorator:
    """Skips a test where ``shared(name)`` is None."""
    return pytest.mark.skipif(shared(name) is None, reason=f"no shared/{name} beside the checkout")
