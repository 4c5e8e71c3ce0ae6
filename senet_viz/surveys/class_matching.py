"""Which classes of two surveys are the same, by name."""

import re

from senet_viz.analysis.survey_records import Survey
from senet_viz.pictures.class_names import plain_class


def same_classes(first: Survey, second: Survey) -> dict[int, int]:
    """Class numbers of the first survey -> those of the second, where pictures of both were read.

    Two classes are the same where they share a name: their own in any spelling, without a number
    before it (``03_church``), or the name that the network has for them. A class that matches
    several is left out.

    >>> from senet_viz.surveys.tables import load_survey, shipped_survey
    >>> shipped = load_survey(shipped_survey("se_resnet18_imagenette"))
    >>> same_classes(shipped, shipped) == {number: number for number in range(10)}
    True
    """
    theirs = _names(second)
    matches = {}
    for number, names in _names(first).items():
        alike = [other for other, their_names in theirs.items() if names & their_names]
        if len(alike) == 1:
            matches[number] = alike[0]
    return matches


def _names(survey: Survey) -> dict[int, set[str]]:
    """What each class that holds pictures may be called."""
    words = survey.answers or ("",) * len(survey.classes)
    names = {}
    for number, (name, word) in enumerate(zip(survey.classes, words, strict=True)):
        if survey.count[number]:
            own = plain_class(name)
            called = {own, re.sub(r"^\d+ (?=.)", "", own), *map(plain_class, word.split(","))}
            names[number] = called - {""}
    return names
