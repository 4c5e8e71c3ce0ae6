"""Page frame: navigation and sidebar, and the chosen view inside them."""

from pathlib import Path

import streamlit as st

from dashboard.components import exports, page_files, panels
from dashboard.components.error_messages import answering
from dashboard.runtime import garbage
from dashboard.runtime.views import VIEWS
from dashboard.session import chart_sources
from dashboard.shell import array_views, deep_link, sidebar

ICON = Path(__file__).parent / "icon.png"  # a named symbol would be fetched from its maker
STYLE = Path(__file__).parent / "style.css"


def main() -> None:
    """Draw the frame and run the chosen view inside it."""
    st.set_page_config(page_title="senet_viz", page_icon=ICON, layout="wide")
    page = st.navigation(
        [
            st.Page(
                view.page,
                title=view.title,
                icon=view.icon,
                default=view is VIEWS[0],
                url_path=view.url_path,
            )
            for view in VIEWS
        ],
        position="top",
    )
    st.html(STYLE)
    above = st.container()
    notes = 0
    with answering():
        deep_link.read(page.url_path)
        sidebar.draw()
        deep_link.arrive(page.url_path)
        notes = deep_link.say(above)
        chart_sources.begin()
        exports.begin()
        if not array_views.instead(page.url_path):
            page.run()
        page_files.offer(page.title)
        panels.offer()
    with answering():
        deep_link.write(page.url_path)
        deep_link.offer()
        deep_link.say_the_rest(above, said_before=notes)
    garbage.soon()


main()
