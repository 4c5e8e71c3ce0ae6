"""``senet-viz fold``: the network without those SE blocks whose gates are constant."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli.data_set_lines import print_data_set
from senet_viz.cli.readable_pictures import ReadablePictures
from senet_viz.core.argument_types import non_negative_float, non_negative_int, positive_int
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.costs.gate_profiles import Profile
    from senet_viz.models.network import Network


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "fold",
        help="fold SE blocks with constant gates into their neighbours and save the network",
        description="A gate that is the same for every picture is a fixed factor, and goes into "
        "the BatchNorm or convolution beside it. senet_viz.load_model(FILE) opens the file.",
    )
    parser.add_argument("model", metavar="MODEL", help="a name load_model takes")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="in place of published ones")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="an .npz with mean/NAME and std/NAME for each block, or reference statistics "
        "(default: those that come with the network)",
    )
    what.add_argument(
        "--pictures", type=Path, metavar="DIR", help="measure the gates over the pictures in DIR"
    )
    parser.add_argument(
        "--constant",
        type=non_negative_float,
        default=0.01,
        metavar="X",
        help="largest standard deviation of a constant gate (default: 0.01)",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="labelled pictures: accuracy before and after"
    )
    parser.add_argument(
        "--most",
        type=positive_int,
        default=1000,
        metavar="N",
        help="pictures used (default: 1000)",
    )
    parser.add_argument(
        "--rounds",
        type=non_negative_int,
        default=0,
        metavar="N",
        help="time before against after, N rounds (default: 0, no timing)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=".safetensors")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Fold, report, save; 1 where no block could be folded, and then nothing is saved."""
    from dataclasses import replace

    from senet_viz.costs import fold_constant_gates
    from senet_viz.models import load_model, save_network

    if given.out.exists():
        raise SENetVizError(f"{given.out} exists. Remove it, or give another name with --out")
    net = load_model(given.model, weights=given.weights)
    folded = fold_constant_gates(net.model, _profile(net, given), constant=given.constant)
    for fold in folded.folds:
        print(f"folded {fold.words}")
    for kept in folded.kept:
        print(f"kept {kept.block.name}: {kept.why}")
    if not folded.folds:
        print("Nothing was folded, so nothing is saved.", file=sys.stderr)
        return 1
    print(
        f"{len(folded.folds)} of {len(folded.folds) + len(folded.kept)} SE blocks folded, "
        f"{folded.parameters_saved:,} parameters saved. The folding itself changed the output by "
        f"{folded.inexactness:.1e} of its largest value; from the network as it was it is "
        f"{folded.difference:.1e} away on one picture of noise."
    )
    if given.data:
        _accuracy(net, folded.model, given.data, given.most)
    if given.rounds > 0:
        _latency(net, folded.model, given.rounds)
    changed = replace(net, model=folded.model)
    save_network(changed, given.out, folded=[fold.saved for fold in folded.folds])
    print(f"saved as {given.out}")
    return 0


def _profile(net: "Network", given: argparse.Namespace) -> "Profile":
    from senet_viz.costs import read_profile

    if given.profile:
        return read_profile(given.profile)
    if given.pictures:
        return _measured(net, given.pictures, given.most)
    if net.reference is None:
        raise SENetVizError(
            f"{net.name} comes with no statistics of its gates. Give --pictures DIR to measure "
            "them, or --profile FILE"
        )
    return net.reference


def _measured(net: "Network", folder: Path, most: int) -> "Profile":
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.costs import measure_profile
    from senet_viz.pictures.labelled_folders import find_pictures

    found = find_pictures(folder)
    print_data_set("", found.counted)
    files = found.files[:: max(1, len(found.files) // most)][:most]
    pictures = ReadablePictures(net, folder, files)
    with ProgressLine("pictures", total=len(files)) as line:
        measured = measure_profile(net.model, (batch for batch, _ in pictures), progress=line.reach)
    pictures.report()
    return measured


def _accuracy(net: "Network", folded: Any, folder: Path, most: int) -> None:
    from senet_viz.costs import compare_accuracy
    from senet_viz.pictures.labelled_folders import find_labelled

    labelled = find_labelled(folder, net.labels).head(most)
    print_data_set(labelled.told, labelled.counted)
    pictures = ReadablePictures(net, folder, labelled.files)
    batches = ((batch, [labelled.classes[i] for i in places]) for batch, places in pictures)
    *_, last = compare_accuracy(net.model, folded, batches)
    pictures.report()
    print(
        f"top-1 over {last.pictures} pictures: {last.before:.2%} before, {last.after:.2%} after "
        f"({last.won} won, {last.lost} lost)"
    )


def _latency(net: "Network", folded: Any, rounds: int) -> None:
    from senet_viz.costs import measure_latency

    *_, last = measure_latency(net.model, net.preprocess.input_size, other=folded, rounds=rounds)
    low, high = last.quartiles
    print(
        f"before takes {last.ratio:.3f} times as long as after (median of {rounds} rounds at "
        f"batch 1; middle half {low:.3f} to {high:.3f})"
    )
