"""Downloads of Pictures: the comparison as evidence and as a report."""

import numpy as np

from dashboard.components import exports
from dashboard.components.exports import Progress
from dashboard.runtime import picture_cache
from dashboard.services import pinned_captures, references
from dashboard.session import chart_sources
from dashboard.views.pictures.charts import Comparison
from senet_viz.core.file_names import safe_name
from senet_viz.core.records import Capture
from senet_viz.core.translation import language, tr
from senet_viz.reports import charts_bundled, comparison_report
from senet_viz.reports.inspection import Inspection, Settings, inspection_from_capture


def of_pictures(
    comparison: Comparison, captures: tuple[Capture, ...], name: str, block: str
) -> None:
    """At the end of Pictures: the comparison as evidence and as a report."""
    section = exports.section("pictures")
    if not section.open:
        return
    pins, net = comparison.chosen, comparison.net
    key = (
        name,
        net.trained,
        references.of(name, net).key,
        tuple((p.chosen.sha256, p.name, p.group, p.series.place) for p in pins),
        comparison.pair,
        block,
        language(),
    )

    def report() -> bytes:
        return comparison_report(
            _inspections(comparison, captures, name),
            Settings(blocks=(block,)),
            groups=[pin.group for pin in pins],
            series=comparison.series,
            pair=comparison.pair,
        )

    with section:
        exports.offer(
            tr("Evidence (zip)"),
            tr(
                "Every chart of this page in every form, its numbers and all gates of the pictures "
                "as tables, this report, a manifest."
            ),
            ("comparison_bundle", *key),
            "pictures.evidence.zip",
            lambda progress: _evidence(comparison, report(), progress),
        )
        exports.offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("comparison", *key),
            "pictures.report.html",
            lambda _: report(),
        )


def _evidence(comparison: Comparison, report: bytes, progress: Progress) -> bytes:
    """The charts of the page, all gates of the pictures, and the report."""
    charts = {safe_name(key): chart for key, chart in chart_sources.shown().items()}
    gates = comparison.compared.columns()
    names = np.array([pin.name for pin in comparison.chosen], dtype=object)
    files = charts_bundled(
        charts,
        title=comparison.net.title,
        tables={"gates": {"picture": names[gates["input"]], **gates}},
        report=report,
    )
    return exports.zipped(files, 10 + 7 * len(charts))(progress)


def _inspections(
    comparison: Comparison, captures: tuple[Capture, ...], name: str
) -> list[Inspection]:
    """Every picture with its capture."""
    return [
        inspection_from_capture(
            comparison.net,
            picture_cache.picture(pin.chosen.sha256, pin.chosen.data),
            pinned_captures.pixels(
                name, pin.chosen.sha256, pin.chosen.data, trained=comparison.net.trained
            ),
            capture,
            name=pin.name,
        )
        for pin, capture in zip(comparison.chosen, captures, strict=True)
    ]
