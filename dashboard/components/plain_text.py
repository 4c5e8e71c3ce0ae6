"""Text shown as it is, whatever stands in it."""

import re

from senet_viz.core.translation import again


def plain(text: str) -> str:
    """Text as it is: nothing in it is taken for Markdown, HTML, LaTeX or an emoji.

    One that was made in another language is said in the person's.
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])", r"\\\1", again(text))


def sentence(problem: str | Exception) -> str:
    """An error's message as a sentence of its own, shown literally."""
    text = again(problem) if isinstance(problem, str) else str(problem)
    return plain(text[:1].upper() + text[1:])
