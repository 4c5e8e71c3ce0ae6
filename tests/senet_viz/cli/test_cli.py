"""The command line: listing, verifying, starting the dashboard, and how it ends."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from senet_viz import cli, verification
from senet_viz.cli import app, main
from senet_viz.core.errors import SENetVizError
from senet_viz.core.records import Capture
from senet_viz.verification import verifier

ROOT = Path(__file__).parents[3]


def test_models_are_listed_with_what_is_known_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split() == [
        "name",
        "title",
        "blocks",
        "parameters",
        "weights",
        "licence",
        "top-1",
    ]
    assert lines[0].startswith("se_resnet18_imagenette ")
    assert re.search(r" 8 +1\.97 M +yes +MIT +\d\d\.\d\d%$", lines[0])
    assert len({line.index(" M ") for line in lines}) == 1  # the columns are straight
    assert len(lines) > 400


def test_models_are_searched_by_any_part_of_name_or_title(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--search", "SEResNeXt"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert {"seresnext50_32x4d", "legacy_seresnext26_32x4d"} <= {*names}
    assert all("seresnext" in name for name in names)


def test_a_search_without_an_answer_is_one_sentence_and_status_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--search", "resnet of dreams"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("senet-viz: no model has 'resnet of dreams' in its name")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["inspekt"],
        ["models", "--verify"],
        ["models", "--table", "x.csv"],
        ["models", "--resume", "x.csv"],
        ["models", "--verify", "seresnet18", "--search", "x"],
        ["models", "--verify", "seresnet18", "--table", "x.csv", "--resume", "x.csv"],
        ["app", "--port", "eighty"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: senet-viz" in capsys.readouterr().err


def test_verified_architectures_end_with_status_0_and_a_summary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--verify", "test_byobnet", "skresnet18", "hgnetv2_b0"]) == 0
    out = capsys.readouterr().out
    rows = {line.split()[0]: line for line in out.splitlines() if line}
    assert re.match(
        r"test_byobnet +4 +4 +0 +\d\.\de[-+]\d\d +s +64 +[\d.]+  timm SEModule$",
        rows["test_byobnet"],
    )
    assert rows["skresnet18"].endswith("declared: timm SelectiveKernel")
    assert rows["hgnetv2_b0"].endswith("holds none")
    assert re.search(r"timm SelectiveKernel +1 +8  declared: not a per-channel gate", out)
    assert (
        "3 architectures: 1 read, 1 with declared attention only, 1 with neither, 0 missed. "
        "4 of 4 SE blocks verified" in out
    )


@pytest.fixture
def misread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every factor of timm's SEModule read wrongly."""
    right = verifier.capture

    def wrong(*args: Any, **kwargs: Any) -> Capture:
        seen = right(*args, **kwargs)
        return replace(
            seen,
            activations=tuple(
                replace(a, error=a.output_scale) if a.block.kind == "timm SEModule" else a
                for a in seen
            ),
        )

    monkeypatch.setattr(verifier, "capture", wrong)


@pytest.mark.usefixtures("misread")
def test_a_miss_is_status_1_and_named_and_the_rest_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models", "--verify", "test_byobnet", "mobilenetv3_small_050"]) == 1
    out = capsys.readouterr().out
    assert "MISSED: The proof of 4 blocks of 4 failed" in out
    assert "1 read," in out and "1 missed. 9 of 13 SE blocks verified" in out
    assert out.endswith("Missed: test_byobnet\n")


def test_all_leaves_out_lines_of_networks_without_any_and_is_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "architectures", lambda: ("squeezenet1_0", "test_byobnet"))
    table = tmp_path / "table.csv"
    assert main(["models", "--verify", "all", "--table", str(table)]) == 0
    out = capsys.readouterr().out
    assert "squeezenet1_0" not in out
    assert "2 architectures: 1 read, 0 with declared attention only, 1 with neither" in out
    marked = table.read_text().replace(
        "test_byobnet,timm,timm SEModule=4,4,", "test_byobnet,timm,timm SEModule=4,4,mark=7"
    )
    table.write_text(marked)
    assert main(["models", "--verify", "all", "--resume", str(table)]) == 0
    assert re.search(r"mark +1 +7  declared", capsys.readouterr().out)  # not looked at again


def test_an_existing_table_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("precious")
    assert main(["models", "--verify", "seresnet18", "--table", str(table)]) == 1
    assert f"exists. Go on with it by --resume {table}" in capsys.readouterr().err
    assert table.read_text() == "precious"


def test_the_installed_command_is_this_function() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, function = project["scripts"]["senet-viz"].partition(":")
    assert getattr(import_module(module), function) is main


def test_starting_the_command_is_light_and_a_closed_pipe_is_quiet() -> None:
    code = (
        "import sys, senet_viz.cli;"
        "print({'timm', 'torchvision', 'streamlit', 'plotly'} & set(sys.modules));"
        "sys.stdout.flush();"
        "sys.stdin.read(); sys.exit(senet_viz.cli.main(['models']))"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], text=True, **pipes) as process:
        assert process.stdout.readline().strip() == "set()"
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=120) == 1


def test_the_dashboard_is_found_and_started_with_the_settings_of_the_project() -> None:
    assert app.dashboard_script() == ROOT / "dashboard" / "app.py"
    arguments = app.command(8600)
    assert arguments[1:5] == ["-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")]
    options = dict(zip(arguments[5::2], arguments[6::2], strict=True))
    assert options["--server.headless"] == "true"
    assert options["--server.address"] == "localhost"
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--theme.light.backgroundColor"] == "#ffffff"
    assert options["--server.port"] == "8600"


def test_without_the_dashboard_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    assert main(["app"]) == 1
    assert "dashboard is not installed" in capsys.readouterr().err


def test_a_factory_of_the_current_folder_is_handed_to_the_dashboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    (tmp_path / "my_networks.py").write_text("raise RuntimeError('must not be imported here')")
    changed = app.environment("my_networks:build", tmp_path)
    assert changed["SENET_VIZ_FACTORY"] == "my_networks:build"
    assert changed["PYTHONPATH"].split(os.pathsep) == [str(tmp_path), "/elsewhere"]
    assert "SENET_VIZ_FACTORY" not in app.environment(None, tmp_path)


@pytest.mark.parametrize(
    "model", ["my_networks", "my_networks:", ":build", "my_networks:build()", "my..nets:build", ""]
)
def test_a_factory_of_another_form_is_answered_with_an_example(tmp_path: Path, model: str) -> None:
    with pytest.raises(SENetVizError, match=r"not of the form package\.module:function"):
        app.environment(model, tmp_path)


def test_a_factory_that_is_nowhere_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SENetVizError, match=rf"no module 'my_networks' in {tmp_path}"):
        app.environment("my_networks.se:build", tmp_path)


def test_the_dashboard_really_starts_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "my_networks.py").write_text("def build(): ...")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "senet_viz", "app", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--model", "my_networks:build"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        healthy = _answers(f"http://localhost:{port}/_stcore/health", process)
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=60)
    assert healthy == b"ok", output
    assert f"localhost:{port}" in output


def _answers(url: str, process: subprocess.Popen[str], *, patience: float = 200) -> bytes:
    """What a server that is just starting says, as soon as it says anything."""
    end = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.read()
        except (URLError, OSError):
            time.sleep(0.2)
    return b""


COMMANDS = {
    "inspect": ["a.jpg", "--model", "x", "--out", "o"],
    "models": [],
    "costs": ["x"],
    "plan": ["x", "--pictures", "p", "--out", "o"],
    "channels": ["x", "--rank", "p", "--judge", "q", "--out", "o"],
    "survey": ["pictures", "--model", "x", "--out", "o"],
    "verdict": ["o"],
    "app": [],
}


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) == {command.__name__.rpartition(".")[2] for command in cli.COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("error", "said"),
    [  # before: a traceback with the folders of this machine
        (KeyError("/srv/secret"), "an unexpected error occurred (KeyError). Try again"),
        (
            PermissionError(13, "Permission denied", "out/table"),
            "out/table: Permission denied. Check that it is there and may be used",
        ),
        (
            UnicodeEncodeError("utf-8", "\udcb9", 0, 1, "surrogates not allowed"),
            "an unexpected error occurred (UnicodeEncodeError).",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_nobody_foresaw_is_one_sentence_and_status_1_and_the_rest_is_in_a_file(
    command: str,
    error: Exception,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(_: object) -> int:
        raise error

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(import_module(f"senet_viz.cli.{command}"), "run", run)
    assert main([command, *COMMANDS[command]]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"senet-viz: {said}") and err.count("\n") == 1
    (file,) = tmp_path.glob("senet-viz-*.log")
    assert err.endswith(f"The details are in {file}\n")
    assert "Traceback" not in err and "/srv/secret" not in err and str(ROOT) not in err
    assert "Traceback (most recent call last)" in file.read_text() and str(ROOT) in file.read_text()


def test_where_there_is_no_room_for_the_details_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    monkeypatch.setattr(import_module("senet_viz.cli.models"), "run", run)
    assert main(["models"]) == 1
    assert "There is no room for a file with the details" in capsys.readouterr().err
