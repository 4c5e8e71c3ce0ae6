"""What a view shows instead when it cannot show a network of signals or volumes."""

import streamlit as st

from dashboard.components.widgets import plain
from dashboard.runtime.views import VIEWS
from dashboard.services import inspections
from dashboard.session import array_choice, selection
from senet_viz.core.translation import tr


def instead(url_path: str) -> bool:
    """Print one sentence and return True if the view shows only pictures or there is no array."""
    takes = array_choice.takes()
    if takes is None:
        return False
    view = next(view for view in VIEWS if view.url_path == url_path)
    title = plain(inspections.network().title)
    if not view.shows_arrays:
        st.info(
            tr(
                "{view} works with pictures, and {network} takes {wanted}\\. Inspect and Layers "
                "show such networks\\.",
                view=view.title,
                network=title,
                wanted=plain(takes.wanted),
            )
        )
        return True
    if not selection.pictures():
        st.info(
            tr(
                "{network} takes {wanted}\\. Give one as a \\.npy or \\.npz file on the left; its "
                "values are used unchanged\\.",
                network=title,
                wanted=plain(takes.wanted),
            ),
            icon=":material/upload_file:",
        )
        return True
    return False
