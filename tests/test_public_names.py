"""The public names: those of ``senet_viz`` and of its nine packages of subjects."""

import json
import subprocess
import sys

import pytest

import senet_viz as sv

PACKAGES = (
    "analysis",
    "costs",
    "experiments",
    "figures",
    "hooks",
    "models",
    "reports",
    "surveys",
    "training",
)
ASK_TWICE = """
import json, pkgutil, types
from importlib import import_module
import senet_viz as sv

found = {}
for name in PACKAGES:
    package = getattr(sv, name)
    first = {public: getattr(package, public) for public in package.__all__}
    under = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    for module in under:
        if not module.endswith("__main__"):
            import_module(module)
    assert getattr(sv, name) is package
    for public, value in first.items():
        assert getattr(package, public) is value, (name, public)
        assert not isinstance(value, types.ModuleType), (name, public)
    found[name] = [len(first), len(under)]
print(json.dumps(found))
"""


def test_each_name_is_the_same_after_every_module_was_imported() -> None:
    """In a process of its own: a module of the same name would take the place of a function."""
    script = f"PACKAGES = {PACKAGES!r}\n{ASK_TWICE}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert set(found) == set(PACKAGES)
    assert all(names > 0 for names, _ in found.values())


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_lists_its_names_in_order_and_each_is_documented(name: str) -> None:
    package = getattr(sv, name)
    assert list(package.__all__) == sorted(package.__all__)
    for public in package.__all__:
        value = getattr(package, public)
        assert not callable(value) or value.__doc__, public


def test_the_packages_come_when_they_are_asked_for() -> None:
    code = "import sys, senet_viz as sv; print('senet_viz.reports' in sys.modules); sv.reports"
    code += "; print('senet_viz.reports' in sys.modules); print('figures' in dir(sv))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        sv.nothing  # noqa: B018
