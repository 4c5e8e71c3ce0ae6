"""``senet-viz verdict``: which blocks of a survey act as a fixed scale."""

import argparse
import math
from pathlib import Path
from typing import Any

TITLES = ("SE block", "channels", "mean", "deviation", "off its mean", "between classes", "")


def add(commands: Any) -> None:
    """Describe the subcommand to argparse."""
    parser = commands.add_parser(
        "verdict",
        help="which blocks act as a fixed scale, from a survey",
        description="Dynamic or constant: how far the gates of each block are off their own mean "
        "over the pictures of a survey, and how much of that lies between its classes.",
    )
    parser.add_argument("survey", type=Path, metavar="DIR", help="what senet-viz survey wrote")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """A line for each block, by depth, and the rule."""
    from senet_viz.analysis.survey_answers import survey_answers
    from senet_viz.analysis.survey_variance import split_survey
    from senet_viz.analysis.variance import WORDS, rule
    from senet_viz.surveys.tables import load_survey

    survey = load_survey(given.survey)
    splits = split_survey(survey)
    print(f"{survey.model} over {int(survey.count.sum()):,} pictures")
    if survey.has_gates and any(each.top for each in survey.pictures):
        answers = survey_answers(survey)
        print(
            f"{answers.right.sum()} of {answers.judged} answered correctly "
            f"({answers.accuracy:.1%} ± {answers.standard_error:.1%}), "
            f"{answers.among_five.sum()} among the five likeliest"
        )
    rows = [TITLES]
    for block, split in splits.items():
        share = split.block_share
        rows.append(
            (
                block,
                str(split.mean.size),
                f"{split.mean.mean():.3f}",
                f"{split.block_deviation:.4f}",
                f"{split.relative:.1%}",
                "not told" if math.isnan(share) else f"{share:.1%}",
                WORDS[split.verdict],
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others, words in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:-1], strict=True))
        print("  ".join((first.ljust(widths[0]), *cells, words)).rstrip())
    print(rule())
    if not next(iter(splits.values())).separable:
        print("Between and within classes cannot be told apart: no class has two pictures,")
        print("or there is only one class.")
    return 0
