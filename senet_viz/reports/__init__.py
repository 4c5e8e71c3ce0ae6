"""Reports to send and to keep: one HTML file each, that works offline and asks for nothing."""

from senet_viz.reports.comparison_page import comparison_report
from senet_viz.reports.picture_page import picture_report
from senet_viz.reports.survey_page import survey_report

__all__ = ["comparison_report", "picture_report", "survey_report"]
