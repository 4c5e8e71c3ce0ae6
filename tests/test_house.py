"""The house: who may import whom, how long things may be, and that one list names all views."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from dashboard.runtime.views import VIEWS

ROOT = Path(__file__).parents[1]
PACKAGES = ("senet_viz", "dashboard")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
LOOSE = {
    "senet_viz": {"__init__.py", "__main__.py"},
    "dashboard": {"__init__.py", "app.py"},
}
TOP = {"assets", "dashboard", "senet_viz", "tests", "README.md", "requirements.txt"}
TOP |= {"pyproject.toml", "LICENSE", "CHANGELOG.md", "CITATION.cff"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git tells which files belong here")
def test_nothing_was_left_at_the_top_level() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    top = {line.partition("/")[0] for line in kept.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} - TOP == set()


def test_no_two_modules_import_each_other() -> None:
    graph = grimp.build_graph(*PACKAGES)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imports) > 300
    tuple(TopologicalSorter(imports).static_order())  # a CycleError names the circle


def test_no_file_is_longer_than_a_screen_or_six() -> None:
    lines = {path: len(path.read_text(encoding="utf8").splitlines()) for path in modules()}
    assert {str(p): n for p, n in lines.items() if n > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    """Counted without its docstring."""
    found = {
        f"{path}:{node.name}": length(node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8")))
        if isinstance(node, Function)
    }
    assert len(found) > 1000
    assert {name: lines for name, lines in found.items() if lines > LONGEST_FUNCTION} == {}


def length(node: Function) -> int:
    docstring = ast.get_docstring(node, clean=False)
    said = docstring.count("\n") + 1 if docstring else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - said


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_lies_in_a_package_with_a_subject(package: str) -> None:
    assert {path.name for path in (ROOT / package).glob("*.py")} == LOOSE[package]


def test_the_app_hides_no_module_of_python_itself() -> None:
    """Streamlit puts the app's folder before the standard library's."""
    app = ROOT / "dashboard"
    names = {path.relative_to(app).parts[0].removesuffix(".py") for path in app.rglob("*.py")}
    assert "runtime" in names
    assert names & set(sys.stdlib_module_names) == set()


def test_every_view_is_a_folder_with_a_page_and_a_script_to_copy() -> None:
    views = ROOT / "dashboard" / "views"
    folders = {path.name for path in views.iterdir() if (path / "__init__.py").exists()}
    assert folders == {view.name for view in VIEWS}
    for view in VIEWS:
        assert view.page == views / view.name / "page.py" and view.page.is_file()
        assert (ROOT / "tests" / "dashboard" / "views" / view.name).is_dir()


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("dashboard/views/inspect/extreme_maps.py", "import torch", "run networks"),
        ("dashboard/views/costs/page.py", "from senet_viz.hooks import capture", "run networks"),
        ("dashboard/components/widgets.py", "import senet_viz", "by its packages"),
        ("dashboard/views/learn/page.py", "import dashboard.views.costs.page", "each other"),
        ("dashboard/session/selection.py", "import dashboard.shell.sidebar", "Floors of the app"),
        ("dashboard/views/whatif/script.py", "import streamlit", "Scripts to copy"),
        ("senet_viz/core/records.py", "import senet_viz.hooks", "Floors of the library"),
        ("senet_viz/figures/costs.py", "import torch", "need no torch"),
        ("senet_viz/reports/inspection.py", "import streamlit", "knows no app"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, place: str, line: str, contract: str) -> None:
    """The contracts can fail: each of them, in a copy with one line more."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    planted = tmp_path / place
    planted.write_text(f"{line}\n{planted.read_text(encoding='utf8')}", encoding="utf8")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [said for said in done.stdout.splitlines() if said.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(contract in said for said in broken), done.stdout
