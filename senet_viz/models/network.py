"""What ``load_model`` returns: a network with everything that must travel with its weights."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from senet_viz.core.gate_reference import GateReference
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.preprocess import Preprocess
from senet_viz.models.saved_manifest import Manifest
from senet_viz.models.weight_contents import Contents
from senet_viz.models.weight_files import file_sha256

Library = Literal["senet_viz", "timm", "torchvision", "own"]
# Made in English, whoever imports this first; ``again`` says them in another language.
with speaking(ENGLISH):
    UNTRAINED = tr("Untrained: the weights are random, so gates, maps and classes say nothing.")
    ASSUMED = tr(
        "Weights from a local file: preprocessing and labels are assumed to be the usual ones."
    )
    BY_NAME = tr(
        "Weights from the folder of SENET_VIZ_WEIGHTS, taken for the published ones by file name."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A model in eval mode with its preprocessing, labels and origin.

    ``name`` is what ``load_model`` takes; ``labels`` (k,) are in the order of the logits, empty
    for a network without classes. ``source`` is a URL or words, ``sha256`` that of the weight
    file ("" when untrained), ``licence`` that of the weights ("" where none is declared).
    ``accuracy`` in [0, 1] is top-1 on ``accuracy_on``, None where nobody published one.
    ``bare_title`` is the title without its words on random weights, "" where there are none.
    ``contents`` says of a file of one's own what is in use and what was left out, ``manifest`` of
    one that ``save_network`` wrote how it is built and what was removed.
    """

    name: str
    title: str
    library: Library
    model: nn.Module
    preprocess: Preprocess
    labels: tuple[str, ...]
    licence: str
    source: str
    sha256: str
    trained: bool
    accuracy: float | None = None
    accuracy_on: str = ""
    reference: GateReference | None = None
    notes: tuple[str, ...] = ()
    bare_title: str = ""
    contents: Contents | None = None
    manifest: Manifest | None = None


@speaking(ENGLISH)
def untrained(network: Network) -> Network:
    """The same record for random weights: nothing published about the trained ones holds."""
    return replace(
        network,
        title=tr("{title}, untrained", title=network.title),
        bare_title=network.title,
        licence="",
        source=tr("random initialisation"),
        sha256="",
        trained=False,
        accuracy=None,
        accuracy_on="",
        notes=(UNTRAINED,),
    )


@speaking(ENGLISH)
def from_file(
    network: Network,
    path: Path,
    *,
    origin: str = ASSUMED,
    notes: tuple[str, ...] = (),
    contents: Contents | None = None,
) -> Network:
    """The same record for weights from a local file, of which only the file is known.

    ``origin`` says what is assumed of the file, ``notes`` what was chosen in reading it, and
    ``contents`` what was left out.
    """
    return replace(
        network,
        title=tr("{title}, weights from {path}", title=network.title, path=path.name),
        licence="",
        source=tr("the file {path}", path=path),
        sha256=file_sha256(path),
        trained=True,
        accuracy=None,
        accuracy_on="",
        notes=(origin, *notes, *(() if contents is None else (contents.words,))),
        contents=contents,
    )


_BUILDING = threading.Lock()


@contextmanager
def building() -> Iterator[None]:
    """Build one model at a time and leave the global random state as it was.

    Initialisation draws from the global generator and timm keeps build settings in globals.
    """
    with _BUILDING, torch.random.fork_rng(devices=[]):
        yield
