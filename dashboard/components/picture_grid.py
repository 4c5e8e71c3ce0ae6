"""Small pictures to click: all of them in one element, which a browser draws far sooner."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

import streamlit as st
from PIL import Image

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.runtime.offers import Chosen
from dashboard.session import selection
from senet_viz.core.translation import again, tr

KEY, CHOSEN = "gallery", "chosen"
COLUMNS = 3
SIDE, GAP, LINE, RING = 76, 8, 20, 3  # px: a picture at most, between them, a name, round one
SENT = 128  # px: sharp enough on a fine screen, and some 3 kB
TALL = 470  # px; with more pictures than that holds, the gallery scrolls
HTML = '<div id="pictures" role="group"></div>'
CSS = f"""
#pictures {{display: grid; grid-template-columns: repeat({COLUMNS}, minmax(0, {SIDE}px));
    gap: {GAP}px; padding: {RING}px}}
button {{all: unset; cursor: pointer; border-radius: 6px}}
button:hover img {{opacity: 0.85}}
button:focus-visible {{outline: 2px solid var(--st-primary-color); outline-offset: 1px}}
button[aria-pressed="true"] img {{outline: {RING}px solid var(--st-primary-color)}}
button[aria-pressed="true"] span {{font-weight: 600}}
img {{display: block; width: 100%; aspect-ratio: 1; border-radius: 6px}}
span {{display: block; height: {LINE}px; line-height: {LINE}px; font-size: 0.75rem;
    color: var(--st-text-color); overflow: hidden; text-overflow: ellipsis; white-space: nowrap}}
"""
JS = """
const made = () => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("img"), document.createElement("span"));
  button.firstChild.alt = "";
  return button;
};

export default function ({data, parentElement, setTriggerValue}) {
  const list = parentElement.querySelector("#pictures");
  list.ariaLabel = data.words;
  while (list.children.length > data.pictures.length) list.lastChild.remove();
  while (list.children.length < data.pictures.length) list.append(made());
  data.pictures.forEach(({key, title, source}, n) => {
    const button = list.children[n];
    const [image, name] = button.children;
    if (image.src !== source) image.src = source;
    name.textContent = button.title = title;
    button.ariaPressed = String(key === data.shown);
    button.onclick = () => setTriggerValue("chosen", key);
  });
}
"""
_pictures = st.components.v2.component("senet_viz_gallery", html=HTML, css=CSS, js=JS)


def choose(offers: Sequence[Chosen], shown: str) -> None:
    """The pictures on offer; a click on one shows it."""
    pictures = [
        {"key": offer.key, "title": again(offer.title), "source": source(offer)} for offer in offers
    ]
    rows = -(-len(offers) // COLUMNS)
    tall = rows * (SIDE + LINE + GAP) - GAP + 2 * RING  # kept free before they are there
    with st.container(height=min(tall, TALL), border=False, key="gallery_scroll"):
        _pictures(
            key=KEY,
            data={"pictures": pictures, "shown": shown, "words": tr("Pictures on offer")},
            height="content" if tall > TALL else tall,
            on_chosen_change=take_chosen,
        )


def take_chosen() -> None:
    """Callback: what the browser sent, which may be anything."""
    key = getattr(st.session_state.get(KEY), CHOSEN, None)
    if isinstance(key, str) and key in {offer.key for offer in selection.pictures()}:
        selection.choose_picture(key)


@keep(turns=None)
def _source(sha256: str, _data: bytes) -> str:
    small, file = Image.fromarray(picture_cache.thumbnail(sha256, _data)), BytesIO()
    small.thumbnail((SENT, SENT))
    small.save(file, "WEBP", quality=70)
    return f"data:image/webp;base64,{b64encode(file.getvalue()).decode()}"


def source(offer: Chosen) -> str:
    """A picture's small square as an address that holds it."""
    return _source(offer.sha256, offer.data)
