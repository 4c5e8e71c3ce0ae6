"""What a weight file is likeliest of, and what of it would be used, before it is loaded."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from dashboard.runtime.cache import NETWORKS, keep
from dashboard.services import networks
from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr
from senet_viz.models.catalogue import layout
from senet_viz.models.recognition import likeliest
from senet_viz.models.saved_manifest import manifest_of
from senet_viz.models.weight_files import read_checkpoint


@dataclass(frozen=True, slots=True)
class Preview:
    """``architectures`` are the two likeliest, the first one first.

    ``contents`` says what is in use and left out under the chosen one, "" where it does not fit.
    ``saved`` is the architecture of a network that senet_viz saved, "" for any other file;
    ``sure`` the only one that all the tensors are of, "" where there are none or several.
    """

    architectures: tuple[str, ...] = ()
    contents: str = ""
    saved: str = ""
    sure: str = ""


def preview(key: str, weights: bytes | Path, name: str, *, architecture: str = "") -> Preview:
    """Of an upload, or of a file on this machine; kept under ``key``.

    What cannot be read is passed over here: who uses it is told why.
    """
    try:
        return _previewed(key, architecture, weights, name)
    except (SENetVizError, OSError):
        return Preview()


@keep(NETWORKS, words=lambda: tr("Looking into the file …"), turns=None)
def _previewed(
    key: str,  # noqa: ARG001 (the cache's key)
    architecture: str,
    _weights: bytes | Path,
    _name: str,
) -> Preview:
    if isinstance(_weights, Path):
        return _read(_weights, architecture)
    with tempfile.TemporaryDirectory(prefix="senet_viz_") as folder:
        file = Path(folder) / f"weights{Path(_name).suffix.lower()}"
        file.write_bytes(_weights)
        return _read(file, architecture)


def _read(file: Path, architecture: str) -> Preview:
    manifest = manifest_of(file)
    if manifest is not None:
        names = (manifest.architecture, f"{manifest.library}/{manifest.architecture}")
        listed = next((name for name in reversed(names) if name in networks.entries()), names[0])
        return Preview(contents=manifest.words, saved=listed)
    if not architecture:
        likenesses = likeliest(read_checkpoint(file).every)
        whole = [each.architecture for each in likenesses if each.share == 1]
        sure = whole[0] if len(whole) == 1 else ""
        return Preview(tuple(each.architecture for each in likenesses), sure=sure)
    chosen = layout(architecture)
    read = read_checkpoint(file, chosen)
    there = sum(name in chosen.shapes for name in read.state)
    fits = there == len(read.state)
    likenesses = () if fits else likeliest(read.every)
    return Preview(
        tuple(each.architecture for each in likenesses), read.contents.words if fits else ""
    )
