"""``senet-viz inspect``: the evidence of one or more pictures or arrays, without the app."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli import network_options
from senet_viz.core.argument_types import whole_number
from senet_viz.core.errors import ImageError, InputError, SENetVizError
from senet_viz.core.extras import require_extra

if TYPE_CHECKING:
    from senet_viz.models.network import Network
    from senet_viz.reports.inspection import Inspection


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "inspect",
        help="everything behind a look at pictures, as files: the app's evidence without the app",
        description="Pictures, arrays, tables, figures and a manifest with the hash of each, in a "
        "new folder. A network of signals or volumes takes .npy or .npz files of one array each.",
    )
    parser.add_argument(
        "pictures", nargs="+", type=Path, metavar="FILE", help="pictures, or .npy and .npz files"
    )
    network_options.add(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--block",
        action="append",
        default=[],
        metavar="NAME",
        help="keep the feature maps of this block, and draw it for print; may be given more than "
        "once (default: the block two thirds down)",
    )
    parser.add_argument(
        "--top",
        type=whole_number(1, 256),
        default=8,
        metavar="N",
        help="channels at each end, 1 to 256 (default: 8)",
    )
    parser.add_argument(
        "--unusual", action="store_true", help="order channels by distance from the usual gate"
    )
    parser.add_argument(
        "--report", action="store_true", help="a self-contained report.html for each picture"
    )
    parser.add_argument("--language", default="en", metavar="CODE", help="en or zh (default: en)")
    parser.set_defaults(run=run, misused=parser.error)


def run(given: argparse.Namespace) -> int:
    """Write the bundle and say what is in it; 1 where not one picture could be read."""
    require_extra("figures", "plotly")
    require_extra("survey", "pyarrow")
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.core.translation import LANGUAGES, speaking
    from senet_viz.reports import picture_report
    from senet_viz.reports.evidence.bundle import bundled, require_free, write_folder
    from senet_viz.reports.inspection import Settings

    if given.language not in LANGUAGES:
        given.misused(f"--language is one of {', '.join(LANGUAGES)}")
    require_free(given.out)
    network = network_options.network(given)
    if given.unusual and network.reference is None:
        raise SENetVizError(
            f"{network.name} comes with no statistics of its gates, so none is unusual. Leave out "
            "--unusual"
        )
    settings = Settings(
        blocks=tuple(given.block), top=given.top, order="unusual" if given.unusual else "gate"
    )
    with speaking(given.language), ProgressLine("files") as line:
        inspections = _inspections(network, given.pictures)
        files = bundled(inspections, settings, report=picture_report if given.report else None)
        write_folder(files, given.out, done=lambda _: line.step())
    print(f"evidence in {given.out}, with the sha256 of every file in its manifest.json")
    return 0


def _inspections(network: "Network", files: list[Path]) -> "Iterator[Inspection]":
    """The files that can be read; the others are named on the way."""
    from senet_viz.core.translation import ENGLISH, speaking
    from senet_viz.reports.inspection import inspect_file

    for file in files:
        try:
            yield inspect_file(network, file.read_bytes(), name=file.name)
        except (ImageError, InputError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            with speaking(ENGLISH):  # as all that a command says
                print(f"left out {file}: {why}", file=sys.stderr)
