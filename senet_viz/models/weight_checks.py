"""Checks what a weight file claims before memory is spent on it, and what it holds after."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr

MOST_CLASSES = 100_000  # ImageNet-21k has 21,843
SLACK = 1 << 20  # bytes; what a small file's directory may take
ZIP = b"PK\x03\x04"


def require_honest_archive(path: Path) -> None:
    """Refuse an archive that would unpack to more than its size: PyTorch does not compress."""
    with path.open("rb") as file:
        if file.read(4) != ZIP:
            return
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked, size = sum(part.file_size for part in parts), path.stat().st_size
    if unpacked > size + SLACK or any(p.compress_type != zipfile.ZIP_STORED for p in parts):
        raise WeightsError(
            tr(
                "{path} is compressed: its {size:,} bytes would become {unpacked:,}, which "
                "PyTorch never writes, so it is refused. Save it again with "
                "torch.save(model.state_dict(), PATH)",
                path=path,
                size=size,
                unpacked=unpacked,
            )
        )


def require_plain(state: Mapping[Any, Tensor], path: Path) -> None:
    """Refuse what is no plain tensor with a name, or claims more numbers than the file holds."""
    storages: dict[int, int] = {}
    for name, tensor in state.items():
        if not isinstance(name, str):
            raise _unusable(path, tr("a tensor named by {name!r:.40}, not by a string", name=name))
        if problem := _oddity(tensor):
            raise _unusable(path, tr("{name:.80} as {problem}", name=name, problem=problem))
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        if tensor.numel() * tensor.element_size() > storage.nbytes():
            claimed = "x".join(map(str, tensor.shape))
            raise _unusable(
                path,
                tr(
                    "{name:.80} of {claimed} numbers, and not that many in the file",
                    name=name,
                    claimed=claimed,
                ),
            )
    if sum(storages.values()) > path.stat().st_size + SLACK:
        raise _unusable(
            path, tr("{sum:,} bytes of tensors, and is itself smaller", sum=sum(storages.values()))
        )


def nonfinite_note(state: Mapping[str, Tensor]) -> tuple[str, ...]:
    """A warning that names the tensors with NaN or infinity; empty if there are none.

    >>> nonfinite_note({"a": torch.tensor([1.0, float("inf")]), "b": torch.ones(2)})
    ('1 of 2 tensors holds NaN or infinite numbers (a), so what it computes is meaningless.',)
    """
    broken = [k for k, v in state.items() if v.is_floating_point() and not v.isfinite().all()]
    if not broken:
        return ()
    named = ", ".join(broken[:3]) + (", ..." if len(broken) > 3 else "")
    return (_nonfinite(len(broken), len(state), named),)


@speaking(ENGLISH)
def _nonfinite(broken: int, tensors: int, named: str) -> str:
    if broken == 1:
        return tr(
            "1 of {tensors} tensors holds NaN or infinite numbers ({named}), so "
            "what it computes is meaningless.",
            tensors=tensors,
            named=named,
        )
    return tr(
        "{broken} of {tensors} tensors hold NaN or infinite numbers ({named}), so "
        "what it computes is meaningless.",
        broken=broken,
        tensors=tensors,
        named=named,
    )


def checked_classes(tensor: Tensor, name: str) -> int:
    """How many classes a classifier's weight or bias tells apart, if a network can have as many."""
    classes = int(tensor.shape[0]) if tensor.ndim and tensor.numel() else 0
    if not 1 <= classes <= MOST_CLASSES:
        raise WeightsError(
            tr(
                "the file's {name} has the shape {shape}, which is no classifier of 1 to "
                "{most_classes:,} classes. Give the file of this very architecture",
                name=name,
                shape=tuple(tensor.shape),
                most_classes=MOST_CLASSES,
            )
        )
    return classes


def _oddity(tensor: Tensor) -> str:
    """What keeps a tensor from being copied into a network, or nothing."""
    if tensor.layout is not torch.strided or tensor.is_quantized:
        return tr("a sparse or quantised tensor")
    if tensor.device.type != "cpu" or type(tensor) not in (Tensor, torch.nn.Parameter):
        return tr(
            "a {kind} on {type} that holds no numbers of its own",
            kind=type(tensor).__name__,
            type=tensor.device.type,
        )
    return tr("complex numbers") if tensor.is_complex() else ""


def _unusable(path: Path, holds: str) -> WeightsError:
    return WeightsError(
        tr(
            "{path} holds {holds}. Save the plain weights with "
            "torch.save(model.state_dict(), PATH), or use safetensors",
            path=path,
            holds=holds,
        )
    )
