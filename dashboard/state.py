"""What the person chose. The only file that names session keys."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import streamlit as st

from dashboard import asked, clicks, keeping
from dashboard.choices import Chosen, OwnFile, Upload, sha256
from dashboard.decoding import picture as decoded
from dashboard.limits import LIMITS
from dashboard.turns import BusyError
from senet_viz.errors import BlockError, ImageError
from senet_viz.records import unknown_block
from senet_viz.samples import SAMPLES, load_sample

MODEL, TRAINED, BLOCK, CHANNEL = "model", "trained", "block", "channel"
TOP, ORDER, SCALE, OPACITY = "top", "order", "scale", "opacity"
FIRST, SECOND, PLACE, GAIN_PICTURES = "first", "second", "place", "gain_pictures"
PICTURE, _UPLOADS, _PROBLEMS, _BIN = "picture", "uploads", "problems", "bin"
_LISTED, _ROUND = "listed", "round"
SCORE, MASK, UNIT = "score", "mask", "unit"
ARCHITECTURE, SOURCE, WEIGHTS, PATH = "own_architecture", "own_source", "own_weights", "own_path"
LABELS, SIDE, MEAN, STD = "own_labels", "own_side", "own_mean", "own_std"
_OWN, _OWN_OPEN, _NEXT_MODEL = "own", "own_open", "next_model"

DEFAULT_MODEL = "se_resnet18_imagenette"
MOST_UPLOADS, PICTURE_MB, MOST_OWN = LIMITS.pictures, LIMITS.picture_mb, LIMITS.networks


def pictures() -> tuple[Chosen, ...]:
    """Uploads first (newest first), then the samples."""
    uploads: dict[str, Chosen] = st.session_state.setdefault(_UPLOADS, {})
    return (*reversed(uploads.values()), *_samples())


@cache
def _samples() -> tuple[Chosen, ...]:
    data = {sample.name: load_sample(sample.name) for sample in SAMPLES}
    return tuple(
        Chosen(s.name, s.title, data[s.name], f"{s.title}. {s.licence}.", sha256(data[s.name]))
        for s in SAMPLES
    )


def picture() -> Chosen:
    """The picture looked at; the first sample until another is chosen."""
    on_offer = {chosen.key: chosen for chosen in pictures()}
    key = st.session_state.get(PICTURE, SAMPLES[0].name)
    known = isinstance(key, str) and key in on_offer
    return on_offer[key if known else SAMPLES[0].name]


def begin(key: str, on_offer: Iterable[str]) -> str:
    """A choice before its widget is drawn: what an address or a person set, or the first.

    For the widget's ``key=``, with no ``default=`` beside it.
    """
    options = list(on_offer)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return key


def open_untrained() -> None:
    """Callback where published weights are out of reach: random ones instead."""
    st.session_state[TRAINED] = False


def choose_picture(key: str) -> None:
    st.session_state[PICTURE] = key
    asked.forget_awaited()


def take_uploads() -> None:
    """Keep what can be read, remember a sentence for what cannot; the last good one is shown.

    Only files new in the uploader are read; a problem is shown as long as its file is listed.
    """
    given: Sequence[Upload] = st.session_state.get(uploader_key()) or ()
    listed = {sha256(data): (file.name, data) for file in given for data in [file.getvalue()]}
    before: set[str] = st.session_state.get(_LISTED, set())
    known: dict[str, tuple[str, str]] = st.session_state.get(_PROBLEMS, {})
    st.session_state[_PROBLEMS] = {key: known[key] for key in known if key in listed}
    add_pictures(listed[key] for key in listed if key not in before)
    st.session_state[_LISTED] = set(listed)


def add_pictures(files: Iterable[tuple[str, bytes]]) -> None:
    """Take files by name and content, wherever they come from; one the address names is shown."""
    uploads: dict[str, Chosen] = st.session_state.setdefault(_UPLOADS, {})
    for name, data in files:
        key = sha256(data)
        try:
            decoded(key, within_limit(data))
        except (ImageError, BusyError) as error:  # one bad file must not lose the others
            st.session_state.setdefault(_PROBLEMS, {})[key] = (name, error.args[0])
            continue
        uploads[key] = Chosen(key, name, data, name, key)
        if not asked.awaits(st.session_state.get(PICTURE, "")):  # it stays, whatever comes behind
            st.session_state[PICTURE] = key
    if st.session_state.get(PICTURE) in uploads:
        asked.forget_awaited()
    while len(uploads) > MOST_UPLOADS:
        keeping.forget(uploads.pop(next(iter(uploads))).sha256)


def forget_picture(key: str) -> None:
    """Callback: drop one upload, and what was made of it."""
    if st.session_state.get(_UPLOADS, {}).pop(key, None) is not None:
        keeping.forget(key)


def within_limit(data: bytes) -> bytes:
    """The same bytes; an ImageError where they are more than a picture may have.

    The browser refuses such a file too, but the server takes larger ones, for weights.
    """
    if len(data) > PICTURE_MB * 2**20:
        raise ImageError(
            f"the file has {len(data) / 2**20:.0f} MB, and pictures may have {PICTURE_MB} MB. Save "
            "it smaller, or as a JPEG"
        )
    return data


def forget_uploads() -> None:
    """Drop uploaded pictures and all that was made of them, and empty the uploader."""
    keeping.forget(*st.session_state.get(_UPLOADS, {}))
    st.session_state[_UPLOADS] = {}
    st.session_state[_PROBLEMS], st.session_state[_LISTED] = {}, set()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def uploader_key() -> str:
    """The uploader's key: a new one makes a new, empty uploader."""
    return f"uploader_{st.session_state.get(_ROUND, 0)}"


def upload_problems() -> tuple[tuple[str, str], ...]:
    """(file name, sentence) for each file in the uploader that could not be used."""
    return tuple(st.session_state.get(_PROBLEMS, {}).values())


def has_uploads() -> bool:
    return bool(st.session_state.get(_UPLOADS))


def keep_model(names: Sequence[str], *, otherwise: str) -> None:
    """The network to look at: one just added, else the one picked, else ``otherwise``."""
    wanted = st.session_state.pop(_NEXT_MODEL, st.session_state.get(MODEL))
    kept = wanted if wanted in names else otherwise
    if st.session_state.get(MODEL) != kept:
        st.session_state[MODEL] = kept


def own_files() -> dict[str, OwnFile]:
    """The person's own checkpoints in this session by key, newest first."""
    own: dict[str, OwnFile] = st.session_state.get(_OWN, {})
    return dict(reversed(own.items()))


def own_file(key: str) -> OwnFile | None:
    own: dict[str, OwnFile] = st.session_state.get(_OWN, {})
    return own.get(key)


def add_own(own: OwnFile, *, notes: tuple[str, ...]) -> None:
    """Keep a checkpoint that was loaded, under a title of its own, and look at it next."""
    kept: dict[str, OwnFile] = dict(st.session_state.get(_OWN, {}))
    kept.pop(own.key, None)
    title = f"My file: {own.name} on {own.architecture}"
    alike = sum(other.title.startswith(title) for other in kept.values())
    title = f"{title} ({alike + 1})" if alike else title
    kept[own.key] = replace(own, title=title, notes=notes)
    while len(kept) > MOST_OWN:
        keeping.forget(kept.pop(next(iter(kept))).key)
    st.session_state[_OWN], st.session_state[_NEXT_MODEL] = kept, own.key
    close_own()


def forget_own(key: str) -> None:
    """Drop a checkpoint from this session's memory, and the network that was made of it."""
    keeping.forget(key)
    kept = {k: own for k, own in st.session_state.get(_OWN, {}).items() if k != key}
    st.session_state[_OWN] = kept


def open_own() -> None:
    st.session_state[_OWN_OPEN] = True


def close_own() -> None:
    st.session_state[_OWN_OPEN] = False


def own_is_open() -> bool:
    return bool(st.session_state.get(_OWN_OPEN))


def keep_block(names: Sequence[str]) -> str:
    """The picked block; one past the middle where the pick is not among this network's blocks."""
    if not names:
        raise BlockError(unknown_block("", names))
    given = st.session_state.get(BLOCK)
    if given not in names:
        st.session_state[BLOCK] = names[2 * len(names) // 3]
        if asked.missed(BLOCK, given):
            asked.no_block(BLOCK, str(given), st.session_state[BLOCK])
    asked.met(BLOCK)
    return str(st.session_state[BLOCK])


def carry_block(names: Sequence[str]) -> str:
    """The picked block, before its picker is drawn.

    Assigned anew, or a block that another view picked by itself would not outlast the switch.
    """
    st.session_state[BLOCK] = keep_block(names)
    return str(st.session_state[BLOCK])


def step_block(names: Sequence[str], step: int) -> None:
    at = names.index(keep_block(names)) + step
    st.session_state[BLOCK] = names[max(0, min(at, len(names) - 1))]
    forget_bin()


def choose_block(name: str) -> None:
    st.session_state[BLOCK] = name
    forget_bin()


def keep_channel(count: int, otherwise: int) -> int:
    """The picked channel; ``otherwise`` where this block has no such channel."""
    channel = st.session_state.get(CHANNEL)
    if not isinstance(channel, int) or not 0 <= channel < count:
        st.session_state[CHANNEL] = otherwise
        if isinstance(channel, int) and asked.missed(CHANNEL, channel):
            asked.no_channel(CHANNEL, channel, count, otherwise)
    asked.met(CHANNEL)
    return int(st.session_state[CHANNEL])


def take_block_click(key: str) -> None:
    """Callback of a chart whose points carry block names."""
    name = clicks.clicked(key)
    if isinstance(name, str):
        choose_block(name)


def take_channel_click(key: str) -> None:
    """Callback of a chart whose points carry channel numbers; -1 is none."""
    channel = clicks.whole(clicks.clicked(key))
    if channel is not None:
        st.session_state[CHANNEL] = channel


def keep_unit(count: int, otherwise: int) -> int:
    """The picked hidden unit; ``otherwise`` where this block has no such unit."""
    unit = st.session_state.get(UNIT)
    if not isinstance(unit, int) or not 0 <= unit < count:
        st.session_state[UNIT] = otherwise
    return int(st.session_state[UNIT])


def take_unit_click(key: str) -> None:
    """Callback of a chart whose points carry numbers of hidden units; -1 is none."""
    unit = clicks.whole(clicks.clicked(key))
    if unit is not None:
        st.session_state[UNIT] = unit


def take_bin_click(key: str) -> None:
    """Callback of the histogram: remember the channels of the clicked bin."""
    channels: list[int] = []
    for point in clicks.points(key):
        numbers = point.get("point_numbers") or point.get("point_indices") or ()
        channels.extend(n for n in map(clicks.whole, numbers) if n is not None)
    st.session_state[_BIN] = tuple(sorted(set(channels)))


def bin_channels() -> tuple[int, ...]:
    return tuple(st.session_state.get(_BIN, ()))


def forget_bin() -> None:
    st.session_state[_BIN] = ()


def choose_channel(channel: int) -> None:
    st.session_state[CHANNEL] = channel
