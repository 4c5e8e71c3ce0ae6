"""Page frame: navigation and sidebar, and the chosen view inside them."""

from pathlib import Path

import streamlit as st

from dashboard.components import exports, page_files, panels
from dashboard.components.error_messages import answering
from dashboard.runtime import garbage
from dashboard.runtime.views import VIEWS
from dashboard.session import chart_sources
from dashboard.shell import deep_link, sidebar

ICON = Path(__file__).parent / "icon.png"  # a named symbol would be fetched from its maker
# Captions, and what is picked on a dark page, with a contrast of at least 4.5. Frames of whole
# pixels: Streamlit draws a chart of 398.67 twice, since it rounds that and then finds another.
READABLE = """<style>
[data-testid="stCaptionContainer"] {opacity: 0.76 !important}
[data-testid="stImageCaption"] {text-align: left}
[data-selected="true"] p, [data-testid="stSliderThumbValue"] p {color: light-dark(#a8326e, #f6a5cc)}
[class*="_sentence"], [class*="st-key-png_"] {flex-wrap: nowrap}
[class*="_sentence"] :has([class*="_takes"]), [class*="_takes"] {flex: none; width: max-content}
[class*="channel_maps"] img {max-width: 22rem}
[class*="st-key-square_"] :is(img, [data-testid^="stImage"], :has(> [data-testid="stImage"])) {
    width: 100%
}
[class*="st-key-square_"] img, .st-key-square_seen > :first-child {aspect-ratio: 1}
[data-testid="stFullScreenFrame"] {width: round(down, 100%, 1px) !important}
</style>"""


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
    st.html(READABLE)
    above = st.container()
    said = 0
    with answering():
        deep_link.read()
        said = deep_link.say(above)
        sidebar.draw()
        chart_sources.begin()
        exports.begin()
        page.run()
        page_files.offer(page.title)
        panels.offer()
    with answering():
        deep_link.write(page.url_path)
        deep_link.offer()
        deep_link.say_the_rest(above, said=said)
    garbage.soon()


main()
