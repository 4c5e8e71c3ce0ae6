"""A bundle of evidence: a folder or a zip, its manifest written last."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from senet_viz.core.errors import SENetVizError
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import tr
from senet_viz.reports.evidence.bundle_members import members
from senet_viz.reports.evidence.figure_files import SCRIPT, Member, plotly_script
from senet_viz.reports.evidence.manifest_file import FORMAT, about_picture, entry, manifest
from senet_viz.reports.inspection import Inspection, Settings

MANIFEST = "manifest.json"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first a zip can hold: equal input gives an equal file
PACKED = (".png", ".npz", ".parquet")
OnFile = Callable[[str], None]
Report = Callable[[Inspection, Settings], bytes]


def bundled(
    inspections: Iterable[Inspection], settings: Settings, *, report: Report | None = None
) -> Iterator[Member]:
    """Every file of a bundle by path and content, the manifest last; one inspection at a time.

    ``report`` makes the report of each, where one is wanted. Raises a SENetVizError where there
    is no inspection.
    """
    hashes: dict[str, dict[str, Any]] = {}
    pictures: list[dict[str, Any]] = []
    network = None
    for number, inspection in enumerate(inspections, start=1):
        network = inspection.network
        stem = re.sub(r"\.\w{1,5}$", "", inspection.name)
        folder = f"{number:02d}-{safe_name(stem, otherwise='picture')}"
        files: Iterable[Member] = members(inspection, settings, folder=folder)
        if report is not None:
            files = chain(files, [(f"{folder}/report.html", report(inspection, settings))])
        for path, content in files:
            hashes[path] = entry(content)
            yield path, content
        pictures.append(about_picture(inspection, folder, settings))
    if network is None:
        raise SENetVizError(tr("there is no picture to bundle. Give at least one that can be read"))
    script = plotly_script()
    hashes[SCRIPT] = entry(script)
    yield SCRIPT, script
    yield MANIFEST, manifest(network, pictures, hashes)


def write_zip(files: Iterable[Member], *, done: OnFile | None = None) -> bytes:
    """The files of ``bundled`` as one zip; the same files give the same bytes.

    ``done`` is told the path of each as it is packed.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in files:
            about = zipfile.ZipInfo(path, EPOCH)
            about.external_attr = 0o644 << 16
            packed = path.endswith(PACKED)
            about.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
            if done is not None:
                done(path)
    return file.getvalue()


def write_folder(files: Iterable[Member], out: Path, *, done: OnFile | None = None) -> None:
    """The files of ``bundled`` in a new folder, which is there whole or not at all.

    Raises a SENetVizError where something else is there already, and where it cannot be written.
    """
    require_free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            for path, content in files:
                place = workshop / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                if done is not None:
                    done(path)
            workshop.chmod(0o755)
            if out.is_dir():
                out.rmdir()
            workshop.rename(out)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    except OSError as error:
        raise SENetVizError(
            tr(
                "{out} could not be written ({why}). Nothing of it was kept; make room, or give "
                "another folder",
                out=str(out),
                why=error.strerror or type(error).__name__,
            )
        ) from error


def require_free(out: Path) -> None:
    """A SENetVizError where ``out`` is a file, or a folder with anything in it."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise SENetVizError(
            tr(
                "{out} exists and is not an empty folder. Remove it, or give another name",
                out=str(out),
            )
        )


def read_bundle(source: Path | bytes) -> dict[str, bytes]:
    """Every file of a bundle by path, from its folder or its zip, checked against the manifest.

    Raises a SENetVizError where a file is missing, or is not what the manifest says.
    """
    files = _unzipped(source) if isinstance(source, bytes) else _of_folder(source)
    if MANIFEST not in files:
        raise SENetVizError(
            tr(
                "there is no {manifest}, so this is no finished bundle. Make it again with "
                "senet-viz inspect",
                manifest=MANIFEST,
            )
        )
    words = json.loads(files[MANIFEST])
    if words.get("format") != FORMAT:
        raise SENetVizError(
            tr(
                "{manifest} is not that of a bundle of the kind {kind!r}",
                manifest=MANIFEST,
                kind=FORMAT,
            )
        )
    for path, digest in words["members"].items():
        if path not in files or sha256(files[path]).hexdigest() != digest["sha256"]:
            raise SENetVizError(
                tr("{path} is missing from the bundle or was changed. Make it again", path=path)
            )
    return files


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise SENetVizError(
            tr("these {size:,} bytes are no zip, or a damaged one", size=len(data))
        ) from error


def _of_folder(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
