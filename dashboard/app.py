"""Page frame: navigation, sidebar, and the one place where a person's mistake is answered."""

from pathlib import Path

import streamlit as st

from dashboard import sidebar, state
from dashboard.widgets import sentence
from senet_viz.errors import SENetVizError, WeightsError
from senet_viz.language import tr

VIEWS = Path(__file__).parent / "views"
ICON = Path(__file__).parent / "icon.png"  # a named symbol would be fetched from its maker


def main() -> None:
    """Draw the frame and run the chosen view inside it."""
    st.set_page_config(page_title="senet_viz", page_icon=ICON, layout="wide")
    page = st.navigation(
        [
            st.Page(
                VIEWS / "inspect.py",
                title=tr("Inspect"),
                icon=":material/search:",
                default=True,
                url_path="",
            ),
            st.Page(
                VIEWS / "layers.py", title=tr("Layers"), url_path="layers", icon=":material/layers:"
            ),
            st.Page(
                VIEWS / "pictures.py",
                title=tr("Pictures"),
                url_path="pictures",
                icon=":material/photo_library:",
            ),
            st.Page(
                VIEWS / "dataset.py",
                title=tr("Data set"),
                url_path="dataset",
                icon=":material/dataset:",
            ),
            st.Page(
                VIEWS / "whatif.py",
                title=tr("What if"),
                url_path="whatif",
                icon=":material/science:",
            ),
            st.Page(
                VIEWS / "effects.py",
                title=tr("What matters"),
                url_path="effects",
                icon=":material/balance:",
            ),
            st.Page(
                VIEWS / "stability.py",
                title=tr("Stability"),
                url_path="stability",
                icon=":material/vibration:",
            ),
            st.Page(
                VIEWS / "pointwise.py",
                title=tr("SE and 1×1 convolution"),
                icon=":material/compare_arrows:",
                url_path="pointwise",
            ),
            st.Page(
                VIEWS / "costs.py", title=tr("Costs"), url_path="costs", icon=":material/speed:"
            ),
        ],
        position="top",
    )
    try:
        sidebar.draw()
        page.run()
    except SENetVizError as error:
        st.error(sentence(error), title=tr("This could not be shown"))
        if isinstance(error, WeightsError) and sidebar.offers_untrained():
            st.button(
                tr("Open it untrained, with random weights"),
                key="open_untrained",
                on_click=state.open_untrained,
                help=tr(
                    "To look at its structure. Switch Published weights on again to come back."
                ),
            )


main()
