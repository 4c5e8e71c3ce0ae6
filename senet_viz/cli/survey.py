"""``senet-viz survey``: statistics of every gate over a whole data set."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli import network_options
from senet_viz.cli.data_set_lines import print_data_set, print_remarks
from senet_viz.cli.readable_pictures import print_failures
from senet_viz.core.argument_types import positive_int
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.analysis.survey_progress import Progress
    from senet_viz.analysis.survey_records import Survey

TITLES = ("SE block", "channels", "mean", "deviation", "near 0", "near 1")


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "survey",
        help="statistics of every gate over a whole data set",
        description="Count, mean, variance, extremes and saturation of every gate by class, over "
        "all pictures of a data set, as Parquet tables. Ctrl-C stops it; --resume goes on.",
    )
    parser.add_argument(
        "images",
        metavar="IMAGES",
        help="a folder of pictures or of class folders, a .tar, .parquet or .arrow file or a "
        "folder of them, here or at an address such as s3://bucket/pictures",
    )
    network_options.add(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--engine", choices=("local", "ray"), default="local", help="(default: local)"
    )
    parser.add_argument("--address", metavar="ADDRESS", help="with --engine ray: of the cluster")
    parser.add_argument(
        "--batch-size",
        type=positive_int,
        default=16,
        metavar="N",
        help="pictures in a pass (default: 16; a detector is given one at a time)",
    )
    parser.add_argument(
        "--workers",
        type=positive_int,
        metavar="N",
        help="(default: one for each core, or GPU of Ray)",
    )
    parser.add_argument(
        "--keep-gates", action="store_true", help="keep the gates of every picture, as float16"
    )
    parser.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        default="float32",
        help="bfloat16 for everything but the SE blocks: several times faster on a GPU and on a "
        "CPU with AMX, and not on others (default: float32)",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the survey in DIR")
    parser.set_defaults(run=run, misused=parser.error)


def run(given: argparse.Namespace) -> int:
    """Survey and report; 130 after Ctrl-C, when what was finished is kept."""
    from senet_viz.surveys.runner import require_packages, surveying
    from senet_viz.surveys.tables import load_survey

    if given.address and given.engine != "ray":
        given.misused("--address goes with --engine ray")
    require_packages(given.engine, given.precision)
    network = network_options.network(given)
    steps = surveying(
        given.images,
        network,
        out=given.out,
        engine=given.engine,
        address=given.address,
        batch_size=given.batch_size,
        keep_gates=given.keep_gates,
        resume=given.resume,
        workers=given.workers,
        precision=given.precision,
    )
    try:
        _follow(steps)
    except KeyboardInterrupt:
        print(
            f"stopped; what is finished stays in {given.out}. Go on with --resume", file=sys.stderr
        )
        return 130
    _report(load_survey(given.out))
    return 0


def _follow(steps: "Iterator[Progress]") -> None:
    """A line with rate and time left while the steps run."""
    from senet_viz.core.progress_line import ProgressLine

    with ProgressLine("pictures") as line:
        for step in steps:
            line.show(_words(step))


def _words(step: "Progress") -> str:
    from senet_viz.core.progress_line import duration

    if not step.total:
        return f"listing: {step.listed:,} pictures"
    parts = [f"{step.done:,} of {step.total:,} pictures"]
    if step.rate and step.seconds_left is not None:
        parts += [f"{step.rate:.1f} a second", f"{duration(step.seconds_left)} left"]
    if step.unreadable:
        parts.append(f"{step.unreadable:,} unreadable")
    return ", ".join(parts)


def _report(survey: "Survey") -> None:
    pictures, classes = int(survey.count.sum()), len(survey.classes)
    of = f" of {classes} classes" if classes > 1 else ""
    print(
        f"{pictures:,} pictures{of} surveyed with {survey.model}, {survey.unreadable:,} unreadable"
    )
    for note in survey.network_notes:
        print(note)
    print_data_set(survey.told, survey.left_out)
    print_remarks(survey.remarks)
    if survey.arithmetic:
        print(survey.arithmetic)
    failures = [(failure.name, failure.reason) for failure in survey.failures]
    print_failures(failures, of=survey.unreadable, place=", all in manifest.json")
    if not pictures:
        raise SENetVizError("not one picture could be read, so there are no statistics")
    rows = [TITLES]
    for block in survey.blocks:
        total = survey[block].total
        gates = pictures * total.mean.shape[1]
        rows.append(
            (
                block,
                str(total.mean.shape[1]),
                f"{total.mean.mean():.3f}",
                f"{(total.variance.mean()) ** 0.5:.3f}",
                f"{total.near_zero.sum() / gates:.2%}",
                f"{total.near_one.sum() / gates:.2%}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        print("  ".join((first.ljust(widths[0]), *cells)))
    print(f"tables in {survey.folder / 'table'}")
