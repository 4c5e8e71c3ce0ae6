"""Reports to send and to keep: one HTML file each, that works offline and asks for nothing."""

from senet_viz.report.one_picture import picture_report

__all__ = ["picture_report"]
