"""Training curves of the four versions side by side, and how soon each was good."""

from typing import Literal

import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.tables import Column, table
from dashboard.components.widgets import dark, plain, show
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from dashboard.session import view_keys
from dashboard.views.pointwise import seeds as seed_runs
from senet_viz.analysis.training_runs import TrainedRun, read_log
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.records import Version
from senet_viz.core.translation import Words, tr
from senet_viz.figures.baselines.curve_charts import LEVELS, training_curves

Which = Literal["short", "long"]
WORDS = Words[Which](
    {
        "short": lambda: tr("Three seeds each, short recipe"),
        "long": lambda: tr("The stored networks, one long run each"),
    }
)
CURVES = view_keys.TRAINED_RUNS


def draw(words: dict[Version, str]) -> None:
    """Choose the runs; loss and accuracy by epoch; epochs to 80% and 85%."""
    which: Which = choice(tr("Runs"), WORDS, CURVES, first="short")
    runs = seed_runs.stored().runs if which == "short" else shipped()
    left, right = st.columns(2, gap="medium")
    with left:
        show(training_curves(runs, what="loss", dark=dark()), "curves_loss")
    with right:
        show(training_curves(runs, what="accuracy", dark=dark()), "curves_accuracy")
    versions = list(dict.fromkeys(run.version for run in runs))
    columns = {"what": Column(tr("In the SE block's place"), words.__getitem__)}
    for level in LEVELS:
        epochs_to = {version: reached(runs, version, level) for version in versions}
        columns[f"{level:.0%}"] = Column(
            tr("Epochs to {level:.0%}", level=level), epochs_to.__getitem__
        )
    table(versions, columns, "epochs_to")
    epochs, seeds = len(runs[0].log), len({run.seed for run in runs})
    st.caption(
        plain(
            tr(
                "The first epoch after which validation accuracy is as high, of {epochs}; one "
                "number for each seed, in their order. Not reached, or a dash: not within the "
                "training.",
                epochs=epochs,
            )
            if seeds > 1
            else tr(
                "The first epoch after which validation accuracy is as high, of {epochs}. Not "
                "reached, or a dash: not within the training.",
                epochs=epochs,
            )
        )
    )


def reached(runs: tuple[TrainedRun, ...], version: Version, level: float) -> str:
    """Epochs to an accuracy for every run of a version: "12, 13, –"."""
    epochs_to_level = [run.epochs_to(level) for run in runs if run.version == version]
    if not any(epochs_to_level):
        return tr("not reached")
    return ", ".join("–" if epochs is None else str(epochs) for epochs in epochs_to_level)


@st.cache_resource(show_spinner=False)
def shipped() -> tuple[TrainedRun, ...]:
    """The curves of the stored networks."""
    return tuple(
        TrainedRun(networks.version(name), 0, read_log(ASSETS / f"{name}.log.csv"))
        for name in EMBEDDED
    )
