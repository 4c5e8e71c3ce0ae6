"""The four versions trained several times: is the difference more than that between seeds?"""

import streamlit as st

from dashboard.widgets import plain
from senet_viz.models.embedded import ASSETS
from senet_viz.records import Version
from senet_viz.runs import RunSet, Spread, read_runs

COLUMNS = {
    "what": "In the SE block's place",
    "accuracy": "Top-1, mean ± deviation over seeds",
    "lead": "Lead over nothing there, points",
    "agreement": "Same class as with nothing there",
}


def draw(words: dict[Version, str]) -> None:
    """A table over seeds, and what can be said of squeeze and excitation."""
    runs = stored()
    st.markdown(f"**{plain(sentence(runs))}**")
    st.dataframe(
        [_row(runs, version, words[version]) for version in runs.versions],
        column_config=COLUMNS,
        hide_index=True,
        key="over_seeds",
    )
    st.caption(
        plain(
            f"These are other runs than the stored networks: {len(runs.seeds)} seeds of each "
            f"version by the short recipe, tested on {runs.tested_on}. {runs.recipe[:1].upper()}"
            f"{runs.recipe[1:]}. A short training says nothing about which would win after a long "
            "one."
        )
    )


def sentence(runs: RunSet) -> str:
    """Whether SE leads, and by how much against the spread over seeds."""
    lead = runs.lead("se", "plain")
    way = "more" if lead.mean > 0 else "fewer"
    size = 100 * abs(lead.mean)
    return (
        f"Trained {lead.seeds} times each, squeeze and excitation gets {size:.1f} ± "
        f"{100 * lead.deviation:.1f} percentage points {way} test pictures right than nothing there"
    )


def _row(runs: RunSet, version: Version, words: str) -> dict[str, str]:
    lead = _points(runs.lead(version, "plain")) if version != "plain" else "–"
    agreement = runs.agreement(version, "plain")
    return {
        "what": words,
        "accuracy": _percent(runs.accuracy(version)),
        "lead": lead,
        "agreement": "–" if agreement is None else f"{agreement:.1%}",
    }


def _percent(spread: Spread) -> str:
    return f"{100 * spread.mean:.1f}% ± {100 * spread.deviation:.1f}"


def _points(spread: Spread) -> str:
    return f"{100 * spread.mean:+.1f} ± {100 * spread.deviation:.1f}"


@st.cache_resource(show_spinner=False)
def stored() -> RunSet:
    """The runs that come with the project."""
    return read_runs(ASSETS / "comparison.json")
