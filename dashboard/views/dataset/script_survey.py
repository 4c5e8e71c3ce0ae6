"""A survey as the first line of a script."""

from dataclasses import dataclass

from dashboard.components.script_text import literal


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey where it lies: ``shipped`` with the project under a name, else in ``folder``.

    With neither it was run in the app, and is to be saved.
    """

    shipped: str = ""
    folder: str = ""


def opened(survey: Opened, *, to: str = "survey") -> str:
    """A survey, loaded from where it lies."""
    if survey.shipped:
        return f"{to} = sv.load_survey(sv.models.ASSETS / {literal(survey.shipped)})"
    if survey.folder:
        return f"{to} = sv.load_survey({literal(survey.folder)})"
    return f'{to} = sv.load_survey("{to}")  # write here where you unpacked the saved survey'
