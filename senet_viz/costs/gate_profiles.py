"""What each gate is over many pictures, and which blocks do not depend on the picture."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

from senet_viz.analysis.variance import FIXED, acts_fixed, off_mean
from senet_viz.core.arrays import Array, readonly
from senet_viz.core.errors import BlockError, CaptureError
from senet_viz.core.gate_reference import GateReference
from senet_viz.core.records import SEBlock, unknown_block
from senet_viz.core.translation import tr
from senet_viz.hooks import capture
from senet_viz.models.embedded import read_reference

Gates = npt.ArrayLike | tuple[npt.ArrayLike, npt.ArrayLike]
Profile = Mapping[str, Gates] | GateReference


def _form() -> str:
    return tr("Give an .npz file with the arrays mean/NAME (c,) and std/NAME (c,) for each block")


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """One block's gates (c,) as constants; how far they are off them, 0 to 1, None if not known."""

    gates: Array
    off_mean: float | None


def constants(
    profile: Profile, blocks: Mapping[str, SEBlock], *, chosen: Collection[str] | None
) -> tuple[dict[str, Constant], dict[str, str]]:
    """The blocks to hold at constants, and for every other one the reason why it is not.

    Those that are ``chosen``; if None, those that act as a fixed scale.
    """
    given = _pairs(profile)
    if not given:
        raise BlockError(tr("the profile is empty. Give block names with their gates (c,)"))
    for name in (*given, *(chosen or ())):
        if name not in blocks:
            raise BlockError(unknown_block(name, tuple(blocks)))
    known: dict[str, Constant] = {}
    stay: dict[str, str] = {}
    for name, block in blocks.items():
        if name not in given:
            stay[name] = tr("the profile says nothing of it")
            continue
        mean, deviation = given[name]
        _check(block, mean, deviation)
        off = None if deviation is None else off_mean(mean, deviation.astype(np.float64) ** 2)
        if chosen is not None and name not in chosen:
            stay[name] = tr("it was not chosen")
        elif chosen is None and off is not None and not acts_fixed(off):
            stay[name] = tr(
                "its gates depend on the picture: they are off their mean by {off:.1%} of the "
                "gate, and a fixed scale is below {fixed:.0%}",
                off=off,
                fixed=FIXED,
            )
        else:
            known[name] = Constant(mean, off)
    return known, stay


def measure_profile(
    model: nn.Module, batches: Iterable[Tensor], *, progress: Callable[[int], None] | None = None
) -> dict[str, tuple[Array, Array]]:
    """Mean and standard deviation (c,) of each gate over pictures, in batches (n, 3, h, w).

    ``progress`` is called with the number of pictures done. Raises a CaptureError without any.

    >>> import torch
    >>> from senet_viz.models.residual import build
    >>> profile = measure_profile(build("se"), [torch.ones(1, 3, 64, 64)])
    >>> float(profile["layer1.0.se"][1].max())
    0.0
    """
    count = 0
    mean: dict[str, np.ndarray] = {}
    squares: dict[str, np.ndarray] = {}
    for images in batches:
        before, count = count, count + len(images)
        for activation in capture(model, images, features="none"):
            name, gates = activation.block.name, activation.excitation.astype(np.float64)
            there = gates.mean(0)
            apart = there - mean.get(name, 0.0)
            within = ((gates - there) ** 2).sum(0)
            squares[name] = (
                squares.get(name, 0.0) + within + apart**2 * before * len(images) / count
            )
            mean[name] = mean.get(name, 0.0) + apart * len(images) / count
        if progress:
            progress(count)
    if not count:
        raise CaptureError(tr("no picture was given, and a profile needs at least one"))
    return {
        name: (
            readonly(mean[name].astype(np.float32)),
            readonly(np.sqrt(squares[name] / count).astype(np.float32)),
        )
        for name in mean
    }


def read_profile(path: Path | str) -> Profile:
    """A profile from a file.

    Either ``.safetensors`` reference statistics as they come with an embedded network, or ``.npz``
    with an array (c,) ``mean/NAME`` for each block and, if known, ``std/NAME``. Raises a
    BlockError for anything else.
    """
    path = Path(path)
    if path.suffix == ".safetensors":
        return read_reference(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: np.asarray(file[key]) for key in file.files}
    except (OSError, ValueError, EOFError, AttributeError, BadZipFile) as error:
        raise BlockError(
            tr(
                "{path} cannot be read as .npz ({error}). {form}",
                path=path,
                error=str(error),
                form=_form(),
            )
        ) from error
    names = [key.removeprefix("mean/") for key in arrays if key.startswith("mean/")]
    if not names:
        raise BlockError(
            tr(
                "{path} holds {value}. {form}",
                path=path,
                value=", ".join(arrays) or "nothing",
                form=_form(),
            )
        )
    return {
        n: (arrays[f"mean/{n}"], arrays[f"std/{n}"])
        if f"std/{n}" in arrays
        else arrays[f"mean/{n}"]
        for n in names
    }


def _pairs(profile: Profile) -> dict[str, tuple[Array, Array | None]]:
    if isinstance(profile, GateReference):
        return {name: profile.usual(name) for name in profile.mean}
    return {
        name: (_row(given[0]), _row(given[1])) if isinstance(given, tuple) else (_row(given), None)
        for name, given in profile.items()
    }


def _row(values: npt.ArrayLike) -> Array:
    row: Array = readonly(np.array(values, dtype=np.float32))
    return row


def _check(block: SEBlock, mean: Array, deviation: Array | None) -> None:
    for row in (mean, deviation):
        if row is None:
            continue
        what = tr("gates") if row is mean else tr("deviations")
        if row.shape != (block.channels,):
            raise BlockError(
                tr(
                    "{what} of shape {shape} do not fit {block}: give ({channels},)",
                    what=what,
                    shape=row.shape,
                    block=block.name,
                    channels=block.channels,
                )
            )
        if not np.isfinite(row).all() or (row < 0).any():
            raise BlockError(
                tr(
                    "the {what} of {block} are not all finite and 0 or more",
                    what=what,
                    block=block.name,
                )
            )
