"""verify(): build one architecture without weights, read it, and try to catch the reading out."""

import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

import numpy as np
import torch
from torch import nn

from senet_viz.blocks.finding import find_blocks, find_others, locate_blocks
from senet_viz.blocks.passes import plan_of
from senet_viz.core.errors import SENetVizError
from senet_viz.core.records import TOLERANCE, BlockActivation, Capture
from senet_viz.hooks import capture
from senet_viz.models import from_timm, from_torchvision
from senet_viz.models.catalogue import list_models, load_model
from senet_viz.models.embedded import VERSION_OF
from senet_viz.models.network import Network
from senet_viz.models.paper_networks import SYSTEMS
from senet_viz.verification.memory_check import free, shortage
from senet_viz.verification.random_weights import randomise
from senet_viz.verification.records import Verified
from senet_viz.verification.second_opinion import unexplained

SMALL_SIDES = (64, 128)  # tried before a network's own input size, which some insist on
LEFT_OUT = ("quantized_", "raft_")
FLAT = 0.01  # gates of a block closer together than this would let a wrong reading pass
_PROOFS = {"failed": "failed", "trivial": "holds for zeros only"}


def architectures() -> tuple[str, ...]:
    """Every network built here, torchvision's and timm's, as ``load_model`` takes it.

    Of torchvision's, two are left out. ``quantized_``: before conversion each is the float network
    of the same name, and after it there are no float gates. ``raft_``: they take two pictures.

    >>> architectures()[0]
    'se_resnet18_imagenette'
    """
    vision = from_torchvision.names()
    return (
        *VERSION_OF,
        *SYSTEMS,
        *(name for name in vision if not name.startswith(LEFT_OUT)),
        *(f"timm/{name}" if name in vision else name for name in from_timm.names()),
    )


def verify(name: str) -> Verified:
    """Whether every SE block of the architecture ``name`` is found, read correctly and counted.

    It is built without weights, its norm layers and blocks are randomised, and one picture of
    noise is captured, on the CPU. Nothing is downloaded. Whatever goes wrong is the ``problem`` of
    what is returned; nothing but an interrupt is raised.

    >>> verify("se_resnet18_imagenette").verified
    8
    """
    start = perf_counter()
    try:
        with warnings.catch_warnings():  # of libraries, about how they initialise weights
            warnings.simplefilter("ignore")
            answer = _verify(name)
    except Exception as error:  # one network's failure must not stop a run over hundreds
        answer = Verified(name, problem=_sentence(error))
    free()
    return replace(answer, seconds=perf_counter() - start)


def _verify(name: str) -> Verified:
    net = _outline(name)
    try:
        blocks, others = find_blocks(net.model), find_others(net.model)
    except SENetVizError:  # without values it does not run
        net = load_model(name, trained=False)
        blocks, others = find_blocks(net.model), find_others(net.model)
    answer = Verified(
        architecture=name,
        library=net.library,
        blocks=dict(Counter(block.kind for block in blocks)),
        declared=dict(Counter(other.kind for other in others)),
        factors=tuple(sorted({block.factor for block in blocks})),
    )
    doubts = [*_uncounted(net)]
    if not blocks:
        return replace(answer, problem=" ".join(doubts))
    if short := shortage(net.model):
        return replace(answer, problem=" ".join([*doubts, short]))
    captured = _captured(name, net)
    doubts.extend(_unproved(captured))
    return replace(
        answer,
        verified=sum(activation.proof == "verified" for activation in captured),
        relative_error=max(activation.relative_error for activation in captured),
        side=captured.input_size[0],
        problem=" ".join(doubts),
    )


def _outline(name: str) -> Network:
    """Built on the meta device, which costs no memory; for real where a model refuses that."""
    try:
        with torch.device("meta"):
            return load_model(name, trained=False)
    except Exception:  # what a model does while it is built may fail in many ways without values
        return load_model(name, trained=False)


def _uncounted(net: Network) -> Iterator[str]:
    """What the second opinion and the catalogue know of and the reading does not."""
    names = frozenset(block.name for block in find_blocks(net.model))
    declared = frozenset(other.name for other in find_others(net.model))
    if missing := unexplained(net.model, names, declared, idle=plan_of(net.model).idle):
        yield f"Neither found nor declared: {_listed(missing)}."
    listed = _listed_blocks(net)
    if names and listed is None:
        yield "The catalogue does not list it: run python -m senet_viz.models.architecture_scan."
    elif listed is not None and listed != len(names):
        yield f"{len(names)} blocks were found where the catalogue lists {listed}."


def _listed_blocks(net: Network) -> int | None:
    plain = net.name.rpartition("/")[2].partition(".")[0]
    for entry in list_models():
        if entry.library == net.library and entry.name.rpartition("/")[2] == plain:
            return entry.blocks
    return None


def _captured(name: str, outline: Network) -> Capture:
    """One picture of noise, as small as the network takes it."""
    shapes_only = any(parameter.is_meta for parameter in outline.model.parameters())
    net = load_model(name, trained=False) if shapes_only else outline
    located = locate_blocks(outline.model)
    names = dict.fromkeys(each.unit or each.owner for each in located)
    randomise(net.model, [net.model.get_submodule(name) for name in names])
    native = net.preprocess.input_size
    sizes = [*((side, side) for side in SMALL_SIDES if side < min(native)), native]
    for size in sizes[:-1]:
        try:
            return _capture(net.model, size)
        except SENetVizError:
            raise
        except Exception:  # each network has its own way to refuse a size
            continue
    return _capture(net.model, native)


def _capture(model: nn.Module, size: tuple[int, int]) -> Capture:
    noise = torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(0))
    return capture(model, noise)


def _unproved(captured: Capture) -> Iterator[str]:
    """Blocks whose proof failed, holds for zeros only, or would hold for another block's gates."""
    for proof in ("failed", "trivial"):
        if names := [a.block.name for a in captured if a.proof == proof]:
            share = f"{len(names)} blocks of {len(captured)}"
            yield f"The proof of {share} {_PROOFS[proof]}: {_listed(names)}."
    if flat := [
        a.block.name for a in captured if not a.excitation.max() - a.excitation.min() > FLAT
    ]:
        yield f"The gates of {_listed(flat)} are all alike, which proves little."
    if wrong := [
        a.block.name for a in captured if a.block.squeeze_by == "mean" and not _averaged(a)
    ]:
        yield f"The squeeze of {_listed(wrong)} is not the mean of its features."


def _averaged(activation: BlockActivation) -> bool:
    features = activation.require_features().astype(np.float64)
    mean, squeeze = features.mean(tuple(range(2, features.ndim))), activation.squeeze
    within = TOLERANCE * np.abs(features).max()
    return mean.shape == squeeze.shape and bool(np.abs(mean - squeeze).max() <= within)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _sentence(error: Exception) -> str:
    """A problem in one line; foreign errors with their type, since their text may be terse."""
    text = " ".join(str(error).split())
    return text if isinstance(error, SENetVizError) else f"{type(error).__name__}: {text[:300]}"
