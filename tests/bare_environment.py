"""An environment as ``pip install senet-viz`` makes it, without any extra.

The wheel is really built and unpacked. The packages it depends on, and theirs, are those of this
environment by links, so nothing is fetched, and nothing else of this environment can be imported.
"""

import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def build_environment(folder: Path) -> Path:
    """Build it in an empty folder; returns its Python."""
    wheel = _unpacked(folder)
    shared = folder / "shared"
    shared.mkdir()
    for needed in _closure(wheel):
        for top in {file.parts[0] for file in needed.files or ()} - {"..", "__pycache__"}:
            if not (shared / top).exists():  # packages of one namespace have one folder
                (shared / top).symlink_to(Path(str(needed.locate_file(top))))
    home = folder / "env"
    venv.create(home, with_pip=False, symlinks=True)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "shared.pth").write_text(f"{folder / 'package'}\n{shared}\n")
    return home / "bin" / "python"


def run_in(python: Path, script: Path) -> str:
    """What ``script`` prints there; PYTHONPATH and the script's own folder are not heeded."""
    done = subprocess.run(
        [python, "-I", script], cwd=python.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def extras_of(wheel: Distribution, extra: str) -> set[str]:
    """The names of what an extra brings, those of the extras that it names included."""
    found: set[str] = set()
    for wanted in _asked(wheel, extra):
        if canonicalize_name(wanted.name) == canonicalize_name(wheel.name):
            for other in wanted.extras:
                found |= extras_of(wheel, other)
        else:
            found.add(canonicalize_name(wanted.name))
    return found


def installed_wheel(python: Path) -> Distribution:
    """The metadata of the package in such an environment."""
    [metadata] = (python.parents[2] / "package").glob("*.dist-info")
    return PathDistribution(metadata)


def _unpacked(folder: Path) -> Distribution:
    """The project's wheel, in ``folder/package``."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "package")
    [metadata] = (folder / "package").glob("*.dist-info")
    return PathDistribution(metadata)


def _closure(wheel: Distribution) -> Iterator[Distribution]:
    """What the package needs, and what that needs; but for what its own extras bring."""
    left_out = {name for extra in _extras(wheel) for name in extras_of(wheel, extra)}
    waiting = [r.name for r in _asked(wheel)]
    met: set[str] = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in met | left_out:
            continue
        met.add(name)
        needed = distribution(name)
        yield needed
        for wanted in _asked(needed):
            waiting.append(wanted.name)
            if wanted.extras:
                other = distribution(wanted.name)
                waiting += [r.name for extra in wanted.extras for r in _asked(other, extra)]


def _extras(package: Distribution) -> list[str]:
    return package.metadata.get_all("Provides-Extra") or []


def _asked(package: Distribution, extra: str = "") -> list[Requirement]:
    """What it requires on this machine: always, or for one extra only."""
    found = [Requirement(line) for line in package.requires or ()]
    always = [r for r in found if r.marker is None or r.marker.evaluate({"extra": ""})]
    if not extra:
        return always
    return [
        r for r in found if r not in always and r.marker and r.marker.evaluate({"extra": extra})
    ]
