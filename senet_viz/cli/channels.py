"""``senet-viz channels``: which channels can go, ranked five ways, and a network without them."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli.plan import (
    MANIFEST,
    NETWORK,
    add_network,
    batches,
    load_network,
)
from senet_viz.cli.plan_lines import print_time
from senet_viz.cli.readable_pictures import ReadablePictures
from senet_viz.core.argument_types import non_negative_int, positive_int, share
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.analysis.channel_removal import RemovalCurve, RemovalRanking
    from senet_viz.core.arrays import Doubles
    from senet_viz.models.network import Network
    from senet_viz.removal.named_pictures import NamedPictures

CURVES, RANKINGS = "curves.csv", "rankings.csv"
WAYS = ("gate", "effect", "estimate", "weights", "random")


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "channels",
        help="right answers against the share of channels removed, and a network without them",
        description="Channels of SE blocks are ranked by mean gate, measured effect, one-pass "
        "estimate, L1 of the weights, and at random (five draws); the lowest are removed, and "
        "right answers counted, or agreement where the pictures have no labels, beside the mean "
        "probability of the true class. Writes "
        f"{CURVES} and {RANKINGS}, and with --cut {NETWORK} and {MANIFEST}.",
    )
    add_network(parser)
    for option, what in (("--rank", "to rank on"), ("--judge", "to judge on, all others")):
        parser.add_argument(
            option, type=Path, required=True, metavar="DIR", help=f"folder or zip {what}"
        )
    parser.add_argument("--block", default="", help="remove in this block alone")
    parser.add_argument(
        "--alone",
        type=share,
        nargs="+",
        default=[],
        metavar="X",
        help="shares to remove in each block alone, after all blocks together",
    )
    parser.add_argument(
        "--shares",
        type=share,
        nargs="+",
        default=[round(0.1 * step, 1) for step in range(1, 11)],
        metavar="X",
        help="of each block's channels, 0 to 1 (default: 0.1 to 1 in steps of 0.1)",
    )
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    for option, usual, what in (
        ("--most-ranked", 1000, "pictures to rank on"),
        ("--most-effects", 500, "of them for measured effects"),
        ("--most", 1000, "pictures to judge on"),
    ):
        parser.add_argument(
            option, type=positive_int, default=usual, metavar="N", help=f"{what} (default: {usual})"
        )
    _add_cut(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.set_defaults(run=run)


def _add_cut(parser: argparse.ArgumentParser) -> None:
    """Options of the network without some of them."""
    parser.add_argument("--cut", type=share, metavar="X", help="save the network without X of them")
    parser.add_argument(
        "--stages",
        action="store_true",
        help="cut the same channels in all blocks before the sums of a stage, and its layers too",
    )
    parser.add_argument(
        "--by", choices=WAYS, default="estimate", help="the ranking for --cut (default: estimate)"
    )
    parser.add_argument(
        "--rounds", type=non_negative_int, default=10, metavar="N", help="of timing (default: 10)"
    )


def run(given: argparse.Namespace) -> int:
    """Rank, remove, count, write; cut for good where asked."""
    from senet_viz.core.translation import ENGLISH, speaking

    if given.out.exists():
        raise SENetVizError(f"{given.out} exists. Remove it, or give another name with --out")
    if given.stages and given.block:
        raise SENetVizError("--stages is about all blocks of a stage: leave out --block")
    with speaking(ENGLISH):
        _run(given)
    return 0


def _run(given: argparse.Namespace) -> None:
    from senet_viz.analysis.removal_plan import channels_stay
    from senet_viz.core.tables import stacked
    from senet_viz.figures.base.table_files import csv_file
    from senet_viz.removal.named_pictures import finds, name_pictures, opened, require_apart

    net = load_network(given)
    if finds(net) is not None:
        raise SENetVizError(f"{channels_stay()}: senet-viz plan")
    with opened(given.rank) as first, opened(given.judge) as second:
        ranked_on = name_pictures(first, net.labels, most=given.most_ranked, shown=str(given.rank))
        judged_on = name_pictures(second, net.labels, most=given.most, shown=str(given.judge))
        require_apart(ranked_on, judged_on)
        rankings = _rankings(net, ranked_on, given)
        given.out.mkdir(parents=True)
        table = stacked(each.columns() for each in rankings)
        (given.out / RANKINGS).write_bytes(csv_file(table))
        curves = _curves(net, rankings, judged_on, given.shares, given.block)
        for block in rankings[0].scores if given.alone else ():
            curves += _curves(net, rankings, judged_on, given.alone, block)
        (given.out / CURVES).write_bytes(csv_file(stacked(each.columns() for each in curves)))
        if given.cut is not None:
            ranking = next(each for each in rankings if each.way == given.by)
            _cut(net, ranking, ranked_on, judged_on, given)


def _rankings(
    net: "Network", pictures: "NamedPictures", given: argparse.Namespace
) -> "Sequence[RemovalRanking]":
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.removal import rank_channels

    reader = ReadablePictures(net, pictures.folder, pictures.files)
    blocks = [given.block] if given.block else []
    ways = {*given.ways, given.by} if given.cut is not None else {*given.ways}
    rankings: Sequence[RemovalRanking] = ()
    with ProgressLine("pictures ranked on", total=len(pictures.files)) as line:
        for rankings in rank_channels(
            net,
            batches(reader, pictures),
            ways=ways,
            blocks=blocks,
            most_effects=given.most_effects,
        ):
            line.reach(max(each.pictures for each in rankings))
    reader.report()
    for each in rankings:
        if each.draw == 0:
            print(f"ranked by {each.way}: {each.pictures:,} pictures, {each.seconds:.1f} s")
    return rankings


def _curves(
    net: "Network",
    rankings: "Sequence[RemovalRanking]",
    pictures: "NamedPictures",
    shares: Sequence[float],
    block: str,
) -> "tuple[RemovalCurve, ...]":
    """One for each ranking, printed."""
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.removal import removal_curves

    reader = ReadablePictures(net, pictures.folder, pictures.files)
    curves: tuple[RemovalCurve, ...] = ()
    with ProgressLine("pictures judged", total=len(pictures.files)) as line:
        for curves in removal_curves(
            net, rankings, batches(reader, pictures), shares=shares, block=block
        ):
            line.reach(curves[0].pictures)
    reader.report()
    _print(curves)
    return curves


def _print(curves: "Sequence[RemovalCurve]") -> None:
    """A table of right answers, one of agreement beside labels, one of probabilities."""
    first = curves[0]
    labelled = first.truth == "labels"
    what = "right" if labelled else "as the whole network answers"
    where = first.block or "every block"
    print(
        f"{first.right:,} of {first.pictures:,} {what} before; in % after, by share removed in "
        f"{where}:"
    )
    _print_table(curves, [curve.accuracy for curve in curves])
    if labelled:
        print("answers as those of the whole network, in %:")
        _print_table(curves, [curve.agreement for curve in curves])
    what = "the true class" if labelled else "the class that the whole network answers"
    print(f"mean probability of {what}, {100 * first.probability_before:.2f} before; in % after:")
    _print_table(curves, [curve.probability for curve in curves])


def _print_table(curves: "Sequence[RemovalCurve]", numbers: "Sequence[Doubles]") -> None:
    print("".join((" " * 12, *(f"{removed:>8.0%}" for removed in curves[0].shares))))
    for curve, row in zip(curves, numbers, strict=True):
        name = f"{curve.way} {curve.draw + 1}" if curve.way == "random" else curve.way
        print("".join((name.ljust(12), *(f"{100 * each:8.2f}" for each in row))))


def _cut(
    net: "Network",
    ranking: "RemovalRanking",
    ranked_on: "NamedPictures",
    judged_on: "NamedPictures",
    given: argparse.Namespace,
) -> None:
    from senet_viz.costs import compare_accuracy, measure_latency
    from senet_viz.models import Judged, save_network
    from senet_viz.removal import cut_channels, cut_stages, mean_squeezes

    squeezes = mean_squeezes(
        net.model,
        (images for images, _ in ReadablePictures(net, ranked_on.folder, ranked_on.files)),
    )
    if given.stages:
        cut = cut_stages(net, ranking, given.cut, squeezes=squeezes)
    else:
        removed = {block: ranking.lowest(block, given.cut) for block in ranking.scores}
        cut = cut_channels(net, removed, squeezes=squeezes)
    for block in cut.blocks:
        where = "put back before a sum" if block.added else "the convolutions around it shrink"
        print(f"{block.block}: {len(block.removed)} of {block.width} channels removed, {where}")
    for name, why in cut.refused.items():
        print(f"{name} stays: {why}")
    if not cut.blocks:
        return
    reader = ReadablePictures(net, judged_on.folder, judged_on.files)
    *_, change = compare_accuracy(net.model, cut.network.model, batches(reader, judged_on))
    print(f"right: {change.right:,} before, {change.right_after:,} after of {change.pictures:,}")
    if given.rounds > 0:
        size = net.preprocess.input_size
        *_, latency = measure_latency(net.model, size, other=cut.network.model, rounds=given.rounds)
        print_time(latency)
    truth = "the network before" if judged_on.classes is None else "labels"
    judged = Judged(
        change.pictures,
        change.right,
        change.right_after,
        truth,  # type: ignore[arg-type]
        judged_on.source,
    )
    manifest = save_network(cut.network, given.out / NETWORK, cut=cut.blocks, judged=judged)
    (given.out / MANIFEST).write_text(manifest.text(indent=2) + "\n", encoding="utf-8")
    print(f"saved in {given.out}: {NETWORK}, {MANIFEST}")
