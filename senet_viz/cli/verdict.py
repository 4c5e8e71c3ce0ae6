"""``senet-viz verdict``: which blocks of a survey act as a fixed scale."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "verdict",
        help="which blocks act as a fixed scale, from a survey",
        description="Dynamic or constant: how far the gates of each block are off their own mean "
        "over the pictures of a survey, and how much of that lies between its classes. senet-viz "
        "plan --survey DIR adds what the accuracy loses without each block.",
    )
    parser.add_argument("survey", type=Path, metavar="DIR", help="what senet-viz survey wrote")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """A line for each block, by depth, and the rule."""
    from senet_viz.analysis.survey_answers import survey_answers
    from senet_viz.cli.verdict_table import print_verdicts
    from senet_viz.removal.block_gates import gates_of_survey
    from senet_viz.surveys.tables import load_survey

    survey = load_survey(given.survey)
    gates = gates_of_survey(survey)
    print(f"{survey.model} over {int(survey.count.sum()):,} pictures")
    if survey.has_gates and any(each.top for each in survey.pictures):
        answers = survey_answers(survey)
        print(
            f"{answers.right.sum()} of {answers.judged} answered correctly "
            f"({answers.accuracy:.1%} ± {answers.standard_error:.1%}), "
            f"{answers.among_five.sum()} among the five likeliest"
        )
    print_verdicts(gates)
    if not next(iter(gates.values())).split.separable:
        print("Between and within classes cannot be told apart: no class has two pictures,")
        print("or there is only one class.")
    return 0
