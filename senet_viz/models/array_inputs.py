"""The input of a network for signals or volumes: the array of a file, unchanged."""

from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import tr
from senet_viz.models.preprocess import Preprocess

USUAL = 1024  # places of a made-up signal
_AXES = {nn.Conv1d: 1, nn.Conv2d: 2, nn.Conv3d: 3}


def _no_picture(_: Image.Image) -> NoReturn:
    raise ImageError(
        tr("this network takes arrays, not pictures. Give a .npy or .npz file, or another network")
    )


@dataclass(frozen=True, slots=True)
class ArrayPreprocess(Preprocess):
    """Call it with an array to get the network's input, float32 (1, c, *places), values unchanged.

    ``channels`` is c; ``axes`` is 1 for signals (t) and 3 for volumes (d, h, w). ``channels_last``
    networks are given (1, *places, c).
    """

    channels: int = 1
    axes: int = 1
    channels_last: bool = False

    @property
    def words(self) -> str:
        return tr("{wanted}, as they are in the file", wanted=self.wanted)

    @property
    def wanted(self) -> str:
        """What the network takes, in words: "signals (12, length)"."""
        if self.axes == 3:
            return tr("volumes ({channels}, depth, height, width)", channels=self.channels)
        return tr("signals ({channels}, length)", channels=self.channels)

    def __call__(self, picture: Image.Image | npt.NDArray[Any]) -> Tensor:
        """The network's input; an InputError where the array has another shape."""
        if not isinstance(picture, np.ndarray):
            _no_picture(picture)
        values = torch.tensor(self.shaped(picture), dtype=torch.float32)[None]
        return values.movedim(1, -1) if self.channels_last else values

    def shaped(self, given: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The array as (c, *places): drops a batch axis of one, adds an axis of one channel."""
        values = given[0] if given.ndim == self.axes + 2 and len(given) == 1 else given
        if values.ndim == self.axes and self.channels == 1:
            values = values[None]
        if values.ndim == self.axes + 1 and len(values) == self.channels:
            return values
        raise InputError(
            tr(
                "an array of shape {shape} was given, and the network takes {wanted}. {advice}",
                shape=str(given.shape),
                wanted=self.wanted,
                advice=self._advice(values),
            )
        )

    def pixels(self, batch: Tensor | npt.NDArray[Any]) -> npt.NDArray[np.uint8]:  # noqa: ARG002
        """Raises an ImageError: an array has no pixels."""
        _no_picture(Image.new("RGB", (1, 1)))

    @property
    def record(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "channels": self.channels,
            "axes": self.axes,
            "channels_last": self.channels_last,
        }

    def _advice(self, values: npt.NDArray[Any]) -> str:
        if values.ndim == self.axes + 2 and values.shape[1] == self.channels:
            return tr("Give a single one of its {number} inputs", number=len(values))
        if values.ndim == self.axes + 1 and values.shape[-1] == self.channels:
            return tr("Its last axis has the right length: save numpy.moveaxis(array, -1, 0)")
        return tr("Give such an array, with or without a batch axis of one")


def array_preprocess(*, channels: int, axes: int, channels_last: bool = False) -> ArrayPreprocess:
    """The preprocessing of a network for signals (``axes`` 1) or volumes (3) with ``channels``.

    ``channels_last``: the network takes (n, *places, c); files are still (c, *places).

    >>> array_preprocess(channels=12, axes=1)(np.zeros((12, 500))).shape
    torch.Size([1, 12, 500])
    """
    if axes not in (1, 3) or channels < 1:
        raise InputError(
            tr(
                "{channels} channels and {axes} axes were given. Give at least one channel, and 1 "
                "axis for signals or 3 for volumes",
                channels=channels,
                axes=axes,
            )
        )
    return ArrayPreprocess(
        transform=_no_picture,
        input_size=(0, 0),
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        geometry="",
        channels=channels,
        axes=axes,
        channels_last=channels_last,
    )


def array_preprocess_of(model: nn.Module) -> ArrayPreprocess | None:
    """The preprocessing of a network whose first convolution takes signals or volumes; else None.

    If it does not take (n, c, *places), channels last is tried. A network that also has
    convolutions on pictures must accept a made-up signal.
    """
    first = next((m for m in model.modules() if isinstance(m, tuple(_AXES))), None)
    axes = next((each for kind, each in _AXES.items() if isinstance(first, kind)), 2)
    if first is None or axes == 2:
        return None
    channels = int(first.in_channels)  # type: ignore[arg-type]
    preprocess = array_preprocess(channels=channels, axes=axes)
    if axes == 3 or _takes(model, preprocess):
        return preprocess
    channels_last = array_preprocess(channels=channels, axes=axes, channels_last=True)
    if _takes(model, channels_last):
        return channels_last
    of_pictures = any(isinstance(m, nn.Conv2d) for m in model.modules())
    return None if of_pictures else preprocess


def _takes(model: nn.Module, preprocess: ArrayPreprocess) -> bool:
    """Whether the network accepts a signal of the usual length in this layout."""
    signal = torch.randn(preprocess.channels, USUAL, generator=torch.Generator().manual_seed(0))
    try:
        with torch.no_grad():
            model(preprocess(signal.numpy()))
    except Exception:  # whatever the network's own code raises
        return False
    return True
