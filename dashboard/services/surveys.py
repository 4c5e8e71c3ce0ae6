"""The surveys of this session: the shipped ones, those opened, and those run here."""

import shutil
import tempfile
import weakref
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from dashboard.runtime import allowed_folders, cache
from dashboard.runtime.offers import sha256
from dashboard.runtime.work_queue import MODELS
from dashboard.services import networks
from dashboard.session import selection
from senet_viz.analysis.survey_answers import SLICES, WORDS, Slice, survey_answers
from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.errors import CaptureError, InputError
from senet_viz.core.left_out import LeftOut
from senet_viz.core.translation import thousands, tr
from senet_viz.surveys.runner import surveying
from senet_viz.surveys.slices import slice_survey
from senet_viz.surveys.tables import load_survey

OPEN, SECOND = "dataset_open", "dataset_second"
ZIP, FOLDER, RESULT = "dataset_zip", "dataset_folder", "dataset_result"
KEEP, PATH = "dataset_keep", "dataset_path"
CLASSES, BLOCKS, PICTURE = "dataset_classes", "dataset_blocks", "dataset_picture"
SHOWN, ORDER = "dataset_shown", "dataset_order"
BANDS, SPAN = "dataset_bands", "dataset_span"
CROP = "dataset_crop"
PAPERS_OPEN = "dataset_literature_open"
BESIDE, SLICE, WHOLE, OF = "dataset_beside", "dataset_slice", "all", "#"
_SHELF, _BENCH, _PICTURES = "dataset_shelf", "dataset_bench", "dataset_pictures"
_NEXT, _OF, _FOR = "dataset_next", "dataset_of", "dataset_for"
SUFFIX = ".survey"
MOST_KEPT = 8
MOST_ZIPS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shelved:
    """A survey on offer: its key, whether it came to its end, and with which weights.

    ``number`` tells surveys that are called the same apart.
    """

    key: str
    survey: Survey
    finished: bool = True
    trained: bool = True
    number: int = 1

    @property
    def title(self) -> str:
        """What it is called, in the person's language."""
        title = _title(self.survey)
        if not self.trained:
            title = tr("{survey}, RANDOM WEIGHTS", survey=title)
        if not self.finished:
            title = tr("{survey}, cancelled", survey=title)
        return title if self.number == 1 else f"{title} (#{self.number})"

    @property
    def identity(self) -> str:
        """A sha256 of where its numbers come from: the folder may hold another survey later."""
        return sha256(repr((self.key, self.fingerprint)).encode())

    @property
    def fingerprint(self) -> str:
        """A sha256 of network, pictures and how they were read: the same on every machine."""
        manifest = self.survey.manifest
        listing = manifest.get("input", {}).get("listing_sha256")
        how = [manifest.get(key) for key in ("preprocessing", "precision", "keep_gates")]
        parts = (self.survey.weights_sha256, listing, how, self.survey.count.tolist())
        return sha256(repr(parts).encode())


def surveys() -> dict[str, Shelved]:
    """What can be looked at by key: newest first, the shipped ones last."""
    own: dict[str, Shelved] = st.session_state.get(_SHELF, {})
    return {**dict(reversed(own.items())), **shipped()}


@st.cache_resource(show_spinner=False)
def shipped() -> dict[str, Shelved]:
    """The surveys that come with the project."""
    folders = sorted(p for p in ASSETS.glob(f"*{SUFFIX}") if p.is_dir())
    return {p.name: Shelved(p.name, load_survey(p)) for p in folders}


def put(survey: Survey, *, trained: bool = True, finished: bool = True) -> None:
    """Keep a survey in this session, and open it next."""
    shelf: dict[str, Shelved] = dict(st.session_state.get(_SHELF, {}))
    key = str(survey.folder)
    shelf.pop(key, None)
    new = Shelved(key, survey, finished, trained)
    others = (*shipped().values(), *shelf.values())
    alike = sum(replace(other, number=1).title == new.title for other in others)
    shelf[key] = replace(new, number=alike + 1)
    while len(shelf) > MOST_KEPT:
        cache.forget(shelf.pop(next(iter(shelf))).identity)
    st.session_state[_SHELF], st.session_state[_NEXT] = shelf, key


def open_next(key: str) -> None:
    """Look at this survey of those on offer, with the classes that are chosen already."""
    st.session_state[_NEXT] = st.session_state[OPEN] = key
    st.session_state[_OF] = surveys()[key].identity


def put_finished(partial: Survey, *, trained: bool) -> None:
    """The same for a survey that came to its end: read back from its folder, whole."""
    put(load_survey(partial.folder), trained=trained)


def forget_made() -> None:
    """Drop what was worked out from this session's surveys, gates and small pictures; not them."""
    own: dict[str, Shelved] = st.session_state.get(_SHELF, {})
    cache.forget(*(shelved.identity for shelved in own.values()))


def open_folder(text: str) -> None:
    """Open the survey in a folder of this machine; a SENetVizError where there is none."""
    if not networks.reads_paths():
        raise InputError(tr("folders can be read only if the app serves its own machine alone"))
    named = text.strip()
    if not named:
        raise InputError(tr("no folder was named. Give the folder of a finished survey"))
    put(load_survey(allowed_folders.named(named)))


def keep_pictures(out: Path, images: str) -> None:
    """Remember which pictures the survey into ``out`` is of: its tables name no place."""
    st.session_state[_PICTURES] = {**st.session_state.get(_PICTURES, {}), str(out): images}


def pictures_of(key: str) -> Path | None:
    """The folder of pictures that a survey of this session was run over, if it is there still."""
    folder = Path(st.session_state.get(_PICTURES, {}).get(key, ""))
    return folder if folder.name and folder.is_dir() else None


def is_of(survey: Survey, name: str) -> bool:
    """Whether a survey is of this network: a catalogued one, or that of an own file."""
    own = selection.own_file(name)
    return survey.model == name if own is None else survey.weights_sha256 == own.sha256


def opened() -> Shelved:
    """The survey that is open, whole."""
    return surveys()[str(st.session_state[OPEN])]


def slices(shelved: Shelved) -> dict[Slice, int]:
    """The slices of a survey that hold pictures, and how many; none where no answers were kept."""
    return _slices(shelved.identity, shelved.survey)


def sliced(shelved: Shelved, which: Slice) -> Shelved:
    """A slice of a survey as one of its own, under a key of its own."""
    key = f"{shelved.key}{OF}{which}"
    return replace(shelved, key=key, survey=_sliced(shelved.identity, which, shelved.survey))


@cache.keep(turns=None)
def _slices(key: str, _survey: Survey) -> dict[Slice, int]:  # noqa: ARG001 (the cache's key)
    try:
        answers = survey_answers(_survey)
    except CaptureError:
        return {}
    counts = {which: int(answers.rows(which).sum()) for which in SLICES}
    return {which: pictures for which, pictures in counts.items() if pictures}


@cache.keep(turns=None)
def _sliced(key: str, which: Slice, _survey: Survey) -> Survey:  # noqa: ARG001 (the cache's key)
    return slice_survey(_survey, which)


def keep_open(on_offer: Mapping[str, Shelved]) -> None:
    """Before the picker is drawn: the survey just made, else the one picked, else the first.

    Where another network was chosen meanwhile, its newest survey, if there is one.
    """
    chosen = str(st.session_state[selection.MODEL])
    wanted = st.session_state.get(OPEN)
    if st.session_state.get(_FOR) != chosen:
        fitting = (key for key, shelved in on_offer.items() if is_of(shelved.survey, chosen))
        wanted, st.session_state[_FOR] = next(fitting, wanted), chosen
    wanted = st.session_state.pop(_NEXT, wanted)
    st.session_state[OPEN] = wanted if wanted in on_offer else next(iter(on_offer))
    opened = on_offer[st.session_state[OPEN]].identity
    if st.session_state.get(_OF, opened) != opened:  # numbers mean other classes there
        st.session_state.pop(CLASSES, None)
        st.session_state.pop(PICTURE, None)
    st.session_state[_OF] = opened


class _Bench:
    """A temporary folder that is removed when nobody holds it any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="senet_viz_"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def bench() -> Path:
    """This session's temporary folder; it goes when the session does."""
    if _BENCH not in st.session_state:
        st.session_state[_BENCH] = _Bench()
    held: _Bench = st.session_state[_BENCH]
    return held.folder


def run(
    images: str,
    net: networks.Network,
    *,
    out: Path,
    keep_gates: bool,
    left_out: Sequence[LeftOut] = (),
) -> Generator[Progress, None, None]:
    """A survey of the pictures of a folder into ``out``, behind those who wait for a page.

    ``left_out`` is what was left out before, when a zip was unpacked.
    """
    yield from surveying(
        images,
        net,
        out=out,
        keep_gates=keep_gates,
        turn=MODELS.behind,
        may_open=allowed_folders.may_open,
        before=left_out,
    )


def forget_old_zips() -> None:
    """Before another zip is unpacked: only the pictures of the last ones stay on disk."""
    unpacked = sorted(bench().glob("zip_*"), key=lambda folder: folder.stat().st_mtime)
    for folder in unpacked[: 1 - MOST_ZIPS]:
        shutil.rmtree(folder, ignore_errors=True)


def classes_words(survey: Survey) -> str:
    """ "10 classes", or how many of them hold a picture by now."""
    present, every = int((survey.count > 0).sum()), len(survey.classes)
    if present < every:
        return tr("{seen} of {classes} classes", seen=present, classes=every)
    return tr("{classes} classes", classes=every) if every > 1 else tr("one class")


def _title(survey: Survey) -> str:
    entry = networks.entries().get(survey.model)
    network = survey.model
    if entry is not None and entry.name in networks.EMBEDDED:
        network = entry.title  # other titles speak of published weights
    given = survey.manifest.get("input", {})
    where = given.get("whole", given.get("description", survey.folder.name))
    if which := given.get("slice"):
        where = tr("{source}: {part}", source=where, part=WORDS[which])
    pictures = thousands(survey.count.sum())
    return tr(
        "{network} · {pictures} pictures ({source})",
        network=network,
        pictures=pictures,
        source=where,
    )
