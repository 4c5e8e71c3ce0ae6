"""The shape of the code: how long files and functions are, and what may not be imported."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("senet_viz", "dashboard") for path in (ROOT / package).rglob("*.py")]
LONGEST_FILE, LONGEST_FUNCTION = 300, 50


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("senet_viz", "dashboard", include_external_packages=True)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its lines from ``def`` to its end, docstring apart."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first, lines = node.body[0], node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                lines -= first.end_lineno - first.lineno + 1
            yield node.name, lines


def test_no_file_is_long() -> None:
    assert len(FILES) > 100
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {str(p): lines for p, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    every = [(str(path), *found) for path in FILES for found in functions(path)]
    assert max(lines for *_, lines in every) > 10
    assert [each for each in every if each[-1] > LONGEST_FUNCTION] == []


def test_no_modules_import_one_another_in_a_circle(imports: grimp.ImportGraph) -> None:
    found = {m: imports.find_modules_directly_imported_by(m) for m in imports.modules}
    TopologicalSorter(found).prepare()  # raises CycleError, which names the circle


def test_stability_needs_no_pillow(imports: grimp.ImportGraph) -> None:
    assert imports.find_shortest_chain("senet_viz.perturbing", "PIL") is not None
    assert imports.find_shortest_chain("senet_viz.stability", "PIL") is None
