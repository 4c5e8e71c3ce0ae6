"""Zip files of every system: names in their own letters, links followed, the rest counted."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from senet_viz.core.errors import ImageError
from senet_viz.pictures.zip_pictures import unpack_pictures
from tests.senet_viz.surveys.layouts import JPG, PNG

TABLE = b"file,label\n1.jpg,cat\n"


class RawInfo(zipfile.ZipInfo):
    """A member whose name is written as these bytes, without the flag of UTF-8."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (Python's own name)
        return self.raw, self.flag_bits & ~0x800


def zipped(
    members: Mapping[str, bytes],
    *,
    encoding: str = "",
    links: Mapping[str, str] = {},
    unicode_path: bool = False,
) -> io.BytesIO:
    """``encoding``: of names that are not marked as UTF-8, "" for those that are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(_info(name, encoding, unicode_path), data)
        for name, target in links.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    file.seek(0)
    return file


def _info(name: str, encoding: str, unicode_path: bool) -> zipfile.ZipInfo:
    if not encoding:
        return zipfile.ZipInfo(name)
    info = RawInfo(f"member {zlib.crc32(name.encode())}")
    info.raw = name.encode(encoding, "replace")
    if unicode_path:
        content = struct.pack("<BL", 1, zlib.crc32(info.raw)) + name.encode()
        info.extra = struct.pack("<HH", 0x7075, len(content)) + content
    return info


@dataclass(frozen=True)
class Zip:
    """Members of a zip; the paths that are written, and what is left out.

    ``before`` is what was written of the same zip when names were taken as Python gives them and
    only suffixes told pictures.
    """

    members: Mapping[str, bytes]
    written: set[str]
    before: str
    left_out: Mapping[str, int] = field(default_factory=dict)
    encoding: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    unicode_path: bool = False


def named(*names: str) -> dict[str, bytes]:
    return dict.fromkeys(names, JPG)


ZIPS: dict[str, Zip] = {
    "gbk": Zip(
        named("狗/图片一.jpg", "金鱼/图片二.jpg"),
        {"狗/图片一.jpg", "金鱼/图片二.jpg"},
        "╣╖/…",
        encoding="gbk",
    ),
    "gbk_of_one_letter": Zip(named("狗/1.jpg"), {"狗/1.jpg"}, "╣╖/1.jpg", encoding="gbk"),
    "shift_jis": Zip(
        named("犬/表示.jpg", "ねこ/ソ.jpg"),
        {"犬/表示.jpg", "ねこ/ソ.jpg"},
        "îó/ò/Äª.jpg alone",
        encoding="cp932",
    ),
    "big5": Zip(
        named("狗/圖片一.jpg", "金魚/圖片二.jpg"),
        {"狗/圖片一.jpg", "金魚/圖片二.jpg"},
        "¬»/…",
        encoding="big5",
    ),
    "euc_kr": Zip(
        named("개/사진1.jpg", "고양이/사진2.jpg"),
        {"개/사진1.jpg", "고양이/사진2.jpg"},
        "░│/…",
        encoding="cp949",
    ),
    "utf8_without_the_flag": Zip(
        named("狗/1.jpg", "café/2.jpg"), {"狗/1.jpg", "café/2.jpg"}, "τïù/1.jpg", encoding="utf-8"
    ),
    "dos_of_the_west": Zip(named("café/été.jpg"), {"café/été.jpg"}, "the same", encoding="cp437"),
    "windows_of_the_west": Zip(
        named("größe/Kätzchen.jpg"), {"größe/Kätzchen.jpg"}, "gr÷▀e/KΣtzchen.jpg", encoding="cp1252"
    ),
    "russian": Zip(named("собака/фото.jpg"), {"собака/фото.jpg"}, "ß«íá¬á/…", encoding="cp866"),
    "a_field_with_the_name": Zip(
        named("狗/ñ.jpg"), {"狗/ñ.jpg"}, "?/ñ.jpg", encoding="cp437", unicode_path=True
    ),
    "a_colon_in_a_class": Zip(
        named("cat: tabby/1.jpg"), {"cat: tabby/1.jpg"}, "leads out of its folder"
    ),
    "system_and_hidden": Zip(
        named("cat/1.jpg", "cat/@eaDir/1.jpg/T.jpg", "cat/._1.jpg", ".x/2.jpg", "cat/Thumbs.db"),
        {"cat/1.jpg"},
        "cat/1.jpg and cat/@eaDir/1.jpg/T.jpg",
        {"system": 3, "hidden": 1},
    ),
    "content_tells": Zip(
        {"cat/1": JPG, "cat/2.dat": PNG, "cat/3.dat": b"words", "4.JFIF": JPG, "a.tar": b""},
        {"cat/1", "cat/2.dat", "4.JFIF"},
        "no picture",
        {"suffix": 1, "archive": 1},
    ),
    "tables_of_labels": Zip(
        {"1.jpg": JPG, "train.csv": TABLE, "readme.txt": b"no", "n.csv": b"a\n"},
        {"1.jpg", "train.csv"},
        "1.jpg",
        {"suffix": 2},
    ),
    "links": Zip(
        named("pool/1.jpg"),
        {"pool/1.jpg", "cat/1.jpg", "dog/2.jpg", "pets/1.jpg"},
        "pool/1.jpg",
        {"broken link": 2, "outside": 2},
        links={
            "cat": "pool",
            "dog/2.jpg": "../pool/1.jpg",
            "pets": "cat",
            "pool/up": "..",
            "x.jpg": "none.jpg",
            "y.jpg": "/etc/passwd",
            "z.jpg": "../../etc/passwd",
        },
    ),
}


@pytest.mark.parametrize("wanted", ZIPS.values(), ids=ZIPS)
def test_pictures_are_written_under_their_names_and_the_rest_is_counted(
    wanted: Zip, tmp_path: Path
) -> None:
    file = zipped(
        wanted.members,
        encoding=wanted.encoding,
        links=wanted.links,
        unicode_path=wanted.unicode_path,
    )
    done = unpack_pictures(file, tmp_path)
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == wanted.written
    assert {each.reason: each.count for each in done.left_out} == dict(wanted.left_out)
    tables = sum(name.endswith(".csv") for name in wanted.written)
    assert done.pictures == len(wanted.written) - tables
    assert done.skipped == sum(wanted.left_out.values())


def test_a_zip_of_archives_alone_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"no picture.*It holds 2 files: an archive.*\.tar 2"):
        unpack_pictures(zipped({"n01.tar": b"x", "n02.tar": b"x"}), tmp_path)


def test_links_that_double_one_another_come_to_an_end(tmp_path: Path) -> None:
    links = {f"d{k}": "p" if not k else f"d{k - 1}" for k in range(40)}
    done = unpack_pictures(zipped(named("p/1.jpg", "p/2.jpg"), links=links), tmp_path)
    assert done.pictures <= 2 * 41 and done.pictures + done.skipped <= 2 * 41 + 40
