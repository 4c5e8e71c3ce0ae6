"""Downloads of Data set: the survey as evidence, as a report, and gate by gate."""

from dashboard.components import exports
from dashboard.views.dataset.compute import Study
from senet_viz.analysis.survey_gates import gates_by_picture
from senet_viz.core.file_names import safe_name
from senet_viz.core.translation import language, tr
from senet_viz.reports import gates_parquet, survey_bundled, survey_report

EXPECTED = 80  # files, about


def of_survey(study: Study) -> None:
    """At the end of Data set: evidence, report, and the gates of pictures where they were kept."""
    section = exports.section("survey")
    if not section.open:
        return
    survey, stem = study.survey, safe_name(study.survey.folder.name, otherwise="survey")
    key = (study.key, language())
    with section:
        exports.offer(
            tr("Evidence (zip)"),
            tr(
                "The figures of the report in every form, the moments of every gate as one table, "
                "the survey's manifest, this report, and the sha256 of each file."
            ),
            ("survey_bundle", *key),
            f"{stem}.evidence.zip",
            exports.zipped(survey_bundled(survey), EXPECTED),
        )
        exports.offer(
            tr("Report (HTML)"),
            tr("One file that opens in any browser, also offline; at most 5 MB."),
            ("survey", *key),
            f"{stem}.report.html",
            lambda _: survey_report(survey),
        )
        if survey.has_gates:
            exports.offer(
                tr("Gates (Parquet)"),
                tr("One row for each picture, block and channel, with the picture's class."),
                ("survey_gates", *key),
                f"{stem}.gates.parquet",
                lambda _: gates_parquet(gates_by_picture(survey)),
            )
