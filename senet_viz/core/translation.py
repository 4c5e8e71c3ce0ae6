"""Messages in the reader's language: English in the code, others in catalogues.

``tr("{n} of {blocks} blocks", n=3, blocks=8)`` is the sentence in the language in force. The
result is a str that remembers how it was made, so that a note or an error kept from another
moment (a cache, a thread, another person's visit) can be said again: ``again(text)``.

Catalogues are gettext files, ``<folder>/<language>/<area>.po``: the library's own, and those of the
folders that ``add_catalogues`` named. A message that every catalogue lacks is said in English.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final, TypeVar, cast

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "zh": "中文"}
THIN = "\u202f"  # a thin space that does not break
LOCALES = Path(__file__).parent / "locales"
_folders: list[Path] = [LOCALES]

_spoken: ContextVar[str | None] = ContextVar("senet_viz_language", default=None)
_asked: list[Callable[[], str]] = []

Kind = TypeVar("Kind")
Key = TypeVar("Key")


class Text(str):
    """A sentence that knows its English template and what was put into it."""

    template: str
    values: Mapping[str, object]


def language() -> str:
    """The language in force: that of ``speaking``, else what ``follow`` says, else English."""
    return _spoken.get() or (_asked[-1]() if _asked else ENGLISH)


def follow(ask: Callable[[], str]) -> None:
    """Ask ``ask`` for the language wherever no ``speaking`` is in force (for an app: its state)."""
    _asked[:] = [ask]


def add_catalogues(folder: Path) -> None:
    """Say what the catalogues under ``folder`` translate, too: those of an app, or of a block.

    folder: has one folder a language ("zh"), with gettext files (.po) in it.
    """
    if folder not in _folders:
        _folders.append(folder)
        catalogue.cache_clear()


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """``wanted`` for what is said inside, in this thread.

    Raises:
        ValueError: there is no such language.
    """
    if wanted not in LANGUAGES:
        raise ValueError(f"no language {wanted!r}. There are: {', '.join(LANGUAGES)}")
    token = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(token)


def tr(message: str, /, **values: object) -> Text:
    """``message`` in the language in force, ``values`` put in as ``str.format`` does.

    Thousands (":,") are apart by a thin space, as ``thousands`` writes them.

    >>> tr("{share:.0%} near 0", share=0.25)
    '25% near 0'
    """
    wanted = language()
    translated = message if wanted == ENGLISH else catalogue(wanted).get(message, message)
    put = {name: again(value) for name, value in values.items()}
    text = Text(
        _GROUPED.vformat(translated, (), put) if ":," in translated else translated.format(**put)
    )
    text.template, text.values = message, values
    return text


class _Grouped(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        text = format(value, format_spec)
        return text.replace(",", THIN) if "," in format_spec else text


_GROUPED = _Grouped()


def thousands(number: float) -> str:
    """ "2 048": whole, in groups of three with a thin space between that does not break.

    >>> thousands(2048)
    '2\u202f048'
    """
    return f"{number:,.0f}".replace(",", THIN)


def count(number: int, noun: str) -> str:
    """ "1 channel", "2 048 channels", the number as ``thousands`` writes it.

    ``noun`` is the English singular. Its catalogue entry is "# channel", the number where # is.
    """
    digits = thousands(number)
    wanted = language()
    if wanted == ENGLISH:
        return f"{digits} {noun}{'' if number == 1 else 's'}"
    entry = f"# {noun}"
    return catalogue(wanted).get(entry, entry).replace("#", digits)


class Words(Mapping[Key, str]):
    """Words by key, each said in the language in force when it is looked up.

    >>> Words({"one": lambda: tr("gates at 1")})["one"]
    'gates at 1'
    """

    def __init__(self, messages: Mapping[Key, Callable[[], str]]) -> None:
        self._messages = messages

    def __getitem__(self, key: Key) -> str:
        return self._messages[key]()

    def __iter__(self) -> Iterator[Key]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)


def again(text: Kind) -> Kind:
    """A ``Text`` in the language now in force; anything else as it is."""
    if isinstance(text, Text):
        return cast(Kind, tr(text.template, **text.values))
    return text


@cache
def catalogue(wanted: str) -> Mapping[str, str]:
    """English message to translation, from every area of one language."""
    from babel.messages.pofile import read_po

    messages: dict[str, str] = {}
    for path in (path for folder in _folders for path in sorted((folder / wanted).glob("*.po"))):
        with path.open("rb") as file:
            messages |= {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
    return messages
