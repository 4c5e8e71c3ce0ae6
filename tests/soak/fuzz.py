"""Picture files with mutated headers and bodies: an ImageError or a picture, soon and small."""

import faulthandler
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from senet_viz.core.errors import ImageError
from senet_viz.pictures.decoding import MAX_PIXELS, read
from tests.soak.mutation import FORMATS, mutated, originals
from tests.soak.process import MB, forget_highest, highest, resident
from tests.soak.table import Finding

ROOT = Path(__file__).parents[2]
FULL, REDUCED = 20_000, 250
SECONDS, MEMORY = 5.0, 1000 * MB
DEAD = 60.0  # seconds; a reader that is not back by then is stopped, and its place printed


@dataclass
class Seen:
    """What came of the inputs so far; seconds are of processor time."""

    inputs: int = 0
    pictures: int = 0
    refused: int = 0
    slowest: float = 0.0
    largest: int = 0

    def read(self, kind: str, data: bytes) -> None:
        """One input; anything but an ImageError gets out, and so does a broken limit."""
        faulthandler.dump_traceback_later(DEAD, exit=True)
        forget_highest()
        before, start = resident(), time.process_time()
        try:
            picture = read(data)
        except ImageError as error:
            self.refused += 1
            assert "\n" not in str(error) and len(str(error)) < 200, str(error)
        else:
            self.pictures += 1
            assert picture.image.mode == "RGB"
            assert picture.image.width * picture.image.height <= MAX_PIXELS
        took, grown = time.process_time() - start, highest() - before
        faulthandler.cancel_dump_traceback_later()
        self.inputs += 1
        self.slowest, self.largest = max(self.slowest, took), max(self.largest, grown)
        assert took < SECONDS, f"{took:.1f} s for one {kind}"
        assert grown < MEMORY, f"{grown / MB:.0f} MB for one {kind}"


def run(inputs: int, *, first: int) -> Seen:
    """So many inputs in this process."""
    seen = Seen()
    originals()

    @seed(first)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        kind=st.sampled_from(FORMATS),
        number=st.integers(0, 2**48),
        changes=st.integers(1, 16),
    )
    def every_input(kind: str, number: int, changes: int) -> None:
        seen.read(kind, mutated(kind, number, changes))

    every_input()
    return seen


def fuzz(*, inputs: int = FULL, first: int = 1) -> list[Finding]:
    """The inputs in a process of their own, so that its memory is theirs."""
    command = [sys.executable, "-m", "tests.soak.fuzz", str(inputs), str(first)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    what = f"{inputs:,} mutated files"
    if done.returncode:
        said = [line.strip(" |") for line in done.stderr.splitlines() if "Error" in line]
        print(done.stderr, file=sys.stderr)
        return [Finding("fuzz", what, said[-1] if said else "died", "only ImageError", False)]
    seen = json.loads(done.stdout)
    return [
        Finding(
            "fuzz",
            what + f" ({', '.join(FORMATS)})",
            f"{seen['pictures']:,} read, {seen['refused']:,} refused in a sentence",
            "no exception but ImageError",
            seen["inputs"] >= inputs,
        ),
        Finding(
            "fuzz",
            "the slowest file",
            f"{seen['slowest']:.2f} s of processor time",
            f"{SECONDS:g} s",
            seen["slowest"] < SECONDS,
        ),
        Finding(
            "fuzz",
            "the file that took most memory",
            f"{seen['largest'] / MB:.0f} MB",
            f"{MEMORY // MB} MB",
            seen["largest"] < MEMORY,
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(asdict(run(int(sys.argv[1]), first=int(sys.argv[2])))))
