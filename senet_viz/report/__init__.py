"""Reports to send and to keep: one HTML file each, that works offline and asks for nothing."""

from senet_viz.report.comparison import comparison_report
from senet_viz.report.of_survey import survey_report
from senet_viz.report.one_picture import picture_report

__all__ = ["comparison_report", "picture_report", "survey_report"]
