"""Parts of error messages: what was given, and what is wrong with it."""

from collections.abc import Iterable


def one_line(error: Exception) -> str:
    """The first line of what an error says, shortened; its kind where it says nothing.

    >>> one_line(ValueError("no such tensor\\nin this file"))
    'no such tensor'
    """
    return (str(error).splitlines() or [""])[0][:160] or type(error).__name__


def with_article(noun: str) -> str:
    """The noun with its indefinite article, judged by its first letter.

    >>> with_article("int"), with_article("list")
    ('an int', 'a list')
    """
    return f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"


def first_of(names: Iterable[str], count: int = 5) -> str:
    """The first ``count`` names, and dots where there are more.

    >>> first_of("abc", count=2)
    'a, b, ...'
    """
    every = list(names)
    return ", ".join(every[:count]) + (", ..." if len(every) > count else "")
