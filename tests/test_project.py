"""The whole project: style, types, import rules, what importing costs, what is installed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
EXTRAS_OF_THE_APP = (
    "figures",
    "survey",
    "samples",
    "tiff",
    "heic",
    "tables",
    "attribution",
    "detection",
)


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
    heavy = (
        "streamlit",
        "plotly",
        "pandas",
        "torchvision",
        "timm",
        "ray",
        "skimage",
        "sklearn",
        "captum",
    )
    code = f"import sys, senet_viz; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_documented() -> None:
    import senet_viz as sv

    assert sorted(sv.__all__) == sv.__all__
    for name in sv.__all__:
        assert getattr(sv, name).__doc__, name


def required(file: str) -> list[str]:
    """The lines of a requirements file that are no comments."""
    lines = (ROOT / file).read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_the_app_is_installed_with_everything_it_needs_pinned_and_nothing_else() -> None:
    import tomllib

    *pins, package = required("requirements.txt")
    assert package == "-e .[app]"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["app"]]
    needed += [line for extra in EXTRAS_OF_THE_APP for line in extras[extra]]
    names = {re.split(r"[>=<\[]", line)[0] for line in needed} - {"senet-viz"}
    assert {pin.split("==")[0] for pin in pins} == names


def test_every_requirement_is_pinned() -> None:
    for file in ("requirements.txt", *ROOT.glob("tests/**/*.txt")):
        for line in required(str(file)):
            assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\d.]+(post\d+)?|-e \.\[app\]|-r \S+", line), (
                line
            )


def test_the_test_command_installs_what_any_test_needs() -> None:
    """Where Ray or another tool is not installed, its tests are skipped: not by this command.

    Networks of other people's packages are no part of the tests; they have their own command.
    """
    readme = (ROOT / "README.md").read_text()
    command = readme.partition("<!-- test command -->\n```sh\n")[2].partition("```")[0]
    installed = set(re.findall(r"-r (\S+)", command))
    own = ROOT / "tests" / "third_party" / "requirements.txt"
    files = {f for f in ROOT.glob("tests/**/*.txt") if f != own}
    assert {f.relative_to(ROOT).as_posix() for f in files} == installed
    assert required("tests/requirements.txt")[0] == "-r ../requirements.txt"
    start = readme.partition("## Start the app")[2].partition("## ")[0]
    assert re.findall(r"-r (\S+)", start) == ["requirements.txt"]
