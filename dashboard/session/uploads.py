"""A person's own pictures, wherever they come from: what is taken, what is not, what is dropped."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from dashboard.runtime import cache, picture_cache
from dashboard.runtime.limits import LIMITS
from dashboard.runtime.offers import Chosen, Upload, sha256
from dashboard.runtime.unforeseen import logged
from dashboard.runtime.work_queue import BusyError
from dashboard.session import array_choice, link_notes, selection
from senet_viz.core.errors import ImageError, InputError
from senet_viz.core.translation import tr
from senet_viz.pictures.array_files import is_array

_PROBLEMS, _LISTED, _ROUND = "problems", "listed", "round"
MEGABYTES = max(LIMITS.pictures_mb, LIMITS.picture_mb)  # one at least is kept


def take_uploads() -> None:
    """Keep what can be read, remember a sentence for what cannot; the last good one is shown.

    Only files new in the uploader are read; a problem is shown as long as its file is listed.
    """
    given: Sequence[Upload] = st.session_state.get(uploader_key()) or ()
    listed = {sha256(data): (file.name, data) for file in given for data in [file.getvalue()]}
    before: set[str] = st.session_state.get(_LISTED, set())
    st.session_state[_LISTED] = set(listed)
    add_pictures(listed[key] for key in listed if key not in before)


def add_pictures(files: Iterable[tuple[str, bytes | ImageError]]) -> None:
    """Take files by name and content, wherever they come from, or why there is no content."""
    uploads: dict[str, Chosen] = st.session_state.setdefault(selection.UPLOADS, {})
    known: dict[str, tuple[str, str]] = st.session_state.get(_PROBLEMS, {})
    problems = {key: known[key] for key in known if key in st.session_state.get(_LISTED, ())}
    for name, data in files:
        key = sha256(data if isinstance(data, bytes) else name.encode())
        try:
            if isinstance(data, ImageError):
                raise data
            _check(key, within_limit(data))
        except (
            ImageError,
            InputError,
            BusyError,
        ) as error:  # one bad file must not lose the others
            problems[key] = (name, error.args[0])
            continue
        except Exception as error:  # nor may what nobody foresaw
            problems[key] = (name, logged(error))
            continue
        uploads[key] = Chosen(key, name, data, name, key)
        shown = st.session_state.get(selection.PICTURE, "")
        if not link_notes.awaits(
            shown
        ):  # the one that the address names stays, whatever comes behind
            st.session_state[selection.PICTURE] = key
    st.session_state[_PROBLEMS] = problems
    if st.session_state.get(selection.PICTURE) in uploads:
        link_notes.forget_awaited()
    while len(uploads) > selection.MOST_UPLOADS or _bytes(uploads) > MEGABYTES * 2**20:
        cache.forget(uploads.pop(next(iter(uploads))).sha256)


def _check(key: str, data: bytes) -> None:
    """An ImageError or an InputError where the network cannot be given this file."""
    takes = array_choice.takes()
    if takes is not None:
        takes.shaped(picture_cache.array(key, data).values)
    elif is_array(data):
        raise InputError(
            tr(
                "this is an array, and the chosen network takes pictures. To use arrays, start the "
                "app with a network for signals or volumes: senet-viz app --model "
                "package.module:function"
            )
        )
    else:
        picture_cache.picture(key, data)


def _bytes(uploads: Mapping[str, Chosen]) -> int:
    return sum(len(upload.data) for upload in uploads.values())


def is_upload(chosen: Chosen) -> bool:
    """Whether it is an upload, not a sample."""
    return chosen.key == chosen.sha256


def forget_picture(key: str) -> None:
    """Callback: drop one upload, and what was made of it."""
    if st.session_state.get(selection.UPLOADS, {}).pop(key, None) is not None:
        cache.forget(key)


def within_limit(data: bytes) -> bytes:
    """The same bytes; an ImageError where they exceed the size limit.

    The browser refuses such a file too, but the server takes larger ones, for weights.
    """
    if len(data) > selection.PICTURE_MB * 2**20:
        raise ImageError(
            tr(
                "the file has {size:.0f} MB, and pictures may have {most} MB. Save it smaller, or "
                "as a JPEG",
                size=len(data) / 2**20,
                most=selection.PICTURE_MB,
            )
        )
    return data


def forget_uploads() -> None:
    """Drop uploaded pictures and all that was made of them, and empty the uploader."""
    cache.forget(*st.session_state.get(selection.UPLOADS, {}))
    st.session_state[selection.UPLOADS] = {}
    st.session_state[_PROBLEMS], st.session_state[_LISTED] = {}, set()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def uploader_key() -> str:
    """The uploader's key: a new one makes a new, empty uploader."""
    return f"uploader_{st.session_state.get(_ROUND, 0)}"


def upload_problems() -> tuple[tuple[str, str], ...]:
    """(file name, sentence) for each file in the uploader that could not be used."""
    return tuple(st.session_state.get(_PROBLEMS, {}).values())


def has_uploads() -> bool:
    return bool(st.session_state.get(selection.UPLOADS))
