"""A picture of the page as a PNG, made when it is asked for."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import count

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image
from streamlit.errors import StreamlitDuplicateElementKey

from senet_viz.core.file_names import safe_name

Pixels = npt.NDArray[np.uint8]


def offer_png(
    picture: bytes | Pixels | Callable[[], bytes],
    name: str,
    *,
    words: str = "",
    label: str = "PNG",
) -> None:
    """A small button that saves the picture just drawn, behind the ``words`` under it (Markdown).

    ``name`` is what the picture shows, ``label`` what the button says. A picture that is made in
    one piece only for its file is given as the function that makes it.
    """
    content = name.encode() if callable(picture) else bytes(picture)
    digest = sha256(content + words.encode()).hexdigest()[:16]
    for copy in count():  # the same picture may be drawn twice on a page
        key = f"png_{digest}_{copy}"
        with suppress(StreamlitDuplicateElementKey):
            if words:
                with st.container(horizontal=True, gap="small", key=f"{key}_row"):
                    st.caption(words)
                    _button(picture, name, label, key)
            else:
                _button(picture, name, label, key)
            return


def _button(picture: bytes | Pixels | Callable[[], bytes], name: str, label: str, key: str) -> None:
    st.download_button(
        f":small[{label}]",
        picture if callable(picture) else partial(png_file, picture),
        file_name=f"{safe_name(name, otherwise='picture')}.png",
        mime="image/png",
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def png_file(picture: bytes | Pixels) -> bytes:
    """A PNG as it is, and pixels (h, w, 3) as one."""
    if isinstance(picture, bytes):
        return picture
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()
