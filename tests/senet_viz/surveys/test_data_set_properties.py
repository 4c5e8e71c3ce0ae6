"""Whatever a data set looks like: pictures found and left out are the files there; classes right.

Data sets are drawn: a layout of classes, an encoding of names, links, junk that systems leave, and
whether all that lies in a folder, a tar file or a zip.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from senet_viz.core.left_out import Ledger
from senet_viz.pictures.labelled_folders import find_labelled
from senet_viz.pictures.zip_pictures import unpack_pictures
from senet_viz.surveys.inventory import Inventory
from senet_viz.surveys.sources import find_place
from tests.senet_viz.pictures.test_zip_variants import zipped
from tests.senet_viz.surveys.layouts import JPG, PNG, put, tar_bytes

NAMES = {
    "utf-8": ["cat", "dog", "golf ball", "猫", "café", "a,b;c", "cat: tabby", "🐱", "n01440764"],
    "gbk": ["cat", "狗", "金鱼", "猫咪", "向日葵", "数据"],
    "cp932": ["cat", "犬", "ねこ", "自動車", "画像"],
}
# Where junk lies, and why it is no picture.
JUNK = {
    "{c}/@eaDir/1.jpg/T.jpg": "system",
    "{c}/._1.jpg": "system",
    "__MACOSX/{c}/x.jpg": "system",
    "{c}/Thumbs.db": "system",
    "{c}/.hidden.png": "hidden",
    "notes.txt": "suffix",
    "{c}/notes.pdf": "suffix",
    "README": "suffix",
    "more.zip": "archive",
}
LAYOUTS = {
    "classes": "{c}/{n}.jpg",
    "images": "{c}/images/{n}.JPEG",
    "parts": "train/{c}/{n}.PNG",
    "no suffix": "{c}/{n}",
    "table": "{n}.jpg",
    "nested table": "images/{n}.jpg",
}


@dataclass(frozen=True)
class DataSet:
    """Pictures by class, where they lie, and what lies beside them."""

    classes: dict[str, int]
    layout: str
    encoding: str
    junk: tuple[str, ...]

    def pictures(self) -> Iterator[tuple[str, str]]:
        """Path and class of each."""
        number = 0
        for name, count in self.classes.items():
            for _ in range(count):
                number += 1
                yield LAYOUTS[self.layout].format(c=name, n=number), name

    def members(self) -> dict[str, bytes]:
        found = {path: JPG for path, _ in self.pictures()}
        found |= {place.format(c=next(iter(self.classes))): b"x" for place in self.junk}
        if "table" in self.layout:
            lines = [f'{Path(path).stem},"{name}"' for path, name in self.pictures()]
            found["labels.csv"] = "\n".join(["id,label", *lines]).encode(self.encoding)
        return found

    def left_out(self) -> Counter[str]:
        reasons = Counter(JUNK[place] for place in self.junk)
        return reasons + Counter({"labels": int("table" in self.layout)})


@st.composite
def data_sets(draw: st.DrawFn) -> DataSet:
    encoding = draw(st.sampled_from(list(NAMES)))
    names = draw(st.lists(st.sampled_from(NAMES[encoding]), min_size=1, max_size=4, unique=True))
    return DataSet(
        {name: draw(st.integers(1, 3)) for name in names},
        draw(st.sampled_from(list(LAYOUTS))),
        encoding,
        tuple(draw(st.sets(st.sampled_from(sorted(JUNK)), max_size=5))),
    )


@contextmanager
def a_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def write(folder: Path, wanted: DataSet) -> None:
    for name, content in wanted.members().items():
        put(folder, os.fsdecode(name.encode(wanted.encoding)), content)


def check(inventory: Inventory, wanted: DataSet) -> None:
    """Everything is there once: as a picture of its class, or left out for its reason."""
    entries = list(inventory.entries())
    assert Counter(e.label for e in entries) == Counter(wanted.classes)
    left_out = {e.reason: e.count for e in inventory.ledger.left_out if e.unit == "file"}
    assert left_out == dict(wanted.left_out())
    assert len(entries) + sum(left_out.values()) == len(wanted.members())


@settings(deadline=None, max_examples=60)
@given(wanted=data_sets())
def test_a_folder(wanted: DataSet) -> None:
    event(wanted.layout)
    with a_folder() as folder:
        write(folder, wanted)
        check(Inventory(find_place(str(folder))), wanted)


@settings(deadline=None, max_examples=60)
@given(wanted=data_sets(), links=st.data())
def test_a_folder_of_links(wanted: DataSet, links: st.DataObject) -> None:
    """Each name of the top is a link or not, some lead in a circle, and one leads nowhere."""
    with a_folder() as outside, a_folder() as folder:
        write(folder, wanted)
        for number, path in enumerate(sorted(folder.iterdir(), key=lambda p: p.name)):
            if links.draw(st.booleans()):
                shutil.move(path, outside / f"{number}")
                path.symlink_to(outside / f"{number}")
        deep = next(p for p in sorted(folder.iterdir()) if p.is_dir() or p.is_file())
        circle = links.draw(st.booleans()) and deep.is_dir() and not deep.name.startswith("_")
        if circle:
            (deep / "up").symlink_to(folder)
        (folder / "gone.jpg").symlink_to("nowhere")
        inventory = Inventory(find_place(str(folder)))
        entries = list(inventory.entries())
        left_out = {e.reason: e.count for e in inventory.ledger.left_out}
        left_out.pop("empty folder", None)  # one that holds junk alone
        assert Counter(e.label for e in entries) == Counter(wanted.classes)
        assert left_out.pop("broken link") == 1 and left_out.pop("circle", 0) == int(circle)
        assert Counter(left_out) <= Counter(wanted.left_out())


@settings(deadline=None, max_examples=60)
@given(wanted=data_sets())
def test_a_zip(wanted: DataSet) -> None:
    encoding = "" if wanted.encoding == "utf-8" else wanted.encoding
    with a_folder() as folder:
        done = unpack_pictures(zipped(wanted.members(), encoding=encoding), folder)
        check(Inventory(find_place(str(folder)), Ledger(done.left_out)), wanted)


@settings(deadline=None, max_examples=60)
@given(wanted=data_sets().filter(lambda each: "table" not in each.layout))
def test_a_tar(wanted: DataSet) -> None:
    with a_folder() as folder:
        put(folder, "set.tar", tar_bytes(wanted.members(), encoding=wanted.encoding))
        check(Inventory(find_place(str(folder / "set.tar"))), wanted)


@settings(deadline=None, max_examples=60)
@given(
    labels=st.lists(st.sampled_from(["0", "1", "狗"]), min_size=1, max_size=5),
    form=st.sampled_from(["cls", "cls.txt", "label.txt", "json", "index"]),
    others=st.sets(st.sampled_from(["seg.png", "depth.png", "thumb.jpg", "txt", "npy"])),
    encoding=st.sampled_from(["utf-8", "gbk"]),
)
def test_a_webdataset(labels: list[str], form: str, others: set[str], encoding: str) -> None:
    members: dict[str, bytes] = {}
    for key, label in enumerate(labels):
        text = f'{{"width": 8, "label": "{label}"}}' if form == "json" else label
        fields = {form: text.encode(encoding), "jpg": JPG}
        fields |= {other: PNG if other.endswith(("png", "jpg")) else b"words" for other in others}
        members |= {f"{key:04d}.{name}": fields[name] for name in sorted(fields)}
    with a_folder() as folder:
        put(folder, "set.tar", tar_bytes(members))
        inventory = Inventory(find_place(str(folder / "set.tar")))
        entries = list(inventory.entries())
    assert Counter(e.label for e in entries) == Counter(labels)
    assert len(entries) + sum(e.count for e in inventory.ledger.left_out) == len(members)


@settings(deadline=None, max_examples=60)
@given(wanted=data_sets())
def test_labelled_pictures_for_a_network(wanted: DataSet) -> None:
    labels = tuple(wanted.classes)
    with a_folder() as folder:
        write(folder, wanted)
        found = find_labelled(folder, labels)
        there = sum(path.is_file() for path in folder.rglob("*"))
    assert Counter(labels[number] for number in found.classes) == Counter(wanted.classes)
    assert len(found) + sum(e.count for e in found.counted if e.unit == "file") == there
    assert found.told
