"""What Data set gives to take along: the survey as a report."""

from dashboard.components import exports
from dashboard.views.dataset.compute import Looked
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import language, tr
from senet_viz.reports import survey_report


def of_survey(looked: Looked) -> None:
    """At the end of Data set: the survey as a report."""
    section = exports.section("survey")
    if not section.open:
        return
    with section:
        exports.offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("survey", looked.key, language()),
            f"{safe_name(looked.survey.folder.name, otherwise='survey')}.report.html",
            lambda _: survey_report(looked.survey),
        )
