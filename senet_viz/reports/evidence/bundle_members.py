"""The files of one case, by path and content, one after the other."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from senet_viz.core.errors import SENetVizError
from senet_viz.core.file_names import safe_name
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.print_files import printed_as
from senet_viz.figures.base.table_files import csv_file, parquet_file
from senet_viz.reports.case import Case, Settings
from senet_viz.reports.evidence.arrays import gate_arrays, map_arrays, npz
from senet_viz.reports.evidence.csv_tables import tables
from senet_viz.reports.evidence.figures import block_charts, network_charts
from senet_viz.reports.extreme_maps import extremes, picture_png

Member = tuple[str, bytes]
SCRIPT = "plotly.min.js"


def members(case: Case, settings: Settings, *, folder: str) -> Iterator[Member]:
    """Pictures, arrays, tables and figures of one case, under ``folder``.

    Feature maps, and figures as PNG and SVG, are those of the chosen blocks. Where no browser is
    there to draw the latter, a file says so in their place.
    """
    chosen = settings.chosen(case.capture)
    for path, content in _numbers(case, settings, chosen):
        yield f"{folder}/{path}", content
    for path, content in _figures(case, settings, chosen):
        yield f"{folder}/{path}", content


def _numbers(case: Case, settings: Settings, chosen: tuple[str, ...]) -> Iterator[Member]:
    yield "pictures/seen.png", picture_png(case.pixels)
    yield "arrays/gates.npz", npz(gate_arrays(case.capture))
    for name, columns in tables(case, settings).items():
        yield f"tables/{name}.csv", csv_file(columns)
        yield f"tables/{name}.parquet", parquet_file(columns)
    for block in chosen:
        place = block_folder(case, block)
        yield f"arrays/maps-{place}.npz", npz(map_arrays(case.capture[block]))
        for side, drawn in extremes(case, block, settings).items():
            yield f"pictures/{place}-{side}.png", drawn.png


def _figures(case: Case, settings: Settings, chosen: tuple[str, ...]) -> Iterator[Member]:
    on_paper = dict(network_charts(case, settings))
    for block in case.capture.names:
        charts = block_charts(case, block, settings)
        named = {f"{block_folder(case, block)}-{name}": c for name, c in charts.items()}
        if block in chosen:
            on_paper |= named
        else:
            yield from _drawn(named)
    yield from _drawn(on_paper)
    try:
        drawn = printed_as(list(on_paper.values()), ("svg", "png"))
    except SENetVizError as error:  # the numbers are there all the same
        yield "figures/not-printed.txt", f"{error}.\n".encode()
        return
    for form, files in drawn.items():
        yield from zip([f"figures/{name}.{form}" for name in on_paper], files, strict=True)


def _drawn(charts: dict[str, Chart]) -> Iterator[Member]:
    for name, chart in charts.items():
        yield f"figures/{name}.json", figure_json(chart)
        yield f"figures/{name}.html", figure_page(chart).encode()


def figure_json(chart: Chart) -> bytes:
    """The figure as Plotly reads it, with its words beside it."""
    words = {"title": chart.title, "reads": chart.reads, "caution": chart.caution, "alt": chart.alt}
    figure: dict[str, Any] = json.loads(chart.figure.to_json())
    return json.dumps({**figure, "senet_viz": words}, ensure_ascii=False).encode()


def figure_page(chart: Chart) -> str:
    """The figure to look at in a browser; Plotly's script lies once beside all folders."""
    drawn = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=f"../../{SCRIPT}",
        include_mathjax=False,
        div_id="chart",
        config={"displaylogo": False, "responsive": True},
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f"<title>{escape(chart.title)}</title></head>"
        '<body style="font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem">'
        f"<h1 style='font-size:1.1rem'>{escape(chart.title)}</h1>{drawn}"
        f"<p>{escape(chart.reads)}</p><p>{escape(chart.caution)}</p></body></html>"
    )


def block_folder(case: Case, block: str) -> str:
    """The block in a file's name: its number and its own, so that no two are the same."""
    place = case.capture.names.index(block)
    return f"{place:03d}-{safe_name(block, otherwise='block')}"


def plotly_script() -> bytes:
    """Plotly's own script, as it is installed."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script.encode()
