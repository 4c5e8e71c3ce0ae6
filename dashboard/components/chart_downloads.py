"""A button at each chart: files for print and the table of its numbers, made on demand."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from dashboard.components.error_messages import answered
from dashboard.components.paper_choice import choose_paper
from dashboard.session import chart_sources
from senet_viz.core.translation import language, speaking, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.columns import headed
from senet_viz.figures.base.print_browser import DPI, can_print, no_browser
from senet_viz.figures.base.print_files import FORMATS, Format, printed
from senet_viz.figures.base.sheets import Paper
from senet_viz.figures.base.table_files import csv_file, parquet_file

MOST_SHOWN = 10_000  # rows of a table on the page; the files hold all
TABLE_WIDTH, TABLE_HEIGHT = 460, 230
MIME = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}
Making = Callable[[], bytes]


def offer(chart: Chart, key: str) -> None:
    """A small button that opens the chart's files and its numbers.

    One button, not two: most containers of a page belong to charts, and each costs browser time.
    """
    _offered(chart_sources.signed(chart, key), key)


@st.fragment
@answered
def _offered(chart: Chart, key: str) -> None:
    label = tr("Files and data")
    take = st.popover(
        f":small[{label}]",
        type="tertiary",
        key=f"{key}_take",
        on_change="rerun",
        width="content",
    )
    if take.open:
        with take:
            _figure_files(chart, key)
            _table(chart, key)


def _figure_files(chart: Chart, key: str) -> None:
    if not can_print():
        st.caption(_camera_words(), width=TABLE_WIDTH)
        return
    paper = choose_paper(key)
    making: dict[str, Making] = {form: partial(_printed, chart, form, paper) for form in FORMATS}
    files(making, chart.source.file_name, chart.title, key)
    st.caption(print_words(), width=TABLE_WIDTH)
    st.caption(chart.source.line, width=TABLE_WIDTH)


def _printed(chart: Chart, form: Format, paper: Paper) -> bytes:
    return printed([chart], form, paper=paper)[0]


def _table(chart: Chart, key: str) -> None:
    rows = len(next(iter(chart.table.values()), ()))
    st.dataframe(
        {name: values[:MOST_SHOWN] for name, values in headed(chart.table).items()},
        hide_index=True,
        width=TABLE_WIDTH,
        height=TABLE_HEIGHT,
        key=f"{key}_table",
        alt=chart.title,
    )
    if rows > MOST_SHOWN:
        st.caption(tr("The first {n} of {rows} rows; the files hold all.", n=MOST_SHOWN, rows=rows))
    words = {"title": chart.title, "reads": chart.reads, "caution": chart.caution}
    making: dict[str, Making] = {
        "csv": partial(csv_file, chart.table),
        "parquet": partial(parquet_file, chart.table, words={**words, "source": chart.source.line}),
    }
    files(making, chart.source.file_name, chart.title, key)


def files(making: Mapping[str, Making], named: Callable[..., str], title: str, key: str) -> None:
    """A row of downloads, one a form; ``named`` gives a file's name from title and form."""
    with st.container(horizontal=True, gap="small"):
        for form, content_of in making.items():
            st.download_button(
                form.upper() if form != "parquet" else "Parquet",
                _spoken(content_of),
                file_name=named(title, form, otherwise=key),
                mime=MIME[form],
                key=f"{key}_{form}",
                on_click="ignore",
                icon=":material/download:",
            )


def _spoken(making: Making) -> Making:
    """The same in the current language: files are made in a thread without a session."""
    wanted = language()

    def make() -> bytes:
        with speaking(wanted):
            return making()

    return make


def print_words() -> str:
    """A description of the files for print."""
    return tr(
        "For print, on white; PNG has {dpi} dots per inch. A file takes a few seconds.", dpi=DPI
    )


def _camera_words() -> str:
    return tr(
        "{why}. Meanwhile the camera at the chart's upper right corner saves it as an SVG.",
        why=no_browser(),
    )
