"""Prediction, accuracy and cost of the four stored networks, as a table."""

import numpy as np
import streamlit as st

from dashboard.components.tables import Column, table
from dashboard.runtime.offers import Chosen
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from dashboard.views.pointwise.compute import stored_networks
from dashboard.views.pointwise.compute.stored_networks import Comparison
from senet_viz.core.shares import softmax
from senet_viz.core.translation import again, tr

TESTED = 3925


def draw(comparisons: dict[str, Comparison], picture: Chosen) -> None:
    """A row for each network, and the uncertainty of its numbers."""
    table(EMBEDDED, _columns(comparisons, picture), "versions")
    right = float(np.mean([networks.network(name).accuracy or 0.0 for name in EMBEDDED]))
    error = 100 * float(np.sqrt(right * (1 - right) / TESTED))
    st.caption(
        tr(
            "One training run each, seed 0: the spread over seeds of this recipe was not measured, "
            "and the {tested:,} test pictures alone leave a standard error of {error:.1f} points. "
            "Multiply\\-adds count convolutions and fully connected layers. Channels of the four "
            "do not correspond: they were trained separately.",
            tested=TESTED,
            error=error,
        )
    )


def _columns(comparisons: dict[str, Comparison], picture: Chosen) -> dict[str, Column]:
    words = stored_networks.words()
    scores = {name: softmax(comparison.logits[0]) for name, comparison in comparisons.items()}
    return {
        "what": Column(
            tr("In the block's place"), lambda name: words[comparisons[name].places[0].version]
        ),
        "accuracy": Column(
            tr("Test accuracy"),
            lambda name: networks.network(name).accuracy,
            "percent",
            tr("top-1, {tested:,} pictures", tested=TESTED),
        ),
        "parameters": Column(
            tr("Parameters, M"), lambda name: networks.costs(name).total.parameters / 1e6, "%.3f"
        ),
        "extra": Column(
            tr("… of them there, k"),
            lambda name: networks.costs(name).in_places.parameters / 1e3,
            "%.1f",
        ),
        "macs": Column(
            tr("Multiply-adds, M"),
            lambda name: networks.costs(name).total.multiply_adds / 1e6,
            "%.1f",
        ),
        "extra_macs": Column(
            tr("… of them there, M"),
            lambda name: networks.costs(name).in_places.multiply_adds / 1e6,
            "%.3f",
        ),
        "says": Column(
            tr("Says of {picture}", picture=again(picture.title)[:20]),
            lambda name: networks.network(name).labels[int(scores[name].argmax())],
        ),
        "sure": Column(
            tr("Softmax"),
            lambda name: float(scores[name].max()),
            "percent",
        ),
        "error": Column(
            tr("Proof error"),
            lambda name: max(place.relative_error for place in comparisons[name].places),
            "scientific",
            tr(
                "the block's output against the same worked out again in NumPy from its "
                "weights, over the largest output"
            ),
        ),
    }
