"""The one place where a person's mistake is answered."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.components.widgets import sentence
from dashboard.services import controls
from dashboard.session import selection
from senet_viz.core.errors import SENetVizError, WeightsError
from senet_viz.core.translation import tr


@contextmanager
def answering() -> Iterator[None]:
    """What is drawn inside ends, where it cannot be shown, in a sentence that says why."""
    try:
        yield
    except SENetVizError as error:
        st.error(sentence(error), title=tr("This could not be shown"))
        if isinstance(error, WeightsError) and controls.offers_untrained():
            st.button(
                tr("Open it untrained, with random weights"),
                key="open_untrained",
                on_click=selection.open_untrained,
                help=tr(
                    "To look at its structure. Switch Published weights on again to come back."
                ),
            )
