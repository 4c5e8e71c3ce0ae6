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
            st.Page(VIEWS / "inspect.py", title="Inspect", icon=":material/search:", default=True),
            st.Page(
                VIEWS / "learn.py", title=tr("Learn"), icon=":material/school:", url_path="learn"
            ),
            st.Page(VIEWS / "layers.py", title="Layers", icon=":material/layers:"),
            st.Page(VIEWS / "pictures.py", title="Pictures", icon=":material/photo_library:"),
            st.Page(VIEWS / "dataset.py", title="Data set", icon=":material/dataset:"),
            st.Page(VIEWS / "whatif.py", title="What if", icon=":material/science:"),
            st.Page(VIEWS / "effects.py", title="What matters", icon=":material/balance:"),
            st.Page(VIEWS / "stability.py", title="Stability", icon=":material/vibration:"),
            st.Page(
                VIEWS / "pointwise.py",
                title="SE and 1×1 convolution",
                icon=":material/compare_arrows:",
                url_path="pointwise",
            ),
            st.Page(VIEWS / "costs.py", title="Costs", icon=":material/speed:"),
        ],
        position="top",
    )
    try:
        sidebar.draw()
        page.run()
    except SENetVizError as error:
        st.error(sentence(str(error)), title="This could not be shown")
        if isinstance(error, WeightsError) and sidebar.offers_untrained():
            st.button(
                "Open it untrained, with random weights",
                key="open_untrained",
                on_click=state.open_untrained,
                help="To look at its structure. Switch Published weights on again to come back.",
            )


main()
