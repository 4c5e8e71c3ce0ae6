"""``senet-viz places``: whether covering the places a gate comes from makes its logit fall."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli.data_set_lines import print_data_set
from senet_viz.cli.readable_pictures import ReadablePictures
from senet_viz.core.argument_types import positive_int
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.experiments.place_deletion import BlockDeletion

TESTS = {"block": "the block's input covered", "picture": "the picture covered"}


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "places",
        help="test by covering places whether the account of a gate by place holds",
        description="For each SE block the area under the deletion curve: how far a gate's logit "
        "falls on average while up to half of the places are covered, those of the highest account "
        "first, beside random places. Printed as a Markdown table, in logits, mean ± standard "
        "error over the pictures.",
    )
    parser.add_argument("model", metavar="MODEL", help="a name load_model takes")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="in place of published ones")
    parser.add_argument("--pictures", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--channels",
        type=positive_int,
        default=2,
        metavar="N",
        help="of each block, drawn again for each picture (default: 2)",
    )
    parser.add_argument(
        "--random",
        type=positive_int,
        default=20,
        metavar="N",
        help="random sets of places (default: 20)",
    )
    parser.add_argument(
        "--most", type=positive_int, default=100, metavar="N", help="pictures used (default: 100)"
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Measure and print."""
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.experiments.place_deletion import deletion_by_block
    from senet_viz.models.catalogue import load_model
    from senet_viz.pictures.labelled_folders import find_pictures

    net = load_model(given.model, weights=given.weights)
    folder = find_pictures(given.pictures)
    print_data_set("", folder.counted)
    files = folder.files[:: max(1, len(folder.files) // given.most)][: given.most]
    pictures = ReadablePictures(net, given.pictures, files)
    single = (batch[i : i + 1] for batch, _ in pictures for i in range(len(batch)))
    with ProgressLine("pictures", total=len(files)) as line:
        table, left_out = deletion_by_block(
            net.model,
            single,
            channels=given.channels,
            random_sets=given.random,
            progress=line.reach,
        )
    pictures.report()
    for name, why in left_out.items():
        print(f"left out {name}: {why}")
    if not table:
        raise SENetVizError("no block has an account by place, so there is nothing to measure")
    for edited, words in TESTS.items():
        print(f"\n{words}, {table[0].pictures} pictures\n")
        print_table([row for row in table if row.edited == edited])
    return 0


def print_table(rows: "Sequence[BlockDeletion]") -> None:
    """As Markdown, a row for each block: for each cover the account, random places, difference."""
    covers = dict.fromkeys(row.cover for row in rows)
    heads = [f"{c}: {what}" for c in covers for what in ("account", "random", "difference")]
    print(f"| block | {' | '.join(heads)} |")
    print(f"|---|{'---:|' * len(heads)}")
    for name in dict.fromkeys(row.block.name for row in rows):
        cells = []
        for row in (row for row in rows if row.block.name == name):
            cells += [
                f"{row.area:.3f} ± {row.area_error:.3f}",
                f"{row.random:.3f} ± {row.random_error:.3f}",
                f"{row.difference:.3f} ± {row.difference_error:.3f}"
                + ("" if row.is_better else " (no better)"),
            ]
        print(f"| {name} | {' | '.join(cells)} |")
