"""Pictures in tar files and in tar files inside them, with the classes they are shipped with."""

import posixpath
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Final

from senet_viz.core.errors import ImageError
from senet_viz.core.left_out import Ledger, Reason
from senet_viz.core.readable_text import readable
from senet_viz.core.told_classes import Told
from senet_viz.core.translation import tr
from senet_viz.pictures.class_folders import class_of, class_of_archive
from senet_viz.pictures.file_kinds import (
    ARCHIVES,
    TAR,
    is_compressed,
    is_hidden,
    is_picture_by_content,
    is_picture_by_name,
    kept_by_system,
    may_be_picture,
    suffix_of,
)
from senet_viz.pictures.file_signatures import HEAD
from senet_viz.pictures.folder_pictures import FolderItem
from senet_viz.surveys.entries import Entry
from senet_viz.surveys.sources import Place
from senet_viz.surveys.tar_samples import MOST_LABEL, Member, Sample, may_hold_label, split_key

HEADERS_AT_ONCE = 1 << 16  # bytes read ahead from a tar file elsewhere while it is listed
DEEPEST: Final = 3  # tar files in one another


def tar_entries(place: Place, entry: FolderItem, ledger: Ledger) -> Iterator[Entry]:
    """Members in their order. The class is that of a field of the sample, of the folder in the
    tar, of the tar's name where there are several, or of the folder it lies in.
    """
    options = {"cache_type": "readahead", "block_size": HEADERS_AT_ONCE} if place.remote else {}
    own, told = entry.label, entry.told
    if not place.only and (named := class_of_archive(PurePosixPath(entry.shown).stem)):
        own, told = named, Told("archive")
    before = "" if place.only else f"{entry.shown}/"
    listing = _Listing(entry.path, ledger)
    try:
        with place.fs.open(place.path(entry.path), "rb", **options) as stream:
            yield from listing.entries(stream, before, (own, told))
    except tarfile.TarError as error:
        raise ImageError(
            tr("{file} is damaged or no tar file: {error}", file=entry.shown, error=str(error))
        ) from error


@dataclass
class _Listing:
    """One tar file while its members go by; ``base`` is where it begins in the outermost."""

    file: str
    ledger: Ledger
    base: int = 0
    depth: int = 0
    _links: dict[str, str] = field(default_factory=dict)
    _early: dict[str, Sample] = field(default_factory=dict)  # classes before their pictures

    def entries(self, stream: IO[bytes], before: str, own: tuple[str, Told]) -> Iterator[Entry]:
        sample = Sample()
        with _opened(stream) as archive:
            for member in archive:
                archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
                path = PurePosixPath(readable(member.name))
                if member.isdir() or not self._taken(member, path, before):
                    continue
                key = str(path.with_name(path.name[: split_key(path.name)]))
                if key != sample.key:
                    yield from self._finish(sample, before, own)
                    sample = Sample(key)
                if suffix_of(path.name) == TAR:
                    yield from self._inner(archive, member, path, before)
                else:
                    self._add(archive, member, path, sample, before)
        yield from self._finish(sample, before, own)
        for alone in self._early.values():
            for name in alone.fields:
                self.ledger.add("label alone", name)
        if self._links:
            yield from self._linked(stream, before, own)

    def _taken(self, member: tarfile.TarInfo, path: PurePosixPath, before: str) -> bool:
        name = f"{before}{path}"
        passed = next((part for part in path.parts if kept_by_system(part)), "")
        if passed:
            self.ledger.add("system", name, passed)
        elif any(map(is_hidden, path.parts)):
            self.ledger.add("hidden", name)
        elif member.issym() or member.islnk():
            self._links[str(path)] = _target(member, path)
        elif not member.isfile() or member.issparse():
            self.ledger.add("special", name)
        else:
            return True
        return False

    def _add(
        self,
        archive: tarfile.TarFile,
        member: tarfile.TarInfo,
        path: PurePosixPath,
        sample: Sample,
        before: str,
    ) -> None:
        """A picture or a field of a sample; counted where it is neither."""
        name, key = f"{before}{path}", split_key(path.name)
        if is_picture_by_name(path.name) or (
            may_be_picture(path.name) and is_picture_by_content(_head(archive, member))
        ):
            at = self.base + member.offset_data
            sample.pictures.append(Member(path, at, member.size, key))
            return
        sample.others = True
        field_name = path.name[key:].lstrip(".").lower()
        if may_hold_label(field_name):
            if member.size > MOST_LABEL:
                self.ledger.add("larger", name, f".{field_name}")
                return
            content = archive.extractfile(member)
            if content is not None and sample.read_label(field_name, content.read()):
                sample.fields.append(name)
                return
        suffix = suffix_of(path.name)
        reason: Reason = "archive" if suffix in ARCHIVES else "suffix"
        self.ledger.add(reason, name, suffix or path.name)

    def _finish(self, sample: Sample, before: str, own: tuple[str, Told]) -> Iterator[Entry]:
        """The pictures of a sample; a class that stands before them in the tar is kept for them."""
        if not sample.pictures:
            if sample.fields:
                self._early[sample.key] = sample
            return
        early = self._early.pop(sample.key, None)
        if early is not None:
            sample.fields += early.fields
            sample.label, sample.by = sample.label or early.label, sample.by or early.by
        for name in sample.fields:
            self.ledger.add("labels", name, f".{name.rpartition('.')[2]}")
        chosen, others = sample.split()
        for member in others:
            self.ledger.add("other field", f"{before}{member.path}", f".{member.field}")
        for member in chosen:
            label, told = _class(sample, member.path, own)
            name = f"{before}{member.path}"
            yield Entry(name, label, self.file, member.offset, member.size, told=told)

    def _inner(
        self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: PurePosixPath, before: str
    ) -> Iterator[Entry]:
        """The pictures of a tar file in this one, whose name is their class."""
        name = f"{before}{path}"
        content = archive.extractfile(member)
        if content is None or self.depth + 1 >= DEEPEST:
            self.ledger.add("archive", name, TAR)
        elif is_compressed(content.read(HEAD)):
            self.ledger.add("compressed", name)
        else:
            content.seek(0)
            label = class_of_archive(path.stem)
            own = (label, Told("archive")) if label else class_of(path.parts[:-1])
            base = self.base + member.offset_data
            inner = _Listing(self.file, self.ledger, base, self.depth + 1)
            yield from inner.entries(content, f"{name}/", own)

    def _end_of(self, link: str) -> str:
        """Where a link leads in the end; somewhere on the way where it leads in a circle."""
        for _ in range(len(self._links)):
            if link not in self._links:
                break
            link = self._links[link]
        return link

    def _linked(self, stream: IO[bytes], before: str, own: tuple[str, Told]) -> Iterator[Entry]:
        """Links to pictures of the same archive, found in a second look through it."""
        wanted: dict[str, list[str]] = {}
        for name in self._links:
            wanted.setdefault(self._end_of(name), []).append(name)
        stream.seek(0)
        with _opened(stream) as archive:
            for member in archive:
                archive.members = []  # type: ignore[attr-defined]
                path = PurePosixPath(readable(member.name))
                if not member.isfile() or not is_picture_by_name(path.name):
                    continue
                for above in (path, *path.parents):
                    for name in wanted.get(str(above), ()):
                        self._links.pop(name, None)
                        link = PurePosixPath(name) / path.relative_to(above)
                        label, told = _class(Sample(), link, own)
                        at = self.base + member.offset_data
                        yield Entry(f"{before}{link}", label, self.file, at, member.size, told=told)
        for name in self._links:
            self.ledger.add("broken link", f"{before}{name}")


def _opened(stream: IO[bytes]) -> tarfile.TarFile:
    return tarfile.open(fileobj=stream, mode="r:", encoding="utf-8", errors="surrogateescape")


def _head(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    return content.read(HEAD) if content is not None else b""


def _target(member: tarfile.TarInfo, path: PurePosixPath) -> str:
    """The path in the archive that a link leads to."""
    target = readable(member.linkname)
    if member.islnk():
        return str(PurePosixPath(target))
    return posixpath.normpath(f"{path.parent}/{target}")


def _class(sample: Sample, path: PurePosixPath, own: tuple[str, Told]) -> tuple[str, Told]:
    if sample.label:
        return sample.label, Told("field", sample.by)
    label, told = class_of(path.parts[:-1])
    return (label, told) if label else own
