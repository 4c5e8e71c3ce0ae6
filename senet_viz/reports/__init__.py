"""Reports and evidence to send and to keep: HTML files that work offline, and zips of arrays."""

from senet_viz.reports.chart_page import charts_report
from senet_viz.reports.comparison_page import comparison_report
from senet_viz.reports.evidence.bundle import bundled, read_bundle, write_folder, write_zip
from senet_viz.reports.evidence.chart_bundle import charts_bundled, survey_bundled
from senet_viz.reports.frames import gates_parquet, to_frame
from senet_viz.reports.inspection import Inspection, Settings, inspect_file, inspect_picture
from senet_viz.reports.picture_page import picture_report
from senet_viz.reports.survey_page import survey_report

__all__ = [
    "Inspection",
    "Settings",
    "bundled",
    "charts_bundled",
    "charts_report",
    "comparison_report",
    "gates_parquet",
    "inspect_file",
    "inspect_picture",
    "picture_report",
    "read_bundle",
    "survey_bundled",
    "survey_report",
    "to_frame",
    "write_folder",
    "write_zip",
]
