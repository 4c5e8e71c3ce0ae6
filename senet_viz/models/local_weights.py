"""Which networks have their published weights on this machine already; nothing is asked for."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from senet_viz.models.catalogue import ModelEntry
from senet_viz.models.downloads import SUFFIXES, hub_path, weights_folder


def local_weights(entries: Iterable[ModelEntry]) -> frozenset[str]:
    """The names of those whose weights a load finds in a folder: a person's own, PyTorch's, the
    Hub's cache, or in this package.

    Neither library is imported unless a folder holds a file that bears a network's name.
    """
    stems = _stems()
    return frozenset(
        entry.name
        for entry in entries
        if entry.has_weights
        and (entry.library == "senet_viz" or (_plain(entry) in stems and _is_here(entry)))
    )


def _plain(entry: ModelEntry) -> str:
    return entry.name.rpartition("/")[2]


def _stems() -> set[str]:
    """What the files in the three places may be named after, without tags and hashes."""
    return {stem for name in _names() for stem in (name.partition(".")[0], name.rpartition("-")[0])}


def _names() -> Iterator[str]:
    from huggingface_hub import constants

    own = weights_folder()
    for folder in (own, own and own / "timm", own and own / "torchvision", hub_path("x").parent):
        if folder is not None and folder.is_dir():
            yield from (file.name for file in folder.iterdir() if file.suffix in SUFFIXES)
    cache = Path(constants.HF_HUB_CACHE)
    if cache.is_dir():
        yield from (file.name.rpartition("--")[2] for file in cache.glob("models--*--*"))


def _is_here(entry: ModelEntry) -> bool:
    from senet_viz.models import from_timm, from_torchvision

    if entry.library == "torchvision":
        return from_torchvision.is_here(_plain(entry))
    return from_timm.is_here(_plain(entry))
