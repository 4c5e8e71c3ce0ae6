"""The files of one inspection, by path and content, one after the other."""

from collections.abc import Iterator

from senet_viz.core.file_names import safe_name
from senet_viz.figures.base.table_files import csv_file, parquet_file
from senet_viz.reports.evidence.arrays import gate_arrays, map_arrays, npz
from senet_viz.reports.evidence.csv_tables import tables
from senet_viz.reports.evidence.figure_files import Member, drawn, on_paper
from senet_viz.reports.evidence.figures import block_charts, network_charts
from senet_viz.reports.extreme_maps import extremes, picture_png
from senet_viz.reports.inspection import Inspection, Settings


def members(inspection: Inspection, settings: Settings, *, folder: str) -> Iterator[Member]:
    """Pictures, arrays, tables and figures of one inspection, under ``folder``.

    Feature maps, and figures as PNG, SVG and PDF, are those of the chosen blocks. Without a browser
    to draw the latter, a file says so instead.
    """
    chosen = settings.chosen(inspection.capture)
    for path, content in _numbers(inspection, settings, chosen):
        yield f"{folder}/{path}", content
    for path, content in _figures(inspection, settings, chosen):
        yield f"{folder}/{path}", content


def _numbers(
    inspection: Inspection, settings: Settings, chosen: tuple[str, ...]
) -> Iterator[Member]:
    yield "pictures/seen.png", picture_png(inspection.pixels)
    if inspection.values is not None:
        yield "arrays/input.npz", npz({"input": inspection.values})
    yield "arrays/gates.npz", npz(gate_arrays(inspection.capture))
    for name, columns in tables(inspection, settings).items():
        yield f"tables/{name}.csv", csv_file(columns)
        yield f"tables/{name}.parquet", parquet_file(columns)
    for block in chosen:
        place = block_folder(inspection, block)
        yield f"arrays/maps-{place}.npz", npz(map_arrays(inspection.capture[block]))
        for side, mosaic in extremes(inspection, block, settings).items():
            yield f"pictures/{place}-{side}.png", mosaic.png


def _figures(
    inspection: Inspection, settings: Settings, chosen: tuple[str, ...]
) -> Iterator[Member]:
    closely = dict(network_charts(inspection, settings))
    for block in inspection.capture.names:
        charts = block_charts(inspection, block, settings)
        named = {f"{block_folder(inspection, block)}-{name}": c for name, c in charts.items()}
        if block in chosen:
            closely |= named
        else:
            yield from drawn(named)
    yield from drawn(closely)
    yield from on_paper(closely)


def block_folder(inspection: Inspection, block: str) -> str:
    """The block in a file's name: its number and its own, so that no two are the same."""
    place = inspection.capture.names.index(block)
    return f"{place:03d}-{safe_name(block, otherwise='block')}"
