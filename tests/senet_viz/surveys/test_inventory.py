"""Pictures found and classes told in data sets as people have them, and everything else counted."""

from collections import Counter
from pathlib import Path

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
