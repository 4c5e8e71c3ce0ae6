"""What the person chose in any view: the network, the picture, the block, the channel.

What is chosen in one view alone is kept, under keys of its own, beside what draws it.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cache

import streamlit as st

from dashboard.runtime import cache as byte_cache
from dashboard.runtime.limits import LIMITS
from dashboard.runtime.offers import Chosen, OwnFile, sha256
from dashboard.session import array_choice, chart_clicks, link_notes
from senet_viz.core.errors import BlockError
from senet_viz.core.records import unknown_block
from senet_viz.core.translation import tr
from senet_viz.pictures.samples import SAMPLES, Sample, load_sample

MODEL, TRAINED, BLOCK, CHANNEL = "model", "trained", "block", "channel"
TOP, ORDER, SCALE, OPACITY = "top", "order", "scale", "opacity"
FIRST, SECOND, PLACE, GAIN_PICTURES = "first", "second", "place", "gain_pictures"
PICTURE, UPLOADS, _BIN = "picture", "uploads", "bin"
SCORE, MASK, BESIDE = "score", "mask", "beside"
MODULE = "branch_module"  # one with branches; SE blocks are picked by BLOCK
ARCHITECTURE, SOURCE, WEIGHTS, PATH = "own_architecture", "own_source", "own_weights", "own_path"
LABELS, SIDE, MEAN, STD = "own_labels", "own_side", "own_mean", "own_std"
NAMES, NAMES_FILE, NAMES_PROBLEM = "own_names", "own_names_file", "own_names_problem"
_OWN, _OWN_OPEN, _NEXT_MODEL, _ALL = "own", "own_open", "next_model", "all_again"
_NAMES_OPEN, _UNASKED = "own_names_open", "channel_unasked"
_NEXT_TRAINED, FROM_LINK = "next_trained", "link"

DEFAULT_MODEL = "se_resnet18_imagenette"
MOST_UPLOADS, PICTURE_MB, MOST_OWN = LIMITS.pictures, LIMITS.picture_mb, LIMITS.networks


def pictures() -> tuple[Chosen, ...]:
    """Uploads first (newest first), then the samples; only arrays if the network takes them."""
    uploads: dict[str, Chosen] = st.session_state.setdefault(UPLOADS, {})
    arrays = array_choice.takes() is not None
    offered = [upload for upload in reversed(uploads.values()) if upload.is_array == arrays]
    return tuple(offered) if arrays else (*offered, *_samples())


@cache
def _samples() -> tuple[Chosen, ...]:
    data = {sample.name: load_sample(sample.name) for sample in SAMPLES}
    return tuple(
        Chosen(s.name, s.title, data[s.name], _origin(s), sha256(data[s.name])) for s in SAMPLES
    )


def _origin(sample: Sample) -> str:
    return tr("{title}. {licence}.", title=sample.title, licence=sample.licence)


def picture() -> Chosen:
    """The picture looked at; the first sample, or the newest array, until another is chosen."""
    on_offer = {chosen.key: chosen for chosen in pictures()}
    key = st.session_state.get(PICTURE, SAMPLES[0].name)
    if isinstance(key, str) and key in on_offer:
        return on_offer[key]
    return next(iter(on_offer.values()), _samples()[0]) if array_choice.takes() else _samples()[0]


def begin(key: str, on_offer: Iterable[Hashable], *, first: Hashable | None = None) -> str:
    """A choice before its widget is drawn: what an address or a person set, or ``first``.

    For the widget's ``key=``, with no ``default=`` beside it. ``first`` is the first on offer if
    none is given.
    """
    options = list(on_offer)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0] if first is None else first
    return key


def open_untrained() -> None:
    """Callback where published weights are out of reach: random ones instead."""
    st.session_state[TRAINED] = False
    ask_for_all()


def ask_for_all() -> None:
    """Callback of what stands in a part of the page, and changes what stands outside it."""
    st.session_state[_ALL] = True


def asked_for_all() -> bool:
    """Whether somebody did; said once."""
    return bool(st.session_state.pop(_ALL, False))


def choose_picture(key: str) -> None:
    st.session_state[PICTURE] = key
    link_notes.forget_awaited()


def keep_model(names: Sequence[str], *, otherwise: str) -> None:
    """The network to look at: one just added, else the one picked, else ``otherwise``."""
    wanted = st.session_state.pop(_NEXT_MODEL, st.session_state.get(MODEL))
    if st.session_state.pop(_NEXT_TRAINED, False):
        st.session_state[TRAINED] = True
    model = wanted if wanted in names else otherwise
    if st.session_state.get(MODEL) != model:
        st.session_state[MODEL] = model


def look_at(name: str) -> None:
    """Look at this network, with its published weights, from the next run on."""
    st.session_state[_NEXT_MODEL], st.session_state[_NEXT_TRAINED] = name, True
    ask_for_all()


def own_files() -> dict[str, OwnFile]:
    """The person's own checkpoints in this session by key, newest first."""
    own: dict[str, OwnFile] = st.session_state.get(_OWN, {})
    return dict(reversed(own.items()))


def own_file(key: str) -> OwnFile | None:
    own: dict[str, OwnFile] = st.session_state.get(_OWN, {})
    return own.get(key)


def add_own(own: OwnFile, *, notes: tuple[str, ...]) -> None:
    """Keep a checkpoint that was loaded, under a title of its own, and look at it next."""
    files: dict[str, OwnFile] = dict(st.session_state.get(_OWN, {}))
    files.pop(own.key, None)
    title = tr("My file: {file} on {architecture}", file=own.name, architecture=own.architecture)
    named = (own.name, own.architecture)
    alike = sum((other.name, other.architecture) == named for other in files.values())
    if alike:
        title = tr("{title} ({number})", title=title, number=alike + 1)
    files[own.key] = replace(own, title=title, notes=notes)
    while len(files) > MOST_OWN:
        byte_cache.forget(files.pop(next(iter(files))).key)
    st.session_state[_OWN], st.session_state[_NEXT_MODEL] = files, own.key
    close_own()


def forget_own(key: str) -> None:
    """Drop a checkpoint from this session's memory, and the network that was made of it."""
    byte_cache.forget(key)
    files = {k: own for k, own in st.session_state.get(_OWN, {}).items() if k != key}
    st.session_state[_OWN] = files


def replace_own(key: str, own: OwnFile) -> None:
    """Put a checkpoint with something changed in the place of another, and look at it next."""
    byte_cache.forget(key)
    files: dict[str, OwnFile] = st.session_state.get(_OWN, {})
    changed = [own if k == key else other for k, other in files.items()]
    st.session_state[_OWN] = {other.key: other for other in changed}
    st.session_state[_NEXT_MODEL] = own.key
    close_names()


def open_names() -> None:
    """Callback: the names of the network that is chosen, as they are now."""
    st.session_state.pop(NAMES, None)
    st.session_state[_NAMES_OPEN] = True


def close_names() -> None:
    st.session_state[_NAMES_OPEN] = False


def names_are_open() -> bool:
    return bool(st.session_state.get(_NAMES_OPEN))


def open_own() -> None:
    st.session_state[_OWN_OPEN] = True


def close_own() -> None:
    st.session_state[_OWN_OPEN] = False


def own_is_open() -> bool:
    return bool(st.session_state.get(_OWN_OPEN))


def picked_block(names: Sequence[str]) -> str:
    """The picked block, or one past the middle where it is not among ``names``; only read."""
    if not names:
        raise BlockError(unknown_block("", names))
    given = st.session_state.get(BLOCK)
    return str(given) if given in names else names[2 * len(names) // 3]


def keep_block(names: Sequence[str]) -> str:
    """The picked block; from now on another where it is not among this network's blocks."""
    given, block = st.session_state.get(BLOCK), picked_block(names)
    if given != block:
        st.session_state[BLOCK] = block
        if link_notes.missed(BLOCK, given):
            link_notes.no_block(BLOCK, str(given), st.session_state[BLOCK])
    link_notes.met(BLOCK)
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


def picked_channel(count: int, otherwise: int) -> int:
    """The picked channel, or ``otherwise`` where this block has no such channel; only read."""
    number = st.session_state.get(CHANNEL)
    return number if isinstance(number, int) and 0 <= number < count else otherwise


def keep_channel(count: int, otherwise: int) -> int:
    """The picked channel; ``otherwise``, from now on, where this block has no such channel.

    And where nobody picked it: a channel that the app chose goes with picture and block.
    """
    channel, unasked = st.session_state.get(CHANNEL), st.session_state.get(_UNASKED)
    looked_at = (st.session_state.get(MODEL), picture().key, st.session_state.get(BLOCK))
    if unasked == FROM_LINK:  # which names a channel, whoever chose it
        unasked = (otherwise, looked_at)
    by_app, then = unasked or (None, None)
    fits = isinstance(channel, int) and 0 <= channel < count
    if not fits or (channel == by_app and then != looked_at):
        st.session_state[CHANNEL] = by_app = otherwise
    if not fits and isinstance(channel, int) and link_notes.missed(CHANNEL, channel):
        link_notes.no_channel(CHANNEL, channel, count, otherwise)
    picked = st.session_state[CHANNEL]
    st.session_state[_UNASKED] = (picked, looked_at) if picked == by_app else None
    link_notes.met(CHANNEL)
    return int(st.session_state[CHANNEL])


def take_block_click(key: str) -> None:
    """Callback of a chart whose points carry block names."""
    name = chart_clicks.clicked(key)
    if isinstance(name, str):
        choose_block(name)


def take_block_click_below(key: str) -> None:
    """The same of a chart in a part below the page's head, which has to be drawn again too."""
    take_block_click(key)
    ask_for_all()


def take_channel_click(key: str) -> None:
    """Callback of a chart whose points carry channel numbers; -1 is none."""
    channel = chart_clicks.whole(chart_clicks.clicked(key))
    if channel is not None:
        pick_channel(channel)


def take_bin_click(key: str) -> None:
    """Callback of the histogram: remember the channels of the clicked bin."""
    channels: list[int] = []
    for point in chart_clicks.points(key):
        numbers = point.get("point_numbers") or point.get("point_indices") or ()
        channels.extend(n for n in map(chart_clicks.whole, numbers) if n is not None)
    st.session_state[_BIN] = tuple(sorted(set(channels)))


def bin_channels() -> tuple[int, ...]:
    return tuple(st.session_state.get(_BIN, ()))


def forget_bin() -> None:
    st.session_state[_BIN] = ()


def choose_channel(channel: int) -> None:
    st.session_state[CHANNEL] = channel


def pick_channel(channel: int) -> None:
    """Callback: a person's own choice, which stays whatever picture is looked at."""
    st.session_state[CHANNEL], st.session_state[_UNASKED] = channel, None


def link_channel(channel: int) -> None:
    """The channel of an address: a person's own choice unless the app would choose the same."""
    st.session_state[CHANNEL], st.session_state[_UNASKED] = channel, FROM_LINK
