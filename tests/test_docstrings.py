"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import senet_viz

MODULES = [
    m.name
    for m in pkgutil.walk_packages(senet_viz.__path__, "senet_viz.")
    if not m.name.endswith("__main__")
]


@pytest.mark.parametrize("name", ["senet_viz", *MODULES])
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    failures, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failures == 0
