"""The report of a page of charts: each under its sentence, with its numbers and its source."""

from collections.abc import Mapping

from senet_viz.core.translation import count, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.reports import html_parts
from senet_viz.reports.html_page import Page, html, ready


def charts_report(charts: Mapping[str, Chart], *, title: str) -> bytes:
    """One self-contained HTML file of at most 5 MB: equal charts give an equal file.

    Charts for which there is no room are left out, and counted.

    >>> from senet_viz.figures import placements
    >>> len(charts_report({"placements": placements(dark=False)}, title="Where")) < 5_000_000
    True
    """
    page = Page(title)
    page.add(html("title", title))
    foot = html_parts.how_to_read() + html_parts.made_with()
    page.size += len(foot.encode())
    left, subject = 0, ""
    for chart in charts.values():
        drawn = ready(chart)
        if not page.fits(drawn.weight + 1000):
            left += 1
            continue
        page.show(drawn)
        if chart.source.subject != subject:
            subject = chart.source.subject
            page.add(html("paragraph", chart.source.line, "muted"))
    page.size -= len(foot.encode())
    if left:
        words = tr("{charts} left out, to keep this file within 5 MB.", charts=count(left, "chart"))
        page.add(html("paragraph", words))
    page.add(foot)
    return page.finished()
