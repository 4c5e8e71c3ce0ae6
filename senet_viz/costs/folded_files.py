"""A folded network as a file, and back: its state dict, and the names of the blocks that are gone.

Without senet_viz the file is read so: build the architecture, put ``nn.Identity()`` at each name in
the metadata entry ``folded`` (a JSON list), and load the state dict.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from senet_viz.analysis.cost_records import AccuracyChange
from senet_viz.blocks.finding import locate_blocks
from senet_viz.blocks.network_runs import unwrapped
from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.costs.folding import Folded
from senet_viz.costs.removal import without_se
from senet_viz.costs.shapes_only import shared_copy
from senet_viz.models.catalogue import load_model
from senet_viz.models.layouts import layout_of
from senet_viz.models.network import Network, from_file
from senet_viz.models.weight_files import read_checkpoint
from senet_viz.models.weight_fitting import load_state_dict_strictly

FOLDED, ARCHITECTURE = "folded", "architecture"


def save_folded(folded: Folded, path: Path, *, architecture: str = "") -> None:
    """Write the folded network's tensors as safetensors, with what it takes to rebuild it.

    ``architecture`` is the name that ``load_model`` takes; "" for a network of your own.
    """
    # save_file would make the file private to this user
    path.write_bytes(folded_bytes(folded, architecture=architecture))


def folded_bytes(folded: Folded, *, architecture: str = "") -> bytes:
    """What ``save_folded`` writes."""
    words = {
        FOLDED: json.dumps([fold.block.name for fold in folded.folds]),
        ARCHITECTURE: architecture,
    }
    state = {k: v.detach().cpu().clone() for k, v in folded.model.state_dict().items()}
    content: bytes = save({k: v.contiguous() for k, v in state.items()}, metadata=words)
    return content


def load_folded(path: Path | str) -> Network:
    """The network in a file of ``save_folded`` or ``senet-viz fold``, by the name in it.

    Labels and preprocessing are the architecture's own. Raises a WeightsError where the file is
    none of those, or names no architecture.
    """
    path = Path(path)
    names, architecture = _words(path)
    if not architecture:
        raise WeightsError(
            tr(
                "{path} names no architecture. Build the network yourself and use "
                "rebuild_folded(model, path)",
                path=path,
            )
        )
    net = load_model(architecture, trained=False)
    gone = (
        tr("Folded away, their gates being constant: {names}.", names=", ".join(names))
        if names
        else ""
    )
    known = from_file(net, path, notes=(gone,) if gone else ())
    return replace(known, model=rebuild_folded(net.model, path))


def rebuild_folded(model: nn.Module, path: Path | str) -> nn.Module:
    """``model``, built with its SE blocks and any weights, without those the file lacks, filled.

    Raises a WeightsError where the file does not fit it.
    """
    path = Path(path)
    names, _ = _words(path)
    inner = unwrapped(model)[0]
    known = {place.block.name for place in locate_blocks(inner)}
    if strange := [name for name in names if name not in known]:
        raise WeightsError(
            tr(
                "{path} was folded from a network with an SE block at {strange}, and "
                "{kind} has none there. Give the architecture it was folded from",
                path=path,
                strange=strange[0],
                kind=type(inner).__name__,
            )
        )
    rebuilt = without_se(inner, blocks=names)
    read = read_checkpoint(path, layout_of(lambda: rebuilt, lambda _: ""))
    load_state_dict_strictly(rebuilt, read.state, path)
    return rebuilt


def compare_accuracy(
    first: nn.Module, second: nn.Module, batches: Iterable[tuple[Tensor, Sequence[int]]]
) -> Iterator[AccuracyChange]:
    """Top-1 of two classifiers on the same labelled pictures, the state after every batch.

    batches: pairs of images (n, 3, h, w) and class numbers (n,).
    """
    networks = [shared_copy(unwrapped(network)[0]) for network in (first, second)]
    pictures = right = won = lost = 0
    for images, labels in batches:
        truth = torch.as_tensor(np.array(labels), device=images.device)
        with torch.no_grad():
            was, now = (network(images).argmax(1) == truth for network in networks)
        pictures, right = pictures + len(images), right + int(was.sum())
        won, lost = won + int((now & ~was).sum()), lost + int((was & ~now).sum())
        yield AccuracyChange(pictures, right, won, lost)


def _words(path: Path) -> tuple[tuple[str, ...], str]:
    """The names of the blocks that are gone, and the architecture."""
    if not path.is_file():
        raise WeightsError(
            tr("there is no file {path}. Give one that senet-viz fold wrote", path=path)
        )
    try:
        with safe_open(path, framework="pt") as file:
            words = file.metadata() or {}
    except SafetensorError as error:
        raise WeightsError(
            tr("{path} is not a readable safetensors file ({error})", path=path, error=str(error))
        ) from error
    if FOLDED not in words:
        raise WeightsError(
            tr(
                "{path} does not say which blocks were folded away. Give a file that "
                "senet-viz fold wrote, or load it as a usual checkpoint with "
                "load_model(NAME, weights=PATH)",
                path=path,
            )
        )
    return tuple(json.loads(words[FOLDED])), words.get(ARCHITECTURE, "")
