"""Pictures from the clipboard: what is pasted anywhere on the page, by the uploader's own rules."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import streamlit as st

from dashboard.session import selection, uploads
from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr

KEY, PASTED = "paste", "pasted"
LINE = 22  # px, kept free before it is there: nothing moves
MEGABYTES = min(selection.PICTURE_MB, 15)  # Streamlit takes 25 MB of a part's value, in base64
HTML = '<div id="words"></div>'
CSS = f"#words {{font-size: 0.875rem; height: {LINE}px; line-height: {LINE}px; opacity: 0.7;"
CSS += "overflow: hidden; white-space: nowrap}"
JS = """
const read = (file, room) => new Promise((done) => {
  const found = {name: file.name, size: file.size, content: ""};
  if (file.size > room) return done(found);
  const reader = new FileReader();
  reader.onload = () => done({...found, content: reader.result.split(",")[1] ?? ""});
  reader.onerror = () => done(found);
  reader.readAsDataURL(file);
});

export default function ({data, parentElement, setTriggerValue}) {
  parentElement.querySelector("#words").textContent = data.words;
  const paste = async (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    const pictures = pasted.filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    event.preventDefault();
    let room = data.bytes;
    const found = [];
    for (const file of pictures) {
      found.push(await read(file, room));
      room -= found.at(-1).content ? file.size : 0;
    }
    setTriggerValue("pasted", found);
  };
  document.addEventListener("paste", paste);
  return () => document.removeEventListener("paste", paste);
}
"""
_listens = st.components.v2.component("senet_viz_paste", html=HTML, css=CSS, js=JS)


def listen() -> None:
    """One line that says so; from then on a picture that is pasted is taken like an upload."""
    _listens(
        key=KEY,
        data={"words": tr("or paste a picture: Ctrl+V"), "bytes": MEGABYTES * 2**20},
        height=LINE,
        on_pasted_change=take_pasted,
    )


def take_pasted() -> None:
    """Callback: what the browser sent, which may be anything."""
    pasted = getattr(st.session_state.get(KEY), PASTED, None)
    uploads.add_pictures(files(pasted))


def files(pasted: object) -> Iterator[tuple[str, bytes | ImageError]]:
    """Name and content of each, or why there is none."""
    for each in pasted[: selection.MOST_UPLOADS] if isinstance(pasted, list) else ():
        if isinstance(each, dict):
            name, content = each.get("name"), each.get("content")
            yield str(name or tr("pasted picture"))[:255], _content(content)


def _content(content: Any) -> bytes | ImageError:
    """The bytes; or why there are none."""
    if not content:
        return ImageError(
            tr(
                "what is pasted at once may have {most} MB in all. Upload the file instead",
                most=MEGABYTES,
            )
        )
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return ImageError(tr("only a part of it arrived. Paste it again, or upload the file"))
