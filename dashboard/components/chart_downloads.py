"""A chart's numbers as a table and its files, one click away; nothing is made before that."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.components.error_messages import answered
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import language, speaking, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.columns import headed
from senet_viz.figures.base.print_files import DPI, can_print, no_browser, printed
from senet_viz.figures.base.print_layout import WIDTH_MM
from senet_viz.figures.base.table_files import csv_file, parquet_file

MOST_SHOWN = 10_000  # rows of a table on the page; the files hold all
TABLE_WIDTH, TABLE_HEIGHT = 460, 230
MIME = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "svg": "image/svg+xml",
}
Making = Callable[[], bytes]


@st.fragment
@answered
def offer(chart: Chart, key: str) -> None:
    """A small button that opens the chart's numbers, to read, and its files, to take away."""
    label = tr("Save")
    place = st.popover(
        f":small[{label}]",
        type="tertiary",
        key=f"{key}_numbers",
        on_change="rerun",
    )
    if place.open:
        with place:
            _contents(chart, key)


def _contents(chart: Chart, key: str) -> None:
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
    printable = can_print()
    with st.container(horizontal=True, gap="small"):
        for form, making in _files(chart).items():
            if form in ("png", "svg") and not printable:
                continue
            st.download_button(
                form.upper() if form != "parquet" else "Parquet",
                _spoken(making),
                file_name=f"{safe_name(chart.title, otherwise=key)}.{form}",
                mime=MIME[form],
                key=f"{key}_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.caption(
        _print_words() if printable else no_browser() + ". " + _camera_words(), width=TABLE_WIDTH
    )


def _files(chart: Chart) -> dict[str, Making]:
    words = {"title": chart.title, "reads": chart.reads, "caution": chart.caution}
    return {
        "csv": partial(csv_file, chart.table),
        "parquet": partial(parquet_file, chart.table, words=words),
        "png": lambda: printed([chart], "png")[0],
        "svg": lambda: printed([chart], "svg")[0],
    }


def _spoken(making: Making) -> Making:
    """The same in the language of now: a file is made in a thread that knows of no person."""
    wanted = language()

    def made() -> bytes:
        with speaking(wanted):
            return making()

    return made


def _print_words() -> str:
    return tr(
        "PNG and SVG are {width} mm wide for print ({dpi} dots per inch), on white, with the "
        "sentence above; they take a few seconds.",
        width=WIDTH_MM,
        dpi=DPI,
    )


def _camera_words() -> str:
    return tr(
        "{why}. Meanwhile the camera at the chart's upper right corner saves it as an SVG.",
        why=no_browser(),
    )
