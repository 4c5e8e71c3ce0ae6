"""How near a survey comes to what the cores allow, and whether it grows with the pictures.

    python -m tests.benchmarks.survey [IMAGES] [--model NAME] [--rounds 3] [--pictures 512]
                                      [--beside]

One core's time for a picture is its decoding and its forward pass, both measured here over the
same pictures, in one process for each core at the same time, as cores slow each other down. They
allow (cores / that time) pictures a second if nothing else costs anything: the survey's own rate
is given as a share of it. What a survey pays once (the plan, the tables) is in its rate too.
``--beside`` adds the same survey by one and by two workers of Ray, and in bfloat16.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

import senet_viz as sv
from senet_viz.blocks.copies import fast_copy
from senet_viz.core.process_memory import keep_freed_memory
from senet_viz.core.processors import cores
from senet_viz.models.network import Network
from senet_viz.pictures import decoding as pictures_decoding
from tests.benchmarks.machine import machine

BATCH = 16
START_UP = 10  # seconds in which every process has loaded the network


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one core for a picture, and what the survey reached of what they allow."""

    decoding: float
    forward: float
    rate: float

    @property
    def allowed(self) -> float:
        """Pictures a second of all cores together, were there nothing but these two."""
        return cores() / (self.decoding + self.forward)

    @property
    def share(self) -> float:
        return self.rate / self.allowed


@dataclass(frozen=True, slots=True)
class Chosen:
    """A network by what ``load_model`` takes, so that other processes can load it too."""

    name: str
    weights: Path | None = None
    trained: bool = True

    def load(self) -> Network:
        return sv.load_model(self.name, weights=self.weights, trained=self.trained)


def one_round(
    files: Sequence[Path], folder: Path, chosen: Chosen, *, start_up: float = START_UP
) -> Round:
    """Decoding and forward pass alone, then the survey of the folder, one after another."""
    network, part = chosen.load(), list(files[: 8 * BATCH])
    spawning = get_context("spawn")
    with ProcessPoolExecutor(cores(), mp_context=spawning) as each:
        together = time.time() + start_up
        waiting = [each.submit(alone, chosen, part, together) for _ in range(cores())]
        apart = [future.result() for future in waiting]
    decoding, forward = (statistics.mean(times) for times in zip(*apart, strict=True))
    with tempfile.TemporaryDirectory() as out:
        begun = time.perf_counter()
        done = sv.survey(folder, network, out=Path(out) / "survey")
        seconds = time.perf_counter() - begun
    return Round(decoding, forward, int(done.count.sum()) / seconds)


def alone(chosen: Chosen, files: Sequence[Path], at: float) -> tuple[float, float]:
    """Seconds a picture on one core: reading and decoding; the forward pass. Begins at ``at``."""
    keep_freed_memory()
    torch.set_num_threads(1)
    network = chosen.load()
    model = fast_copy(network.model, "cpu")
    with torch.no_grad():
        ready = _decoded(network, files[:BATCH])
        model(ready.contiguous(memory_format=torch.channels_last))
        time.sleep(max(at - time.time(), 0))
        begun = time.perf_counter()
        ready = _decoded(network, files)
        decoding = time.perf_counter() - begun
        batches = ready.contiguous(memory_format=torch.channels_last).split(BATCH)
        begun = time.perf_counter()
        for batch in batches:
            model(batch)
    return decoding / len(files), (time.perf_counter() - begun) / len(files)


def _decoded(network: Network, files: Sequence[Path]) -> torch.Tensor:
    return torch.cat([network.preprocess(pictures_decoding.decode(f.read_bytes())) for f in files])


def linked(files: Sequence[Path], folder: Path) -> Path:
    """A folder of links to the files, so that a set of any size can be surveyed."""
    folder.mkdir()
    for number, file in enumerate(files):
        (folder / f"{number:06d}{file.suffix}").symlink_to(file.resolve())
    return folder


def photographs(folder: Path, *, count: int = 128) -> list[Path]:
    """JPEGs of 500 by 375 px: other parts of the sample photographs each time."""
    files = []
    for n in range(count):
        image = pictures_decoding.decode(
            sv.load_sample(("china", "astronaut", "chelsea", "coffee")[n % 4])
        )
        left, top = image.width * (n % 8) // 32, image.height * (n // 8 % 8) // 32
        size = (image.width * 3 // 4, image.height * 3 // 4)
        files.append(folder / f"{n:04d}.jpg")
        part = image.crop((left, top, left + size[0], top + size[1])).resize((500, 375))
        part.save(files[-1], quality=90)
    return files


def report(
    files: Sequence[Path], chosen: Chosen, *, rounds: int, pictures: int, sizes: Sequence[int]
) -> Iterator[str]:
    """Markdown lines, as they come: one set of pictures after the other."""
    network = chosen.load()
    yield f"{machine()}. {chosen.name}, batch {BATCH}, {rounds} rounds."
    yield ""
    yield "| pictures | a second | of what the cores allow | one core, decoding and forward |"
    yield "|---|---|---|---|"
    sv.capture(network.model, torch.zeros(1, 3, *network.preprocess.input_size), features="none")
    with tempfile.TemporaryDirectory() as scratch:
        for times in sizes:
            count = pictures * times
            folder = linked(
                (list(files) * (count // len(files) + 1))[:count], Path(scratch) / str(times)
            )
            found = [one_round(files, folder, chosen) for _ in range(rounds)]
            yield f"| {count:,} | {_words(found)} |"


def beside(files: Sequence[Path], chosen: Chosen, *, rounds: int, pictures: int) -> Iterator[str]:
    """Markdown lines: other ways to make the same survey, interleaved, against float32 here."""
    network = chosen.load()
    ways: dict[str, Callable[[Path], sv.Survey]] = {
        "float32, local engine": lambda out: sv.survey(folder, network, out=out),
        "bfloat16 outside the SE blocks": lambda out: sv.survey(
            folder, network, out=out, precision="bfloat16"
        ),
        "Ray, one worker": lambda out: sv.survey(folder, network, out=out, engine="ray", workers=1),
        "Ray, two workers": lambda out: sv.survey(
            folder, network, out=out, engine="ray", workers=2
        ),
    }
    yield f"The same survey of {pictures:,} pictures in other ways, {rounds} rounds:"
    yield ""
    yield "| way | pictures a second |"
    yield "|---|---|"
    with tempfile.TemporaryDirectory() as scratch:
        folder = linked(
            (list(files) * (pictures // len(files) + 1))[:pictures], Path(scratch, "in")
        )
        rates: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds):
            for number, (way, make) in enumerate(ways.items()):
                begun = time.perf_counter()
                done = make(Path(scratch, f"{turn}-{number}"))
                rates[way].append(int(done.count.sum()) / (time.perf_counter() - begun))
    for way, found in rates.items():
        yield f"| {way} | {statistics.median(found):.1f} ({min(found):.1f} to {max(found):.1f}) |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("images", type=Path, nargs="?", help="a folder of JPEGs, at any depth")
    parser.add_argument("--model", default="se_resnet18_imagenette")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--untrained", action="store_true", help="random weights: the time is so")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=512, help="in the smallest of three sets")
    parser.add_argument("--beside", action="store_true", help="Ray and bfloat16 too")
    given = parser.parse_args()
    chosen = Chosen(given.model, given.weights, not given.untrained)
    with tempfile.TemporaryDirectory() as made:
        files = (
            photographs(Path(made))
            if given.images is None
            else sorted(f for f in given.images.rglob("*") if f.suffix.lower() in {".jpg", ".jpeg"})
        )
        for line in report(
            files, chosen, rounds=given.rounds, pictures=given.pictures, sizes=(1, 2, 4)
        ):
            print(line, flush=True)
        if given.beside:
            print()
            for line in beside(files, chosen, rounds=given.rounds, pictures=2 * given.pictures):
                print(line, flush=True)


def _words(rounds: Sequence[Round]) -> str:
    shares = [r.share for r in rounds]
    decoding, forward = (
        1e3 * statistics.median(values)
        for values in zip(*((r.decoding, r.forward) for r in rounds), strict=True)
    )
    rate = statistics.median(r.rate for r in rounds)
    return (
        f"{rate:.1f} | {statistics.median(shares):.0%} ({min(shares):.0%} to {max(shares):.0%}) | "
        f"{decoding:.1f} and {forward:.1f} ms"
    )


if __name__ == "__main__":
    main()
