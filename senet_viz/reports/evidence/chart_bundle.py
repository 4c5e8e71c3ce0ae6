"""A bundle of charts: every figure in every form, its numbers, a report, and a manifest."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import SENetVizError
from senet_viz.core.tables import Columns
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.table_files import parquet_file
from senet_viz.reports.chart_page import charts_report
from senet_viz.reports.evidence.figure_files import (
    SCRIPT,
    Member,
    drawn,
    numbers,
    on_paper,
    plotly_script,
)
from senet_viz.reports.evidence.manifest_file import charts_manifest, entry
from senet_viz.reports.survey_page import survey_charts, survey_report

NO_TABLES: Mapping[str, Columns] = MappingProxyType({})
MANIFEST = "manifest.json"


def charts_bundled(
    charts: Mapping[str, Chart],
    *,
    title: str,
    tables: Mapping[str, Columns] = NO_TABLES,
    report: bytes | None = None,
) -> Iterator[Member]:
    """Every file of a bundle of charts by path and content, the manifest last.

    ``title`` is that of the report in it, unless another ``report`` is given; ``tables`` come as
    Parquet beside the numbers of the charts. Raises a SENetVizError where there is no chart.

    >>> from senet_viz.figures import placements
    >>> next(charts_bundled({"placements": placements(dark=False)}, title="Where"))[0]
    'charts/figures/placements.json'
    """
    if not charts:
        raise SENetVizError(tr("there is no chart to bundle. Give at least one"))

    def others() -> Iterator[Member]:
        for name, columns in tables.items():
            yield f"tables/{name}.parquet", parquet_file(columns)
        yield "report.html", charts_report(charts, title=title) if report is None else report

    yield from _bundled(charts, "charts", others(), {"title": title})


def survey_bundled(survey: Survey, *, classes: Iterable[int] = ()) -> Iterator[Member]:
    """The same of a survey: the figures of its report, all moments as one table, its manifest.

    ``classes`` are those of ``survey_report``. The gates of single pictures are not in it: they
    have a file of their own, ``gates_parquet``.
    """
    chosen = list(classes)
    charts = survey_charts(survey, classes=chosen)

    def others() -> Iterator[Member]:
        yield "tables/moments.parquet", parquet_file(survey.columns())
        yield "report.html", survey_report(survey, classes=chosen)

    about = {"weights_sha256": survey.weights_sha256, "survey": dict(survey.manifest)}
    yield from _bundled(charts, "survey", others(), about)


def _bundled(
    charts: Mapping[str, Chart], folder: str, others: Iterable[Member], about: Mapping[str, Any]
) -> Iterator[Member]:
    hashes: dict[str, dict[str, Any]] = {}
    for files in (drawn(charts), numbers(charts), on_paper(charts), others):
        for name, content in files:
            path = f"{folder}/{name}"
            hashes[path] = entry(content)
            yield path, content
    script = plotly_script()
    hashes[SCRIPT] = entry(script)
    yield SCRIPT, script
    yield MANIFEST, charts_manifest(charts, about, hashes)
