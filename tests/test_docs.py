"""What README and the documents say: code runs, commands are understood, links lead somewhere."""

import argparse
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from senet_viz.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = [README, *sorted((ROOT / "assets" / "docs").glob("*.md")), *ROOT.glob("tests/*/RESULTS.md")]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCS}
LARGEST_README = 10_000  # bytes: it is a door, the rooms are in assets/docs


def blocks(language: str) -> dict[str, list[str]]:
    """The code in one language, by the file it is in."""
    pattern = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    found = {name: pattern.findall(text) for name, text in TEXTS.items()}
    return {name: code for name, code in found.items() if code}


@pytest.mark.parametrize(("name", "code"), blocks("python").items(), ids=list(blocks("python")))
def test_code_runs(name: str, code: list[str]) -> None:
    """The Python blocks of one file, in order, in one namespace."""
    namespace: dict[str, object] = {}
    for block in code:
        exec(compile(block, name, "exec"), namespace)


SHELL = [
    line
    for code in blocks("sh").values()
    for line in "".join(code).replace("\\\n", "").splitlines()
]
PROGRAM = re.compile(r"senet-viz (?=[a-z])(.*)")
MODULE = re.compile(r"python -m ([\w.]+)")


@pytest.mark.parametrize("line", sorted({line for line in SHELL if PROGRAM.search(line)}))
def test_a_command_is_understood(line: str) -> None:
    parser = argparse.ArgumentParser()
    subcommands = parser.add_subparsers(required=True)
    for command in COMMANDS:
        command.add(subcommands)
    (arguments,) = PROGRAM.findall(line)
    parser.parse_args(shlex.split(arguments))  # a SystemExit says what it does not know


def test_modules_that_are_to_be_run_exist() -> None:
    named = {name for text in TEXTS.values() for name in MODULE.findall(text)}
    assert {"tests.benchmarks", "senet_viz.training"} <= named
    for name in named - {"venv"}:
        assert find_spec(name), name


def test_readme_is_a_door() -> None:
    assert len(TEXTS["README.md"].encode()) <= LARGEST_README


def anchors(text: str) -> set[str]:
    """The headings of a file, as GitHub makes links to them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_to_files_and_headings_that_are_there(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_files_that_are_named_exist() -> None:
    path = re.compile(r"`((?:senet_viz|dashboard|tests|assets)/[\w./-]+)`")
    named = {file for text in TEXTS.values() for file in path.findall(text)}
    assert len(named) > 10
    assert {file for file in named if not (ROOT / file).exists()} == set()
