"""The options that say which network: a name and what goes with it, or a function of one's own."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from senet_viz.core.errors import SENetVizError

if TYPE_CHECKING:
    from senet_viz.models.network import Network


def add(parser: argparse.ArgumentParser) -> None:
    """Describe them to argparse."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--model",
        metavar="NAME",
        help="a name load_model takes; hf-hub:OWNER/NAME and local-dir:FOLDER are timm models of "
        "other people",
    )
    which.add_argument(
        "--factory",
        metavar="PACKAGE.MODULE:FUNCTION",
        help="a function of your own that returns the network",
    )
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="in place of the published weights"
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="the classes' names, in the order of the network's outputs: one a line, or JSON",
    )
    for option, what in (("--mean", "mean"), ("--std", "standard deviation")):
        parser.add_argument(
            option,
            nargs="+",
            metavar="X",
            help=f"{what} of red, green and blue on a scale of 0 to 1, or one number for all three "
            "(default: the network's own)",
        )


def network(given: argparse.Namespace) -> "Network":
    """The network that was asked for; what is assumed or left out of a file goes to stderr."""
    from senet_viz.core.translation import ENGLISH, speaking
    from senet_viz.models import adapt_network, load_checkpoint, load_factory, load_model

    if given.factory and given.weights:
        given.misused("--weights goes with --model; a --factory loads its own weights")
    labels, mean, std = _labels(given.labels), _three(given, "mean"), _three(given, "std")
    with speaking(ENGLISH):  # as all that a command says
        if given.factory:
            net = load_factory(given.factory, labels=labels, mean=mean, std=std)
        elif given.weights:
            net = load_checkpoint(given.model, given.weights, labels=labels, mean=mean, std=std)
        else:
            net = adapt_network(load_model(given.model), labels=labels, mean=mean, std=std)
        if given.factory or net.contents is not None:
            for note in net.notes:
                print(f"note: {note}", file=sys.stderr)
    return net


def _labels(file: Path | None) -> tuple[str, ...] | None:
    from senet_viz.models import read_labels

    if file is None:
        return None
    try:
        return read_labels(file.read_bytes(), file.name)
    except OSError as error:
        raise SENetVizError(
            f"--labels {file} cannot be read ({error.strerror}). Give a text or JSON file"
        ) from error


def _three(given: argparse.Namespace, option: str) -> tuple[float, ...] | None:
    """Three numbers, with commas or blanks between them, or one for all three."""
    texts: Sequence[str] | None = getattr(given, option)
    if texts is None:
        return None
    try:
        numbers = tuple(float(part) for part in " ".join(texts).replace(",", " ").split())
    except ValueError:
        numbers = ()
    if len(numbers) not in (1, 3):
        given.misused(
            f"--{option} takes three numbers, or one for all three, such as 0.485 0.456 0.406; "
            f"{' '.join(texts)!r} was given. Pictures stand before the options"
        )
    return numbers * 3 if len(numbers) == 1 else numbers
