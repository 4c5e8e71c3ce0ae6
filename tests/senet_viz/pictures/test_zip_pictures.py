"""Zip files from anywhere: what is taken, and that nothing leaves its folder."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from senet_viz.core.errors import ImageError
from senet_viz.pictures.zip_pictures import unpack_pictures


def zipped(members: dict[str, bytes], *, links: tuple[str, ...] = ()) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name in links:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, data)
    file.seek(0)
    return file


def everything(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_pictures_are_taken_in_their_folders_and_the_rest_is_not(tmp_path: Path) -> None:
    file = zipped(
        {
            "set/cat/a.jpg": b"one",
            "set/dog/b.PNG": b"two",
            "set\\dog\\c.webp": b"three",
            "set/readme.txt": b"no",
            "set/.hidden.jpg": b"no",
            "__MACOSX/set/cat/._a.jpg": b"no",
            "set/run.py": b"no",
            ".": b"no",
        }
    )
    done = unpack_pictures(file, tmp_path)
    assert (done.pictures, done.skipped) == (3, 5)
    assert everything(tmp_path) == {
        "set/cat/a.jpg": b"one",
        "set/dog/b.PNG": b"two",
        "set/dog/c.webp": b"three",
    }


@pytest.mark.parametrize(
    "name",
    [
        "../out.jpg",
        "a/../../out.jpg",
        "/tmp/out.jpg",
        "C:\\out.jpg",
        "..\\out.jpg",
        "a/..\\..\\b.jpg",
    ],
)
def test_a_name_that_leads_out_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    with pytest.raises(ImageError, match="leads out of its folder"):
        unpack_pictures(zipped({"fine.jpg": b"x", name: b"y"}), folder)
    assert not everything(tmp_path)


def test_a_link_is_skipped(tmp_path: Path) -> None:
    file = zipped({"a.jpg": b"x", "link.jpg": b"/etc/passwd"}, links=("link.jpg",))
    assert unpack_pictures(file, tmp_path).pictures == 1
    assert set(everything(tmp_path)) == {"a.jpg"}


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    file = zipped({f"{i}.jpg": bytes(3_000_000) for i in range(4)})
    assert len(file.getvalue()) < 50_000
    with pytest.raises(ImageError, match="unpacks to more than is allowed"):
        unpack_pictures(file, tmp_path, most_bytes=5_000_000)
    assert sum(len(data) for data in everything(tmp_path).values()) <= 5_000_000


def test_a_size_that_is_a_lie_does_not_help_a_bomb(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": bytes(3_000_000)}).getvalue())
    real = (3_000_000).to_bytes(4, "little")
    assert data.count(real) == 2
    data[:] = data.replace(real, (10).to_bytes(4, "little"))
    with pytest.raises(ImageError):
        unpack_pictures(io.BytesIO(bytes(data)), tmp_path, most_bytes=5_000_000)
    assert sum(len(d) for d in everything(tmp_path).values()) <= 5_000_000


def test_too_many_pictures_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="3 pictures; at most 2"):
        unpack_pictures(zipped({f"{i}.jpg": b"x" for i in range(3)}), tmp_path, most_pictures=2)
    assert not everything(tmp_path)


def test_a_name_given_twice_is_taken_once(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.jpg", b"first")
        archive.writestr("a.jpg", b"second")
    assert unpack_pictures(file, tmp_path).pictures == 1
    assert everything(tmp_path) == {"a.jpg": b"first"}


def test_what_is_no_zip_file_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no zip file"):
        unpack_pictures(io.BytesIO(b"not a zip"), tmp_path)
    with pytest.raises(ImageError, match="no picture"):
        unpack_pictures(zipped({"a.txt": b"x"}), tmp_path)


def test_a_damaged_or_encrypted_file_is_explained(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": bytes(range(256)) * 40}).getvalue())
    damaged = bytearray(data)
    damaged[60:70] = b"\xff" * 10
    with pytest.raises(ImageError, match="damaged"):
        unpack_pictures(io.BytesIO(bytes(damaged)), tmp_path / "one")
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    with pytest.raises(ImageError, match="password"):
        unpack_pictures(io.BytesIO(bytes(data)), tmp_path / "two")


def test_a_name_too_long_for_the_system_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be unpacked"):
        unpack_pictures(zipped({f"{'a' * 400}.jpg": b"x"}), tmp_path)
