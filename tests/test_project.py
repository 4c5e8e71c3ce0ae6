"""The whole project: style, types, import rules, what importing costs, what the README says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
    ],
    ids=" ".join,
)
def test_checks_pass(command: tuple[str, ...]) -> None:
    tool, *arguments = command
    done = subprocess.run(
        [TOOLS / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_library_is_light() -> None:
    heavy = ("streamlit", "plotly", "pandas", "torchvision", "timm", "ray", "skimage", "sklearn")
    code = f"import sys, senet_viz; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_documented() -> None:
    import senet_viz as sv

    assert sorted(sv.__all__) == sv.__all__
    for name in sv.__all__:
        assert getattr(sv, name).__doc__, name


def test_readme_code_runs() -> None:
    """Each Python block of the README, in order, in one namespace."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert blocks
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)


def test_requirements_are_pinned_and_cover_what_the_package_needs() -> None:
    import tomllib

    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert lines[-1] == "-e ."
    pinned = {line.split("==")[0] for line in lines[:-1] if line and not line.startswith("#")}
    assert all("==" in line for line in lines[:-1] if line and not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert {re.split("[>=<]", n)[0] for n in needed} <= pinned
