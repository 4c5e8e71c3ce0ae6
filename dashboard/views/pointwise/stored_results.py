"""Prediction, accuracy and cost of the four stored networks, as a table."""

from typing import Any

import numpy as np
import streamlit as st

from dashboard.runtime.offers import Chosen
from dashboard.services import networks
from dashboard.services.networks import EMBEDDED
from dashboard.views.pointwise.compute import stored_networks
from dashboard.views.pointwise.compute.stored_networks import Comparison
from senet_viz.core.shares import softmax
from senet_viz.core.translation import again, tr

TESTED = 3925


def draw(comparisons: dict[str, Comparison], picture: Chosen) -> None:
    """A row for each network, and how far its numbers can be trusted."""
    rows = []
    for name in EMBEDDED:
        net, costs = networks.network(name), networks.costs(name)
        share = softmax(comparisons[name].logits[0])
        best = int(share.argmax())
        error = max(p.relative_error for p in comparisons[name].places)
        rows.append(
            {
                "what": stored_networks.words()[comparisons[name].places[0].version],
                "accuracy": net.accuracy,
                "parameters": costs.total.parameters / 1e6,
                "extra": costs.in_places.parameters / 1e3,
                "macs": costs.total.multiply_adds / 1e6,
                "extra_macs": costs.in_places.multiply_adds / 1e6,
                "says": net.labels[best],
                "sure": float(share[best]),
                "error": error,
            }
        )
    st.dataframe(
        rows,
        hide_index=True,
        key="versions",
        column_config=_columns(picture),
    )
    right = float(np.mean([row["accuracy"] or 0.0 for row in rows]))
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


def _columns(picture: Chosen) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "what": tr("In the block's place"),
        "accuracy": number(
            tr("Test accuracy"),
            format="percent",
            help=tr("top-1, {tested:,} pictures", tested=TESTED),
        ),
        "parameters": number(tr("Parameters, M"), format="%.3f"),
        "extra": number(tr("… of them there, k"), format="%.1f"),
        "macs": number(tr("Multiply-adds, M"), format="%.1f"),
        "extra_macs": number(tr("… of them there, M"), format="%.3f"),
        "says": tr("Says of {picture}", picture=again(picture.title)[:20]),
        "sure": number(tr("Softmax"), format="percent"),
        "error": number(
            tr("Proof error"),
            format="scientific",
            help=tr(
                "the block's output against the same worked out again in NumPy from its "
                "weights, over the largest output"
            ),
        ),
    }
