"""Small reusable parts of the page."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from html import escape

import streamlit as st

from dashboard.components import chart_downloads
from dashboard.components.plain_text import plain, sentence
from dashboard.components.plotly_payload import Sent
from dashboard.components.png_download import offer_png
from dashboard.services import networks
from senet_viz.core.records import Capture, Proof
from senet_viz.core.summaries import BlockSummary
from senet_viz.core.translation import again, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.formats import shorten, tiny
from senet_viz.figures.base.print_files import can_print
from senet_viz.figures.block.feature_maps import Mosaic, range_words

__all__ = ["plain", "sentence"]  # named without importing from where they are

GATE = "gate"
CAPTION = "font-size: 0.875rem; opacity: 0.76; margin: 0.5rem 0"
# A second click soon after the first is a click: as a double click it would end both.
CLICKS = {"doubleClickDelay": 0, "scrollZoom": False}
PLAIN_CHART = {**CLICKS, "displayModeBar": False}
WITH_CAMERA = {  # where this machine has no browser to draw for print, the person's own can
    **CLICKS,
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg", "filename": "senet_viz"},
}


def dark() -> bool:
    """Is the person's browser showing the dark theme?"""
    return st.context.theme.type == "dark"


def small(text: str) -> str:
    """As ``st.caption`` looks, for a part of an ``st.html``."""
    return f'<p style="{CAPTION}">{escape(again(text))}</p>'


def file_name(name: str) -> str:
    """A file's name, shortened in the middle and shown literally."""
    return plain(shorten(again(name), limit=34))


def show(
    chart: Chart, key: str, *, on_click: Callable[[str], None] | None = None, titled: bool = True
) -> None:
    """A chart under its sentence; how to read it and what it does not mean behind the (?)."""
    with st.container(gap=None) if titled else nullcontext():
        if titled:
            heading(chart, key)
        st.plotly_chart(
            Sent(chart.figure, clicks=on_click is not None),
            key=key,
            theme=None,
            config=PLAIN_CHART if can_print() else WITH_CAMERA,
            alt=chart.alt,
            selection_mode="points",
            on_select="ignore" if on_click is None else lambda: on_click(key),
        )


def heading(chart: Chart, key: str, *, words: str = "", more: str = "") -> None:
    """A chart's sentence, its lines of help, and beside it its numbers and files.

    ``words`` stand behind the sentence, ``more`` behind the help; both are Markdown.
    """
    with st.container(horizontal=True, gap="small", key=f"{key}_sentence"):
        st.markdown(
            f"**{plain(chart.title)}**{words}",
            help=reading(chart.reads, chart.caution) + more,
            width="stretch",
        )
        chart_downloads.offer(chart, key)


def reading(reads: str, caution: str) -> str:
    how, not_so = plain(reads), plain(caution)
    return tr("How to read: {reads}\n\nDoes not mean: {caution}", reads=how, caution=not_so)


def square(key: str, *shapes: tuple[int, ...]) -> str:
    """A container's key, by which the page's style keeps room for its pictures until they come.

    It works only if all ``shapes`` are square.
    """
    return f"square_{key}" if all(len(set(shape)) == 1 for shape in shapes) else key


def show_mosaic(mosaic: Mosaic, *, colours: str = "", unit: str = "") -> None:
    """Feature maps as one picture, with the range their colours stand for."""
    st.image(mosaic.png, width=mosaic.width, alt=mosaic.alt)
    if unit == GATE:  # these have one range everywhere
        colours = colours or tr("0 (shut, dark blue) to 1 (open, yellow)")
    colours = colours or range_words(mosaic.low, mosaic.high)
    words = (
        tr("colour: {range} (gate)", range=colours)
        if unit == GATE
        else tr("colour: {range} (activation, no unit)", range=colours)
    )
    offer_png(mosaic.png, mosaic.alt, words=words)


def proof_words(captured: Capture, summaries: Sequence[BlockSummary]) -> str:
    """ "verified 8/8, max error 3e-8", or what failed."""
    proved = sum(s.proof == "verified" for s in summaries)
    worst = max(s.relative_error for s in summaries)
    words: str = tr(
        "verified {proved}/{blocks}, {error}",
        proved=proved,
        blocks=len(captured),
        error=error_words(worst),
    )
    trivial = sum(s.proof == "trivial" for s in summaries)
    failed = sum(s.proof == "failed" for s in summaries)
    if trivial:
        words += tr(" · {blocks} trivial (all features are 0)", blocks=trivial)
    if failed:
        words += tr(" · {blocks} NOT reproduced: do not trust their numbers", blocks=failed)
    return words


def error_words(relative_error: float) -> str:
    """ "max error 3e-8 of the output"; a difference of nothing at all is called exact."""
    if relative_error == 0:
        return tr("exact")
    return tr("max error {error} of the output", error=tiny(relative_error))


def proof_name(proof: Proof) -> str:
    """A block's proof in a word."""
    return {
        "verified": tr("verified"),
        "trivial": tr("trivial"),
        "failed": tr("failed"),
    }[proof]


def untrained_warning(net: networks.Network) -> None:
    """A prominent warning on every page while the weights are random."""
    if not net.trained:
        st.error(
            tr(
                "These weights are random. Gates, feature maps and predictions say nothing about "
                "any trained network; only the shapes and the proof are real."
            ),
            title=tr("UNTRAINED WEIGHTS"),
            icon=":material/warning:",
        )
