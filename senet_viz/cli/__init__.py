"""``senet-viz COMMAND``: each of ``COMMANDS`` is a module with ``add`` and ``run``."""

import argparse
import os
import sys
from collections.abc import Sequence

from senet_viz.cli import app, channels, costs, inspect, models, plan, survey, verdict
from senet_viz.cli.unforeseen import logged
from senet_viz.core.errors import SENetVizError

COMMANDS = (inspect, models, costs, plan, channels, survey, verdict, app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the exit status is 0, 1 where something is wrong, 2 for wrong usage.

    arguments: as typed after ``senet-viz``; those of this process if left out.

    >>> main(["models", "--search", "gcresnet50t is not there"])
    1
    """
    parser = argparse.ArgumentParser(prog="senet-viz", description="See what SE blocks do.")
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subcommands)
    given = parser.parse_args(arguments)
    try:
        status: int = given.run(given)
        sys.stdout.flush()
    except SENetVizError as error:
        print(f"senet-viz: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"senet-viz: {logged(error)}", file=sys.stderr)
        return 1
    return status
