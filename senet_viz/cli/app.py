"""``senet-viz app``: start the dashboard, from any folder."""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from senet_viz.core.argument_types import port_number
from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import require_extra

FACTORY = "SENET_VIZ_FACTORY"  # where the dashboard looks for a model of your own


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "app",
        help="start the dashboard",
        description="Start the dashboard and print its address. Ctrl-C ends it.",
    )
    parser.add_argument(
        "--port", type=port_number, metavar="N", help="of the address (default: 8501)"
    )
    parser.add_argument(
        "--model",
        metavar="PACKAGE.MODULE:FACTORY",
        help="a function of your own that returns the network to look at",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Become the dashboard's server; does not return.

    Raises a MissingExtraError where the extra ``app`` is not installed.
    """
    require_extra("app")
    arguments = command(given.port)
    os.execve(sys.executable, arguments, environment(given.model, Path.cwd()))


def command(port: int | None = None) -> list[str]:
    """What starts Streamlit on the dashboard, with the project's settings wherever it is started.

    >>> command(8600)[-2:]
    ['--server.port', '8600']
    """
    script = dashboard_script()
    places = (script.parents[1] / ".streamlit" / "config.toml", script.with_name("config.toml"))
    options = [*_settings(next((p for p in places if p.is_file()), places[-1]))]
    if port is not None:
        options += ["--server.port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", str(script), *options]


def environment(model: str | None, folder: Path) -> dict[str, str]:
    """This process's, with ``folder`` first on Python's path and the factory of ``--model``.

    Raises a SENetVizError where ``model`` is not of the form package.module:function, or there is
    no such package in ``folder`` or installed. It is not imported here.
    """
    path = os.pathsep.join(p for p in (str(folder), os.environ.get("PYTHONPATH", "")) if p)
    changed = {**os.environ, "PYTHONPATH": path}
    if model is None:
        return changed
    module, colon, function = model.partition(":")
    if not (colon and function.isidentifier() and all(p.isidentifier() for p in module.split("."))):
        raise SENetVizError(
            f"--model {model!r} is not of the form package.module:function. For a function "
            "build() in my_networks.py of this folder, give --model my_networks:build"
        )
    package = module.partition(".")[0]
    if PathFinder.find_spec(package, [str(folder), *sys.path]) is None:
        raise SENetVizError(
            f"--model {model!r}: there is no module {package!r} in {folder} or among the installed "
            "packages. Start the command in the folder that holds it, or install it"
        )
    return {**changed, FACTORY: model}


def dashboard_script() -> Path:
    """The dashboard's script, wherever the project is installed; it is not imported."""
    spec = find_spec("dashboard")
    for folder in (spec and spec.submodule_search_locations) or ():
        script = Path(folder) / "app.py"
        if script.is_file():
            return script
    raise SENetVizError(
        "the package dashboard is not installed. In the folder of the project: pip install -e ."
    )


def _settings(config: Path) -> Iterator[str]:
    """The project's settings as options: Streamlit reads its file in the current folder only.

    No browser is opened, and nothing is asked. Lists of colours (of charts that bring none) cannot
    be options; a list of names is the option again and again.
    """
    yield from ("--server.headless", "true")
    if config.is_file():
        with config.open("rb") as file:
            yield from _options("", tomllib.load(file))


def _options(prefix: str, settings: dict[str, Any]) -> Iterator[str]:
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from _options(f"{prefix}{key}.", value)
        elif isinstance(value, list):
            if prefix == "server.":
                yield from (part for item in value for part in (f"--{prefix}{key}", str(item)))
        else:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield from (f"--{prefix}{key}", text)
