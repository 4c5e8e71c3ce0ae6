"""Small pictures to click: all of them in one element, which a browser draws far sooner."""

from collections.abc import Sequence
from io import BytesIO

import streamlit as st
from PIL import Image

from dashboard.components import tiles
from dashboard.components.tiles import Face, Key, Sheet, Tile
from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.runtime.offers import Chosen
from dashboard.session import selection
from senet_viz.core.translation import again, tr

KEY = "gallery"
COLUMNS = 3
SIDE, GAP, LINE, RING = 76, 8, 20, 3  # px: a picture at most, between them, a name, round one
SENT = 128  # px: sharp enough on a fine screen, and some 3 kB
TALL = 470  # px; with more pictures than that holds, the gallery scrolls


def choose(offers: Sequence[Chosen], shown: str) -> None:
    """The pictures on offer; a click on one shows it."""
    titles = [again(offer.title) for offer in offers]
    rows = -(-len(offers) // COLUMNS)
    tall = rows * (SIDE + LINE + GAP) - GAP + 2 * RING  # kept free before they are there
    with st.container(height=min(tall, TALL), border=False, key="gallery_scroll"):
        tiles.draw(
            [
                Tile(offer.key, title, title, faces=(Face(sheet=number),))
                for number, (offer, title) in enumerate(zip(offers, titles, strict=True))
            ],
            [Sheet(source(offer)) for offer in offers],
            key=KEY,
            words=tr("Pictures on offer"),
            picked=shown,
            on_pick=take_chosen,
            layout="gallery",
            height="content" if tall > TALL else tall,
        )


def take_chosen(key: Key) -> None:
    """Callback: this picture is the one to look at, if it is still on offer."""
    if key in {offer.key for offer in selection.pictures()}:
        selection.choose_picture(str(key))


@keep(turns=None)
def _source(sha256: str, _data: bytes) -> str:
    small, file = Image.fromarray(picture_cache.thumbnail(sha256, _data)), BytesIO()
    small.thumbnail((SENT, SENT))
    small.save(file, "WEBP", quality=70)
    return tiles.data_url(file.getvalue(), "webp")


def source(offer: Chosen) -> str:
    """A picture's small square as an address that holds it."""
    return _source(offer.sha256, offer.data)
