"""Tiles to click, all in one element: maps, pictures, strips of gates, or words alone.

Each is a button with a name of its own, so that a mouse, a finger and a keyboard find it. What is
drawn on them are parts of a few pictures ("sheets"): a browser is done with one sooner than with
one for each tile.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

Layout = Literal["maps", "gallery", "strips", "words"]
Key = str | int
PICKED = "picked"
WIDEST = 190  # px of a tile of maps
_FOLDER = Path(__file__).parent
_tiles = st.components.v2.component(
    "senet_viz_tiles",
    html='<div id="tiles"><div role="group"></div></div>',
    css=(_FOLDER / "tiles.css").read_text(encoding="utf8"),
    js=(_FOLDER / "tiles.js").read_text(encoding="utf8"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture as an address that holds it, cut into cells of one size, row by row.

    ``ratio`` is the width of a cell over its height. In a ``crisp`` one each value is a square.
    """

    source: str
    columns: int = 1
    rows: int = 1
    ratio: float = 1.0
    crisp: bool = True


@dataclass(frozen=True, slots=True)
class Face:
    """One cell of a sheet on a tile, and what is written over it."""

    cell: int = 0
    sheet: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """``name`` is what it is called in full, ``label`` and ``note`` what stands under its faces."""

    key: Key
    name: str
    label: str
    note: str = ""
    faces: tuple[Face, ...] = ()


def draw(
    tiles: Sequence[Tile],
    sheets: Sequence[Sheet] = (),
    *,
    key: str,
    words: str,
    picked: Key | None,
    on_pick: Callable[[Key], None] | None,
    layout: Layout = "maps",
    height: int | Literal["content"] = "content",
) -> None:
    """The tiles, that of ``picked`` marked; a click on one is ``on_pick`` of its key, if any.

    ``words`` are the name of them all together.
    """
    known = [tile.key for tile in tiles]
    _tiles(
        key=key,
        data={
            "tiles": [asdict(tile) for tile in tiles],
            "sheets": [asdict(sheet) for sheet in sheets],
            "words": words,
            "picked": picked,
            "idle": on_pick is None,
            "layout": layout,
            "crisp": layout != "gallery" and all(sheet.crisp for sheet in sheets),
            "widest": WIDEST if layout == "maps" else 0,
        },
        height=height,
        on_picked_change=lambda: take(key, known, on_pick),
    )


def take(key: str, known: Sequence[Key], on_pick: Callable[[Key], None] | None) -> None:
    """Callback: what the browser sent, which may be anything, if it is the key of a tile."""
    sent = getattr(st.session_state.get(key), PICKED, None)
    if on_pick and isinstance(sent, str | int) and not isinstance(sent, bool) and sent in known:
        on_pick(sent)


def data_url(picture: bytes, kind: str = "png") -> str:
    """A picture file as an address that holds it."""
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"
