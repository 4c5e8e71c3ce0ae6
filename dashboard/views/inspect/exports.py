"""Downloads of Inspect: all numbers behind the page, and its report."""

import streamlit as st

from dashboard.components import exports
from dashboard.services.inspections import Inspection
from dashboard.session import selection
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import language, tr
from senet_viz.reports import picture_report
from senet_viz.reports.evidence import bundled
from senet_viz.reports.inspection import Settings


def of_picture(inspection: Inspection) -> None:
    """At the end of Inspect: all numbers of this picture, and its report."""
    section = exports.section("picture")
    if not section.open:
        return
    settings = _settings()
    origin = (inspection.key, inspection.network.trained, inspection.reference)
    key = (*origin, inspection.sha256, inspection.name, settings, language())
    stem = safe_name(inspection.name, otherwise="picture")
    with section:
        exports.offer(
            tr("Evidence (zip)"),
            tr(
                "The pixels the model saw, every array, tables, figures, this report, and a "
                "manifest with the sha256 of each. Of the picked block also the feature maps."
            ),
            ("bundle", *key),
            f"{stem}.evidence.zip",
            exports.zipped(
                bundled([inspection], settings, report=picture_report),
                30 + 6 * len(inspection.capture),
            ),
        )
        exports.offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("report", *key),
            f"{stem}.report.html",
            lambda _: picture_report(inspection, settings),
        )


def _settings() -> Settings:
    """What the person chose on Inspect."""
    chosen = st.session_state
    return Settings(
        blocks=(str(chosen[selection.BLOCK]),),
        top=int(chosen[selection.TOP]),
        order="unusual" if chosen.get(selection.ORDER) == "unusual" else "gate",
        scope=chosen[selection.SCALE],
    )
