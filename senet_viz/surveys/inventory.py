"""Every picture of an input with its class, and what of the input is none, counted."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from senet_viz.core.errors import ImageError
from senet_viz.core.left_out import Ledger
from senet_viz.core.readable_text import readable
from senet_viz.core.told_classes import NOTHING, Told
from senet_viz.core.translation import tr
from senet_viz.pictures.file_kinds import TAR, is_compressed, suffix_of
from senet_viz.pictures.folder_pictures import FolderItem, Search
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.surveys.entries import Entry, kept_path
from senet_viz.surveys.sources import HOLDERS, Place
from senet_viz.surveys.table_pictures import TablePictures
from senet_viz.surveys.tar_pictures import tar_entries


@dataclass
class Inventory:
    """Looks through an input. ``told`` counts how classes were told, ``ledger`` what is left out.

    ``may_open`` is asked with the real path of each link on this machine.
    """

    place: Place
    ledger: Ledger = field(default_factory=Ledger)
    may_open: MayOpen = anywhere
    told: Counter[Told] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._tables = TablePictures(self.place, self.ledger, self.may_open)

    def entries(self) -> Iterator[Entry]:
        """Every picture, folder by folder and sorted by name, in the order of tar files.

        Raises an ImageError where the input cannot be read.
        """
        try:
            for entry in self._entries():
                self.told[entry.told] += 1
                yield entry
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ImageError(
                tr(
                    "{input} cannot be read: {why}",
                    input=readable(self.place.only or self.place.root.rpartition("/")[2]),
                    why=why,
                )
            ) from error

    def _entries(self) -> Iterator[Entry]:
        place = self.place
        if place.only:
            name = place.only
            entry = FolderItem(name, readable(name), "", NOTHING, "", suffix_of(name) in HOLDERS)
            yield from self._of(entry)
            return
        search = Search(place.files, self.ledger, HOLDERS, may_open=self.may_open)
        root = place.root if place.remote else os.path.realpath(place.root)
        for entry in search.run(root):
            yield from self._of(entry)

    def _of(self, entry: FolderItem) -> Iterator[Entry]:
        if entry.path in self._tables.named:
            return  # it is there already, as a row
        if not entry.holds_more:
            path = kept_path(entry.path) if entry.path != entry.shown else ""
            yield Entry(entry.shown, entry.label, "", 0, -1, path, entry.told)
        elif suffix_of(entry.path) != TAR:
            yield from self._tables.entries(entry)
        elif not self.place.only and is_compressed(self.place.files.head(entry.path)):
            self.ledger.add("compressed", entry.path)
        else:
            yield from tar_entries(self.place, entry, self.ledger)
