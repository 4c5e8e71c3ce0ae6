"""What the address names beside the network: which choice under which name, and how it is written.

A kind of value takes anybody's text and gives what it means, or None where it means nothing. A
value that cannot be written gives "".
"""

import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote

SEPARATOR = ","
LONGEST_NAME = 200
_DECIMAL = re.compile(r"-?\d{1,6}(\.\d{1,6})?", re.ASCII)


class Kind(Protocol):
    """How the value of one choice stands in an address."""

    def read(self, text: str) -> Any: ...

    def write(self, value: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words that are the same in every language."""

    options: tuple[str, ...]

    def read(self, text: str) -> str | None:
        return text if text in self.options else None

    def write(self, value: Any) -> str:
        return str(value) if value in self.options else ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``, both included; ``whole``: an integer.

    >>> Number(0, 1).read("0.25"), Number(0, 1).read("1e9"), Number(0, 9, whole=True).read("7")
    (0.25, None, 7)
    """

    low: float
    high: float
    whole: bool = False

    def read(self, text: str) -> float | int | None:
        if _DECIMAL.fullmatch(text) is None or (self.whole and "." in text):
            return None
        value = float(text)
        if not self.low <= value <= self.high:
            return None
        return int(value) if self.whole else value

    def write(self, value: Any) -> str:
        text = f"{value:.6g}" if isinstance(value, int | float) else ""
        return "" if self.read(text) is None else text


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    def read(self, text: str) -> bool | None:
        return {"1": True, "0": False}.get(text)

    def write(self, value: Any) -> str:
        return str(int(bool(value)))


@dataclass(frozen=True, slots=True)
class Name:
    """Any one name: whether there is such a thing shows when it is drawn."""

    def read(self, text: str) -> str | None:
        return text if 0 < len(text) <= LONGEST_NAME else None

    def write(self, value: Any) -> str:
        return value if isinstance(value, str) and self.read(value) else ""


@dataclass(frozen=True, slots=True)
class Names:
    """Up to ``most`` names, as a list.

    >>> Names(3).read(Names(3).write(["a.b", "c,d"]))
    ['a.b', 'c,d']
    """

    most: int

    def read(self, text: str) -> list[str] | None:
        names = [unquote(part) for part in text.split(SEPARATOR, self.most + 1)]
        fit = len(names) <= self.most and all(0 < len(name) <= LONGEST_NAME for name in names)
        return names if fit and len(set(names)) == len(names) else None

    def write(self, value: Any) -> str:
        return SEPARATOR.join(quote(str(name), safe=" /:[]()") for name in value or ())


@dataclass(frozen=True, slots=True)
class Numbers:
    """Up to ``most`` numbers of 0 and more, as a list.

    >>> Numbers(3).read("4,0"), Numbers(3).read("1,2,3,4")
    ([4, 0], None)
    """

    most: int

    def read(self, text: str) -> list[int] | None:
        parts = text.split(SEPARATOR, self.most + 1)
        fit = len(parts) <= self.most and all(re.fullmatch(r"\d{1,6}", p, re.ASCII) for p in parts)
        return [int(part) for part in parts] if fit and len(set(parts)) == len(parts) else None

    def write(self, value: Any) -> str:
        return SEPARATOR.join(str(int(number)) for number in value or ())


@dataclass(frozen=True, slots=True)
class Linked:
    """A choice that the address names.

    ``parameter`` is its name in the address, ``key`` in the session. The ``usual`` value is that
    of a new session and does not stand in the address. ``shown_in`` is a session key and a value:
    the choice is on the page only while the key has that value, and so is it in the address.
    """

    parameter: str
    key: str
    kind: Kind
    usual: Any = None
    shown_in: tuple[str, Any] | None = None
