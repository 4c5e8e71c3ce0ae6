"""Class profiles of a second survey beside those of the first: another network, other pictures."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime import language_choice
from dashboard.services import surveys
from dashboard.services.surveys import Shelved
from dashboard.views.dataset import compute
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.picture_distances import counterpart
from senet_viz.analysis.survey_answers import WORDS, Slice
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.figures.base.series import Series

NONE = ""
DEPTHS = 3  # of the first survey's blocks to begin with: first, middle and last


def choose(study: Study) -> Study | None:
    """The second survey, where there is one to choose and the person wants it beside."""
    base = surveys.opened()
    parts = {f"{base.key}{surveys.OF}{which}": which for which in surveys.slices(base)}
    parts.pop(study.shelved.key, None)
    others = {k: s for k, s in surveys.surveys().items() if k != study.shelved.key}
    if not (others or parts):
        return None
    if st.session_state.get(surveys.BESIDE) not in (*parts, *others):
        st.session_state[surveys.BESIDE] = NONE
    language_choice.renew(surveys.BESIDE)
    st.selectbox(
        tr("Beside"),
        [NONE, *parts, *others],
        format_func=lambda k: _words(k, parts, others),
        key=surveys.BESIDE,
        persist_state="session",
        help=tr(
            "The same classes in a second survey, in its blocks nearest in depth. Channels of "
            "different networks do not correspond."
        ),
    )
    try:
        shelved = beside()
        return None if shelved is None else compute.split_variance(shelved)
    except CaptureError as error:
        st.info(str(error))
        return None


def beside() -> Shelved | None:
    """The survey chosen to stand beside, or the slice of one."""
    key, _, which = str(st.session_state.get(surveys.BESIDE) or "").partition(surveys.OF)
    shelved = surveys.surveys().get(key)
    if shelved is None or not which:
        return shelved
    return next((surveys.sliced(shelved, w) for w in surveys.slices(shelved) if w == which), None)


def _words(key: str, parts: Mapping[str, Slice], others: Mapping[str, Shelved]) -> str:
    if key in parts:
        return tr("of this survey: {part}", part=WORDS[parts[key]])
    return others[key].title if key else tr("no other survey")


def depths(blocks: Sequence[str]) -> tuple[str, ...]:
    """The blocks to begin with where two surveys stand beside each other."""
    at = np.linspace(0, len(blocks) - 1, min(len(blocks), DEPTHS)).round().astype(int)
    return tuple(blocks[i] for i in at)


def nearest(study: Study, other: Study, block: str) -> str:
    """The second survey's block nearest in depth to this one of the first."""
    own, there = study.survey.blocks, other.survey.blocks
    return there[counterpart(own.index(block), of=len(own), among=len(there))]


def same_classes(
    study: Study, other: Study, classes: Sequence[tuple[int, Series]]
) -> tuple[tuple[int, Series], ...]:
    """The chosen classes by their numbers in the second survey; how many it does not have."""
    there = compute.same_classes(study, other)
    chosen = tuple((there[number], series) for number, series in classes if number in there)
    if missing := len(classes) - len(chosen):
        st.caption(
            tr("Of the classes chosen, {missing} are not in the second survey.", missing=missing)
        )
    return chosen


def title(number: int, study: Study) -> None:
    """What stands over a column."""
    st.caption(plain(tr("Survey {number}: {title}", number=number, title=study.shelved.title)))
