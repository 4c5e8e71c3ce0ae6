"""``senet-viz plan``: which SE blocks can go, and the network without them."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from senet_viz.cli.data_set_lines import print_data_set
from senet_viz.cli.plan_lines import headline, print_joint
from senet_viz.cli.readable_pictures import ReadablePictures
from senet_viz.cli.verdict_table import print_verdicts
from senet_viz.core.argument_types import non_negative_int, positive_int
from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.analysis.removal_plan import RemovalPlan
    from senet_viz.models.network import Network
    from senet_viz.removal.block_gates import Batch, Gates
    from senet_viz.removal.named_pictures import NamedPictures

TABLE, NETWORK, MANIFEST = "plan.csv", "network.safetensors", "manifest.json"
ONNX = "network.onnx"


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "plan",
        help="which SE blocks can go, and the network without them",
        description="What each SE block does over pictures, what folding it away costs, and the "
        "network without those that were chosen. A gate that is the same for every picture is a "
        "fixed factor, and goes into the BatchNorm or convolution beside it. Writes "
        f"{TABLE}, {NETWORK} and {MANIFEST}; senet_viz.load_model(FILE) opens the network.",
    )
    add_network(parser)
    parser.add_argument(
        "--pictures",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder or zip of pictures; labelled ones count right answers, others agreement",
    )
    _add_truths(parser)
    parser.add_argument(
        "--survey", type=Path, metavar="DIR", help="take verdicts and mean gates from this survey"
    )
    parser.add_argument(
        "--fold",
        nargs="+",
        metavar="BLOCK",
        help="the blocks to fold away (default: those that act as a fixed scale)",
    )
    parser.add_argument(
        "--most", type=positive_int, default=1000, metavar="N", help="pictures (default: 1000)"
    )
    parser.add_argument(
        "--rounds",
        type=non_negative_int,
        default=10,
        metavar="N",
        help="of timing (default: 10; 0 for none)",
    )
    parser.add_argument(
        "--onnx", action="store_true", help=f"write {ONNX} too (extra onnx); for classifiers only"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.set_defaults(run=run)


def _add_truths(parser: argparse.ArgumentParser) -> None:
    """The options for boxes and masks, for a detector or a segmentation network."""
    truths = parser.add_mutually_exclusive_group()
    truths.add_argument(
        "--boxes",
        type=Path,
        metavar="FILE.json",
        help="a detector's true boxes, as a COCO JSON, for mAP (default: one among the pictures; "
        "without one, the scores of the boxes found are compared)",
    )
    truths.add_argument(
        "--masks",
        type=Path,
        metavar="DIR",
        help="a segmentation network's true classes, a.png for a.jpg, for mIoU (default: a folder "
        "masks among the pictures; without one, the class maps are compared)",
    )


def add_network(parser: argparse.ArgumentParser) -> None:
    """What ``load_network`` reads."""
    parser.add_argument(
        "model", metavar="MODEL", help="a name load_model takes, or a network that was saved"
    )
    parser.add_argument("--weights", type=Path, metavar="FILE", help="in place of published ones")
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="the classes' names, in the order of the network's outputs: one a line, or JSON",
    )


def run(given: argparse.Namespace) -> int:
    """Measure, print and write the table; fold, judge, save. Always 0 once the table is there."""
    from senet_viz.core.extras import require_extra
    from senet_viz.core.translation import ENGLISH, speaking

    if given.onnx:
        require_extra("onnx")
    if given.out.exists():
        raise SENetVizError(f"{given.out} exists. Remove it, or give another name with --out")
    with speaking(ENGLISH):
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    from senet_viz.figures.base.table_files import csv_file
    from senet_viz.removal.named_pictures import opened, pictures_for

    net = load_network(given)
    with opened(given.pictures) as folder:
        pictures = pictures_for(
            net,
            folder,
            most=given.most,
            shown=str(given.pictures),
            truths=given.boxes or given.masks,
        )
        if pictures.scenes is None:
            print_data_set(pictures.told, pictures.counted)
        else:
            print(pictures.told)
        reader = ReadablePictures(net, folder, pictures.files, scenes=pictures.scenes)
        gates = _gates(net, given.survey, reader, pictures)
        plan = _plan(net, reader, pictures, gates, given.rounds)
        reader.report()
        given.out.mkdir(parents=True)
        (given.out / TABLE).write_bytes(csv_file(plan.columns()))
        print(headline(plan))
        print_verdicts(gates, plan)
        blocks = given.fold or plan.fixed
        if not blocks:
            print("No block acts as a fixed scale: no network is written. Name blocks with --fold")
            return 0
        _fold(net, gates, blocks, reader, pictures, given)
    return 0


def load_network(given: argparse.Namespace) -> "Network":
    """The network that was asked for; what is assumed of a file goes to stderr."""
    from senet_viz.models import adapt_network, load_checkpoint, load_model, read_labels

    labels = None
    if given.labels is not None:
        labels = read_labels(given.labels.read_bytes(), given.labels.name)
    if given.weights is not None:
        net = load_checkpoint(given.model, given.weights, labels=labels)
    else:
        net = adapt_network(load_model(given.model), labels=labels)
    if net.contents is not None or net.manifest is not None:
        for note in net.notes:
            print(f"note: {note}", file=sys.stderr)
    return net


def batches(reader: ReadablePictures, pictures: "NamedPictures") -> "Iterator[Batch]":
    """The pictures that can be read, with their classes, or with what is in them."""
    for images, places in reader:
        yield images, pictures.labels_at(places) if pictures.scenes is None else reader.truth


def _gates(
    net: "Network", survey: Path | None, reader: ReadablePictures, pictures: "NamedPictures"
) -> "Gates":
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.removal import gates_of_survey, gates_over
    from senet_viz.surveys.tables import load_survey

    if survey is not None:
        return gates_of_survey(load_survey(survey))
    with ProgressLine("gates of pictures", total=len(pictures.files)) as line:
        return gates_over(net.model, batches(reader, pictures), progress=line.reach)


def _plan(
    net: "Network",
    reader: ReadablePictures,
    pictures: "NamedPictures",
    gates: "Gates",
    rounds: int,
) -> "RemovalPlan":
    from senet_viz.core.progress_line import ProgressLine
    from senet_viz.costs import measure_latency
    from senet_viz.removal import plan_removal

    latency = None
    if rounds > 0:
        states = measure_latency(net.model, net.preprocess.input_size, rounds=rounds)
        *_, latency = ProgressLine("rounds", total=rounds).over(states)
    last = None
    with ProgressLine("pictures judged", total=len(pictures.files)) as line:
        for last in plan_removal(
            net,
            lambda: batches(reader, pictures),
            source=pictures.source,
            gates=gates,
            latency=latency,
        ):
            line.reach(last.pictures)
    assert last is not None  # the reader has raised where there is no picture
    return last


def _fold(
    net: "Network",
    gates: "Gates",
    blocks: "list[str] | tuple[str, ...]",
    reader: ReadablePictures,
    pictures: "NamedPictures",
    given: argparse.Namespace,
) -> None:
    from senet_viz.costs import measure_latency
    from senet_viz.models import save_network
    from senet_viz.removal import fold_together, judge_together, judged

    small, folded = fold_together(net, gates, blocks)
    for fold in folded.folds:
        print(f"folded {fold.words}")
    for refused in folded.refused:
        if refused.block.name in blocks:
            print(f"kept {refused.block.name}: {refused.why}")
    if not folded.folds:
        print("None of them could be folded, so no network is written", file=sys.stderr)
        return
    latency = None
    if given.rounds > 0:
        *_, latency = measure_latency(
            net.model, net.preprocess.input_size, other=folded.model, rounds=given.rounds
        )
    *_, joint = judge_together(
        net, folded, batches(reader, pictures), source=pictures.source, latency=latency
    )
    print_joint(joint)
    manifest = save_network(
        small,
        given.out / NETWORK,
        folded=[fold.saved for fold in folded.folds],
        judged=judged(joint),
    )
    (given.out / MANIFEST).write_text(manifest.text(indent=2) + "\n", encoding="utf-8")
    print(f"saved in {given.out}: {TABLE}, {NETWORK}, {MANIFEST}")
    if given.onnx:
        _write_onnx(small, pictures, given.out / ONNX)


def _write_onnx(net: "Network", pictures: "NamedPictures", file: Path) -> None:
    """Compared with PyTorch on the first picture that can be read."""
    from senet_viz.core.errors import ImageError
    from senet_viz.models.onnx_writing import onnx_network
    from senet_viz.pictures import decoding

    for each in pictures.files:
        try:
            picture = decoding.read(each.read_bytes()).image
        except (ImageError, OSError):
            continue
        file.write_bytes(onnx_network(net, picture))
        print(f"saved as {file}; its scores are those of PyTorch on {each.name}")
        return
