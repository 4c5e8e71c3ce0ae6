"""Page frame: navigation and sidebar, and the chosen view inside them."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import address, sidebar, tidying
from dashboard.answering import answering
from senet_viz.language import tr

VIEWS = Path(__file__).parent / "views"
FIRST = "inspect"
ICON = Path(__file__).parent / "icon.png"  # a named symbol would be fetched from its maker
# Captions, and what is picked on a dark page, with a contrast of at least 4.5. Frames of whole
# pixels: Streamlit draws a chart of 398.67 twice, since it rounds that and then finds another.
READABLE = """<style>
[data-testid="stCaptionContainer"] {opacity: 0.76 !important}
[data-testid="stImageCaption"] {text-align: left}
[data-selected="true"] p, [data-testid="stSliderThumbValue"] p {color: light-dark(#a8326e, #f6a5cc)}
[class*="_sentence"], [class*="st-key-png_"] {flex-wrap: nowrap}
[class*="channel_maps"] img {max-width: 22rem}
[class*="st-key-square_"] :is(img, [data-testid^="stImage"], :has(> [data-testid="stImage"])) {
    width: 100%
}
[class*="st-key-square_"] img, .st-key-square_seen > :first-child {aspect-ratio: 1}
[data-testid="stFullScreenFrame"] {width: round(down, 100%, 1px) !important}
</style>"""


def view(name: str, title: str, icon: str) -> StreamlitPage:
    """A view's page; its address is the same in every language."""
    first = name == FIRST
    return st.Page(
        VIEWS / f"{name}.py",
        title=title,
        icon=f":material/{icon}:",
        default=first,
        url_path="" if first else name,
    )


def main() -> None:
    """Draw the frame and run the chosen view inside it."""
    st.set_page_config(page_title="senet_viz", page_icon=ICON, layout="wide")
    page = st.navigation(
        [
            view("inspect", tr("Inspect"), "search"),
            view("learn", tr("Learn"), "school"),
            view("layers", tr("Layers"), "layers"),
            view("pictures", tr("Pictures"), "photo_library"),
            view("dataset", tr("Data set"), "dataset"),
            view("whatif", tr("What if"), "science"),
            view("effects", tr("What matters"), "balance"),
            view("stability", tr("Stability"), "vibration"),
            view("pointwise", tr("SE and 1×1 convolution"), "compare_arrows"),
            view("costs", tr("Costs"), "speed"),
        ],
        position="top",
    )
    st.html(READABLE)
    above = st.container()
    said = 0
    with answering():
        address.read()
        said = address.say(above)
        sidebar.draw()
        page.run()
    address.write(page.url_path)
    address.offer()
    address.say_the_rest(above, said=said)
    tidying.soon()


main()
