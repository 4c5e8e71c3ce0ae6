"""A bundle's files of figures: for Plotly, for a browser, for print, and their numbers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from senet_viz.core.errors import SENetVizError
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_files import FORMATS, printed_as
from senet_viz.figures.base.table_files import csv_file, parquet_file
from senet_viz.reports.html_page import html

Member = tuple[str, bytes]
Charts = Mapping[str, Chart]
SCRIPT = "plotly.min.js"


def drawn(charts: Charts) -> Iterator[Member]:
    """Each for Plotly and for a browser."""
    for name, chart in charts.items():
        yield f"figures/{name}.json", figure_json(chart)
        yield f"figures/{name}.html", figure_page(chart).encode()


def on_paper(charts: Charts) -> Iterator[Member]:
    """Each as PNG, SVG and PDF; where no browser is there to draw them, a file that says so."""
    try:
        printed = printed_as(list(charts.values()), FORMATS)
    except SENetVizError as error:  # the numbers are there all the same
        yield "figures/not-printed.txt", f"{error}.\n".encode()
        return
    for form, files in printed.items():
        yield from zip([f"figures/{name}.{form}" for name in charts], files, strict=True)


def numbers(charts: Charts) -> Iterator[Member]:
    """What each of them draws, as a table."""
    for name, chart in charts.items():
        words = {"title": chart.title, "source": chart.source.line}
        yield f"tables/{name}.csv", csv_file(chart.table)
        yield f"tables/{name}.parquet", parquet_file(chart.table, words=words)


def figure_json(chart: Chart) -> bytes:
    """The figure as Plotly reads it, with its words beside it."""
    words = {"title": chart.title, "reads": chart.reads, "caution": chart.caution, "alt": chart.alt}
    words["source"] = chart.source.line
    figure: dict[str, Any] = json.loads(chart.figure.to_json())
    return json.dumps({**figure, "senet_viz": words}, ensure_ascii=False).encode()


def figure_page(chart: Chart) -> str:
    """The figure to look at in a browser; Plotly's script lies once beside all folders."""
    figure = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=f"../../{SCRIPT}",
        include_mathjax=False,
        div_id="chart",
        config={"displaylogo": False, "responsive": True},
    )
    return html("page_of_figure", chart, Markup(figure))


def plotly_script() -> bytes:
    """Plotly's own script, as it is installed."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script.encode()
