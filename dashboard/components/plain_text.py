"""Text shown as it is, whatever stands in it."""

import re
from string import Formatter

from senet_viz.core.translation import Text, again


def plain(text: str) -> str:
    """Text as it is: nothing in it is taken for Markdown, HTML, LaTeX or an emoji.

    One that was made in another language is said in the person's.
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])", r"\\\1", again(text))


def sentence(problem: str | Exception) -> str:
    """An error's message as a sentence of its own, shown literally.

    It begins with a capital, unless with the name of something, which stays as it is.
    """
    message = problem.args[0] if isinstance(problem, Exception) and problem.args else problem
    text = again(problem) if isinstance(problem, str) else str(problem)
    return plain(text if _begins_with_a_name(message) else text[:1].upper() + text[1:])


def _begins_with_a_name(message: object) -> bool:
    if not isinstance(message, Text) or not message.template.startswith("{"):
        return False
    field = next(name for _, name, _, _ in Formatter().parse(message.template) if name)
    first = message.values.get(field)
    return _begins_with_a_name(first) if isinstance(first, Text) else True
