"""Pictures of a folder as batches for a network; files that cannot be read are left out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from senet_viz.core.errors import ImageError, SENetVizError
from senet_viz.core.readable_text import readable

if TYPE_CHECKING:
    from torch import Tensor

    from senet_viz.experiments.scene_tally import Truth
    from senet_viz.models.network import Network
    from senet_viz.pictures.scene_truth import ScenePictures

AT_ONCE = 8
SHOWN_FAILURES = 5
Failure = tuple[str, str]  # a picture's name, and why it could not be read


class ReadablePictures:
    """Iterate for batches (n, 3, h, w), and the indices in ``files`` of their n pictures.

    After that ``failures`` has every file that could not be read. ``scenes``: for a network that
    finds boxes or a class map; pictures come one at a time in their own shape, and ``truth`` holds
    the boxes or mask of the last.
    """

    def __init__(
        self,
        network: "Network",
        folder: Path,
        files: Sequence[Path],
        *,
        scenes: "ScenePictures | None" = None,
    ) -> None:
        self.failures: list[Failure] = []
        self.truth: Truth | None = None
        self._network, self._folder, self._files = network, folder, files
        self._scenes = scenes

    def __iter__(self) -> "Iterator[tuple[Tensor, list[int]]]":
        """Raises a SENetVizError where there is no file, or not one can be read."""
        import torch

        if not self._files:
            raise SENetVizError(f"{self._folder} holds no pictures. Give a folder of pictures")
        self.failures = []
        inputs: list[Tensor] = []
        places: list[int] = []
        for place, file in enumerate(self._files):
            read = self._read(file)
            if read is None:
                continue
            inputs.append(read)
            places.append(place)
            if len(inputs) == (AT_ONCE if self._scenes is None else 1):
                yield torch.cat(inputs), places
                inputs, places = [], []
        if inputs:
            yield torch.cat(inputs), places
        if len(self.failures) == len(self._files):
            tried, (name, reason) = len(self._files), self.failures[0]
            raise SENetVizError(
                f"none of the pictures in {self._folder} could be read ({tried:,} tried). The "
                f"first, {name}: {reason}"
            )

    def _read(self, file: Path) -> "Tensor | None":
        from senet_viz.pictures import decoding

        try:
            image = decoding.read(file.read_bytes()).image
            if self._scenes is None:
                return self._network.preprocess(image)
            self.truth = self._scenes.truth(file)
            return self._network.preprocess.uncropped(image)
        except (ImageError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            name = file.relative_to(self._folder) if file.is_relative_to(self._folder) else file
            self.failures.append((readable(str(name)), why or str(error)))
            return None

    def report(self) -> None:
        """Print how many pictures were left out, and the first of them with the reason."""
        if self.failures:
            print(
                f"{len(self.failures):,} of {len(self._files):,} pictures in {self._folder} are "
                "unreadable and were left out"
            )
        print_failures(self.failures, of=len(self.failures))


def print_failures(failures: Sequence[Failure], *, of: int, place: str = "") -> None:
    """The first few, a line each, and how many more of all ``of`` are in ``place``."""
    for name, reason in failures[:SHOWN_FAILURES]:
        print(f"  {name}: {reason}")
    if of > SHOWN_FAILURES:
        print(f"  and {of - SHOWN_FAILURES:,} more{place}")
