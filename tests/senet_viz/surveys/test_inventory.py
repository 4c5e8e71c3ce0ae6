"""Pictures found and classes told in data sets as people have them, and everything else counted."""

import os
from collections import Counter
from pathlib import Path

import fsspec
import pytest

from senet_viz.surveys.entries import Entry
from senet_viz.surveys.inventory import Inventory
from senet_viz.surveys.listing import Rows, write_listing
from senet_viz.surveys.reading import Reader
from senet_viz.surveys.sources import find_place
from tests.senet_viz.surveys.layouts import EVERY, JPG, PNG, Layout


def looked_through(source: Path) -> tuple[Inventory, list[Entry]]:
    inventory = Inventory(find_place(str(source)))
    return inventory, list(inventory.entries())


@pytest.mark.parametrize("layout", EVERY.values(), ids=EVERY)
def test_every_picture_has_its_class_and_can_be_read_and_the_rest_is_counted(
    layout: Layout, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    inventory, entries = looked_through(layout.build(tmp_path / "in"))
    assert Counter(entry.label for entry in entries) == dict(layout.classes)
    assert {e.reason: e.count for e in inventory.ledger.left_out} == dict(layout.left_out)
    assert {told.by for told in inventory.told} >= set(layout.told)
    assert inventory.told.total() == len(entries)
    assert len({entry.name for entry in entries}) == len(entries)
    *_, listing = write_listing(tmp_path, inventory)
    rows = [row for shard in range(listing.shards) for row in Rows(tmp_path).read(shard)]
    got = Reader(inventory.place, listing.files).read(rows)
    assert {data for _, data in got} <= {JPG, PNG}


ELSEWHERE = (
    "tiny_imagenet_whole",
    "masks_beside_images",
    "pool_and_a_gbk_table",
    "synology",
    "what_is_no_picture",
    "content_tells",
    "tar_per_class",
    "tar_that_is_compressed",
    "saved_to_disk",
    "paths_and_no_bytes",
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_behind_an_address_it_is_the_same(name: str, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    layout = EVERY[name]
    (tmp_path / "in").mkdir()
    root = layout.build(tmp_path / "in")
    for path in (p for p in root.rglob("*") if p.is_file()):
        memory.pipe(f"/{name}/{path.relative_to(root).as_posix()}", path.read_bytes())
    inventory = Inventory(find_place(f"memory://{name}"))
    entries = list(inventory.entries())
    assert Counter(entry.label for entry in entries) == dict(layout.classes)
    there = {each.reason: each.count for each in inventory.ledger.left_out}
    assert there.pop("empty folder", 0) <= 1  # stores have no folders without files
    expected = {k: n for k, n in layout.left_out.items() if k != "empty folder"}
    assert there == expected
    *_, listing = write_listing(tmp_path, inventory)
    got = Reader(inventory.place, listing.files).read(Rows(tmp_path).read(0))
    assert {data for _, data in got} <= {JPG, PNG}


def test_what_is_no_file_and_what_may_not_be_opened_is_counted(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "1.jpg").write_bytes(JPG)
    root = tmp_path / "set"
    (root / "cat").mkdir(parents=True)
    (root / "cat" / "1.jpg").write_bytes(JPG)
    os.mkfifo(root / "cat" / "2.jpg")
    (root / "dog").symlink_to(tmp_path / "outside")
    (root / "cat" / "3.jpg").symlink_to(tmp_path / "outside" / "1.jpg")
    asked: list[str] = []

    def may_open(real: str) -> bool:
        asked.append(real)
        return False

    inventory = Inventory(find_place(str(root)), may_open=may_open)
    assert [entry.name for entry in inventory.entries()] == ["cat/1.jpg"]
    assert {e.reason: e.count for e in inventory.ledger.left_out} == {"special": 1, "outside": 2}
    outside = os.path.realpath(tmp_path / "outside")
    assert sorted(asked) == [outside, f"{outside}/1.jpg"]


def test_a_maze_of_links_comes_to_an_end(tmp_path: Path) -> None:
    """Eight folders that link to one another: every way through all of them would be 69,281."""
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").write_bytes(JPG)
        for other in "abcdefgh":
            (tmp_path / name / f"to_{other}").symlink_to(f"../{other}")
    inventory, entries = looked_through(tmp_path)
    assert 8 <= len(entries) < 3000
    assert inventory.ledger.left_out[0].reason == "circle"
