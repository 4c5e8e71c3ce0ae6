"""A made-up language, in which every Latin letter of a message is written twice as wide."""

from string import Formatter, ascii_letters

WIDE = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in ascii_letters})


def said(text: str) -> str:
    """A text of which nothing is a value put in."""
    return text.translate(WIDE)


class Catalogue(dict[str, str]):
    """The translation of any message: its fields stay, all letters around them are changed.

    >>> Catalogue().get("{n} of {blocks:.1f}")
    '{n} ｏｆ {blocks:.1f}'
    """

    def get(self, message: str, default: object = None) -> str:  # type: ignore[override]
        parts = []
        for literal, name, spec, conversion in Formatter().parse(message):
            parts.append(said(literal).replace("{", "{{").replace("}", "}}"))
            if name is not None:
                how = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
                parts.append(f"{{{name}{how}}}")
        return "".join(parts)
