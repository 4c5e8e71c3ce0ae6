"""The four versions trained several times: is the difference more than that between seeds?"""

import streamlit as st

from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, reading, show
from dashboard.session import view_keys
from senet_viz.analysis.training_runs import RunSet, Spread, read_runs
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.evaluation_sets import tested_on
from senet_viz.core.records import Version
from senet_viz.core.translation import tr
from senet_viz.figures.base.version_looks import NAMES
from senet_viz.figures.baselines.class_accuracy import class_differences

NEAR = (0.5, 1.5)  # points that count as about one


def draw(words: dict[Version, str]) -> None:
    """The verdict on squeeze and excitation; accuracy over seeds and by class; agreement."""
    runs = stored()
    with st.container(key="seeds", gap="xsmall"):
        st.markdown(f"**{plain(sentence(runs))}**")
        columns = {
            "what": Column(tr("In the SE block's place"), words.__getitem__),
            "accuracy": Column(
                tr("Top-1, mean ± deviation over seeds"),
                lambda version: _percent(runs.accuracy(version)),
            ),
            "lead": Column(
                tr("Lead over nothing there, points"),
                lambda version: "–" if version == "plain" else _points(runs.lead(version, "plain")),
            ),
        }
        table(runs.versions, columns, "over_seeds")
    st.caption(
        plain(
            tr(
                "These are other runs than the stored networks: {seeds} seeds of each "
                "version by the short recipe, tested on {tested_on}. A short training says "
                "nothing about which would win after a long one.",
                seeds=len(runs.seeds),
                tested_on=tested_on(runs.tested_on),
            )
        )
    )
    show(class_differences(runs, than="plain", dark=dark()), "class_differences")
    agreement(runs)
    with st.expander(tr("The recipe of these runs"), key=view_keys.RECIPE, on_change="rerun"):
        st.markdown(plain(f"{runs.recipe[:1].upper()}{runs.recipe[1:]}. {runs.trained_with}."))


def sentence(runs: RunSet) -> str:
    """Whether SE leads, and by how much against the spread over seeds."""
    lead = runs.lead("se", "plain")
    return tr(
        "Trained {seeds} times each, {verdict}; the standard deviation over seeds "
        "is {deviation:.1f}",
        seeds=lead.seeds,
        verdict=verdict(lead.mean),
        deviation=100 * lead.deviation,
    )


def verdict(lead: float) -> str:
    """SE's lead over nothing there, 0 to 1, beside the one point or so that the source reports."""
    points = 100 * lead
    if points <= 0:
        return tr(
            "squeeze and excitation does not win: {points:.1f} percentage points fewer test "
            "pictures are right than with nothing there, where the source reports about one point "
            "more",
            points=-points,
        )
    if NEAR[0] <= points <= NEAR[1]:
        return tr(
            "squeeze and excitation gets {points:.1f} percentage points more test pictures right "
            "than nothing there, about the one point that the source reports",
            points=points,
        )
    if points < 1:
        return tr(
            "squeeze and excitation gets {points:.1f} percentage points more test pictures right "
            "than nothing there, less than the one point that the source reports",
            points=points,
        )
    return tr(
        "squeeze and excitation gets {points:.1f} percentage points more test pictures right than "
        "nothing there, more than the one point that the source reports",
        points=points,
    )


def agreement(runs: RunSet) -> None:
    """How often two versions say the same of a test picture."""
    st.markdown(
        tr("**How often two trainings give a test picture the same class**"),
        help=reading(
            tr(
                "Over all pairs of runs of a row's and a column's version; on the diagonal over "
                "pairs of different seeds of one version."
            ),
            tr(
                "Two networks that agree less often than two seeds of one kind differ by more than "
                "chance; it does not say which is right."
            ),
        ),
    )
    columns = {"what": Column(tr("Trained with"), NAMES.__getitem__)}
    for other in runs.versions:
        shares = {version: _hundred(runs.agreement(version, other)) for version in runs.versions}
        columns[NAMES[other]] = Column(NAMES[other], shares.__getitem__, "%.1f%%")
    table(runs.versions, columns, "agreement")


def _hundred(share: float | None) -> float | None:
    """In percent; one run alone agrees with no other."""
    return None if share is None else 100 * share


def _percent(spread: Spread) -> str:
    return f"{100 * spread.mean:.1f}% ± {100 * spread.deviation:.1f}"


def _points(spread: Spread) -> str:
    return f"{100 * spread.mean:+.1f} ± {100 * spread.deviation:.1f}".replace("-", "−")


@st.cache_resource(show_spinner=False)
def stored() -> RunSet:
    """The runs that come with the project."""
    return read_runs(ASSETS / "comparison.json")
