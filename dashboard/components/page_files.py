"""At the end of a view that offers nothing of its own: its charts as evidence and as a report."""

from hashlib import sha256

import streamlit as st

from dashboard.components import exports
from dashboard.components.error_messages import answered
from dashboard.session import chart_sources
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import language, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.reports.chart_page import charts_report
from senet_viz.reports.evidence.chart_bundle import charts_bundled

FILES_A_CHART = 7


@st.fragment
@answered
def offer(view: str) -> None:
    """Evidence and report of what this page shows; ``view`` is its title."""
    charts = chart_sources.shown()
    if exports.offered() or not charts:
        return
    section = exports.section("page")
    if section.open:
        with section:
            _files(view, {safe_name(key): chart for key, chart in charts.items()})


def _files(view: str, charts: dict[str, Chart]) -> None:
    subject = next((c.source.subject for c in charts.values() if c.source.subject), "")
    title = f"{view} · {subject}" if subject else view
    key = (view, _digest(charts), language())
    stem = safe_name(title, otherwise="page")
    exports.offer(
        tr("Evidence (zip)"),
        tr(
            "Every chart of this page in every form, its numbers as tables, this report, a "
            "manifest."
        ),
        ("page_bundle", *key),
        f"{stem}.evidence.zip",
        exports.zipped(charts_bundled(charts, title=title), 3 + FILES_A_CHART * len(charts)),
    )
    exports.offer(
        tr("Report (HTML)"),
        tr("One file that opens in any browser, also offline; at most 5 MB."),
        ("page_report", *key),
        f"{stem}.report.html",
        lambda _: charts_report(charts, title=title),
    )


def _digest(charts: dict[str, Chart]) -> str:
    """A digest that identifies these charts."""
    parts = [f"{key} {c.title} {c.source.line} {c.figure.to_json()}" for key, c in charts.items()]
    return sha256("\n".join(parts).encode()).hexdigest()
