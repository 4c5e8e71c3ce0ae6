"""Without extras the core works, and what needs an extra says which."""

import ast
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import senet_viz as sv
from senet_viz.core.errors import MissingExtraError
from senet_viz.core.extras import PACKAGES, WHEELS, import_extra, require_extra
from senet_viz.core.package_versions import versions
from tests.bare_environment import ROOT, build_environment, extras_of, installed_wheel, run_in
from tests.without_extras import CHANNEL, NAME, noise

CORE = {
    *("numpy", "torch", "torchvision", "timm", "safetensors", "pillow", "jaxtyping", "babel"),
    "jinja2",  # which torch brings anyway
}
# Draw figures or hold some, so that without Plotly they say so.
DRAWING = {"figures", "reports"}
# Imported as they are: where the extra has been asked for before, and what timm and Jinja bring.
GUARDED = {
    "plotly": DRAWING,
    "choreographer": {"figures"},
    "huggingface_hub": {"models"},
    "markupsafe": {"reports"},
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment without extras."""
    return build_environment(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def there(bare: Path) -> dict[str, Any]:
    """What ``tests.without_extras`` finds in it."""
    return dict(json.loads(run_in(bare, ROOT / "tests" / "without_extras.py")))


def test_the_core_captures_proves_and_explains_without_extras(
    bare: Path, there: dict[str, Any]
) -> None:
    found = there["core"]
    assert Path(found["file"]).is_relative_to(bare.parents[2])
    here = sv.capture(sv.load_model(NAME).model, noise())["layer3.1.se"]
    np.testing.assert_allclose(found["gates"], here.excitation, atol=1e-6)
    assert found["logit"] == pytest.approx(sv.explain_gate(here, CHANNEL).logit, abs=1e-5)
    assert found["sum"] == pytest.approx(found["logit"], abs=1e-5)
    for proofs in found["proofs"]:
        assert len(proofs) >= 8 and {*proofs} == {"verified"}


def test_every_module_is_there_or_names_its_extra(there: dict[str, Any]) -> None:
    assert there["packages"] == []
    assert {name.split(".")[1] for name in there["modules"]} == DRAWING
    assert {*sv.__all__} <= {*there["public"]}


def test_versions_are_those_of_what_is_there(there: dict[str, Any]) -> None:
    assert there["versions"] == [name for name in versions() if name not in ("plotly", "pyarrow")]
    assert "senet-viz" in there["versions"]


def test_what_fails_leaves_nothing_behind(there: dict[str, Any]) -> None:
    assert there["left"] == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("load_sample", "a sample picture needs scikit-learn: pip install 'senet-viz[samples]'"),
        (
            "load_sample of scikit-image",
            "a sample picture needs scikit-image: pip install 'senet-viz[samples]'",
        ),
        ("digits", "a sample picture needs scikit-learn: pip install 'senet-viz[samples]'"),
        (
            "survey",
            "a survey or a Parquet table needs pyarrow, fsspec: pip install 'senet-viz[survey]'",
        ),
        (
            "load_survey",
            "a survey or a Parquet table needs pyarrow: pip install 'senet-viz[survey]'",
        ),
        ("figures", "drawing figures needs plotly: pip install 'senet-viz[figures]'"),
        (
            "senet-viz survey",
            "a survey or a Parquet table needs pyarrow, fsspec: pip install 'senet-viz[survey]'",
        ),
        (
            "senet-viz verdict",
            "a survey or a Parquet table needs pyarrow: pip install 'senet-viz[survey]'",
        ),
        ("senet-viz inspect", "drawing figures needs plotly: pip install 'senet-viz[figures]'"),
        (
            "senet-viz app",
            "the app needs streamlit, plotly, kaleido, pyarrow, fsspec, scikit-learn, "
            "scikit-image, tifffile, imagecodecs, pillow-heif, pandas, captum, pycocotools: pip "
            "install 'senet-viz[app]'",
        ),
    ],
)
def test_what_needs_an_extra_says_which(there: dict[str, Any], call: str, expected: str) -> None:
    assert there["said"][call] == expected


def test_the_extras_of_the_wheel_bring_what_the_errors_promise(bare: Path) -> None:
    wheel = installed_wheel(bare)
    for extra, packages in PACKAGES.items():
        promised = {canonicalize_name(WHEELS.get(name, name)) for name in packages}
        brought = extras_of(wheel, extra)
        assert promised == brought if extra != "ray" else promised < brought, extra


def test_an_extra_that_is_there_is_imported_and_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_extra("app")
    assert import_extra("pyarrow.parquet").ParquetFile
    monkeypatch.setitem(sys.modules, "ray", None)  # as Python itself marks what cannot be imported
    with pytest.raises(
        MissingExtraError, match=r"the engine 'ray' needs ray: .*'senet-viz\[ray\]'"
    ):
        import_extra("ray.data")
    assert issubclass(MissingExtraError, ImportError)


def test_surveys_ask_for_every_extra_they_use(monkeypatch: pytest.MonkeyPatch) -> None:
    from senet_viz.surveys.runner import require_packages

    require_packages("ray", "bfloat16")
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "skimage", None)
    require_packages("local", "float32")
    with pytest.raises(MissingExtraError, match="'ray'"):
        require_packages("ray", "float32")
    with pytest.raises(MissingExtraError, match="scikit-image"):
        require_packages("local", "bfloat16")


def test_nothing_is_imported_but_the_core_and_what_is_asked_for() -> None:
    """Also inside functions, where only a person would meet it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    core = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert core == CORE
    wheels = packages_distributions()
    for path in sorted((ROOT / "senet_viz").rglob("*.py")):
        place = path.relative_to(ROOT / "senet_viz").parts[0].removesuffix(".py")
        for package in {*_imported(ast.parse(path.read_text()).body)}:
            known = package == "senet_viz" or package in sys.stdlib_module_names
            needed = core & {canonicalize_name(name) for name in wheels.get(package, ())}
            assert known or needed or place in GUARDED.get(package, ()), (path, package)


def _imported(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Packages that this code imports when it runs; for the type checker alone does not count."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imported([*ast.iter_child_nodes(node)])
