"""Recognises a weight file's architecture from the names and shapes of its tensors.

For each architecture of the catalogue ``architecture_sketches.csv`` has the smallest of the hashes
of its tensors' names and shapes. The share of them that a file has in common with it estimates the
share of the tensors they have in common (bottom-k sketches; Cohen and Kaplan 2007).
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from torch import Tensor

from senet_viz.models.layouts import COUNTERS, Shape, without_wrappers
from senet_viz.models.weight_files import read_checkpoint

TABLE = Path(__file__).with_name("architecture_sketches.csv")
SKETCHED, BYTES = 32, 3  # hashes an architecture, and bytes a hash
DEEPEST = 8  # parts of a prefix
ALIKE = 0.25  # share of the tensors in common from which on an architecture is worth naming


@dataclass(frozen=True, slots=True)
class Likeness:
    """An architecture, and the share in [0, 1] of its tensors that a file seems to have."""

    architecture: str
    share: float


def likeliest(state: Mapping[str, Tensor], count: int = 2) -> tuple[Likeness, ...]:
    """The ``count`` architectures of the catalogue most likely to have these tensors.

    Those of which less than a quarter is there are left out, so there may be none. Prefixes and
    classifiers of any size make no difference.

    >>> from senet_viz.models.embedded import asset_paths
    >>> from senet_viz.models.weight_files import read_state_dict
    >>> likeliest(read_state_dict(asset_paths("resnet18_imagenette")[0]))[0]
    Likeness(architecture='resnet18_imagenette', share=1.0)
    """
    shapes = {without_wrappers(k): tuple(v.shape) for k, v in state.items() if _is_weight(k)}
    sketches = [
        sketch(each, classifier=head) for each in _bared(shapes) for head in ("", _last(each))
    ]
    likenesses = [
        Likeness(name, max((_in_common(known, each) for each in sketches), default=0.0))
        for name, known in _table().items()
    ]
    best = sorted(
        (each for each in likenesses if each.share >= ALIKE), key=lambda each: -each.share
    )
    return tuple(best[:count])


def recognise_architecture(path: Path | str, *, count: int = 2) -> tuple[Likeness, ...]:
    """The same of the tensors in a weight file, of which nothing is run.

    Raises a WeightsError where it cannot be read, or is something else.

    >>> from senet_viz.models.embedded import asset_paths
    >>> recognise_architecture(asset_paths("se_resnet18_imagenette")[0])[0].architecture
    'se_resnet18_imagenette'
    """
    return likeliest(read_checkpoint(path).every, count)


def sketch(shapes: Mapping[str, Shape], *, classifier: str = "") -> frozenset[str]:
    """The smallest hashes of the names and shapes, without those of the classifier."""
    head = f"{classifier}."
    hashes = sorted(
        blake2b(f"{name}{tuple(shape)}".encode(), digest_size=BYTES).hexdigest()
        for name, shape in shapes.items()
        if _is_weight(name) and not (classifier and name.startswith(head))
    )
    return frozenset(hashes[:SKETCHED])


def write_sketches(
    layouts: Iterable[tuple[str, Mapping[str, Shape], str]], table: Path = TABLE
) -> None:
    """Write the table from names, shapes and classifiers of architectures."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for name, shapes, classifier in layouts:
            writer.writerow((name, "".join(sorted(sketch(shapes, classifier=classifier)))))


def _is_weight(name: str) -> bool:
    """Whether it is a tensor that tells architectures apart."""
    last = name.rpartition(".")[2]
    return last not in COUNTERS and last != "num_batches_tracked"


def _in_common(one: frozenset[str], other: frozenset[str]) -> float:
    """Of the smallest hashes of the union, the share that is in both."""
    both = sorted(one | other)[: max(len(one), len(other))]
    return sum(each in one and each in other for each in both) / len(both) if both else 0.0


def _bared(shapes: Mapping[str, Shape]) -> Iterator[Mapping[str, Shape]]:
    """The tensors as they are, then with more and more of their common prefix removed."""
    for _ in range(DEEPEST):
        if not shapes:
            return
        yield shapes
        firsts = Counter(name.partition(".")[0] for name in shapes if "." in name)
        first = _commonest(list(firsts.items()))
        shapes = {
            name.partition(".")[2]: shape
            for name, shape in shapes.items()
            if name.partition(".")[0] == first and "." in name
        }


def _last(shapes: Mapping[str, Shape]) -> str:
    """The last layer with a matrix of weights, mostly the classifier; "" where there is none."""
    matrices = [k for k, v in shapes.items() if len(v) == 2 and k.endswith(".weight")]
    return matrices[-1].removesuffix(".weight") if matrices else ""


def _commonest(counted: Sequence[tuple[str, int]]) -> str:
    return max(counted, key=lambda each: each[1], default=("", 0))[0]


@cache
def _table() -> Mapping[str, frozenset[str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            name: frozenset(joined[i : i + 2 * BYTES] for i in range(0, len(joined), 2 * BYTES))
            for name, joined in csv.reader(file)
        }
