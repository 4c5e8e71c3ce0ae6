"""Class names in a file of a person's own, in the order of a network's outputs."""

import json
from typing import Any

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.wording import one_line, with_article


def read_labels(data: bytes, name: str) -> tuple[str, ...]:
    """The class names in a text or JSON file with this ``name``, in the order of the classes.

    Takes one name a line, a JSON list, or a JSON object from class number to name, ImageNet's
    ``{"0": ["n01440764", "tench"]}`` included. Raises a WeightsError for anything else.

    >>> read_labels(b"cat\\ndog\\n", "names.txt")
    ('cat', 'dog')
    >>> read_labels(b'{"1": "dog", "0": ["n02121808", "cat"]}', "names.json")
    ('cat', 'dog')
    """
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise _no_labels(name, tr("is not text in UTF-8")) from error
    if not text:
        raise _no_labels(name, tr("is empty"))
    if not (name.lower().endswith(".json") or text[0] in "[{"):
        return tuple(line.strip() for line in text.splitlines())
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _no_labels(name, tr("is not JSON ({one_line})", one_line=one_line(error))) from error
    return tuple(_label(value, name) for value in _in_order(content, name))


def _in_order(content: Any, name: str) -> list[Any]:
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        raise _no_labels(name, tr("holds {article}", article=with_article(type(content).__name__)))
    expected = [str(i) for i in range(len(content))]
    if set(content) != set(expected):
        odd = next(key for key in content if key not in expected)
        raise _no_labels(
            name,
            tr(
                "has {content} entries that are not numbered 0 to {content_2}: {odd!r}",
                content=len(content),
                content_2=len(content) - 1,
                odd=odd,
            ),
        )
    return [content[number] for number in expected]


def _label(value: Any, name: str) -> str:
    last = value[-1] if isinstance(value, list) and value else value
    if not isinstance(last, str):
        raise _no_labels(name, tr("has {last!r:.60} in the place of a name", last=last))
    return last


def _no_labels(name: str, problem: str) -> WeightsError:
    return WeightsError(
        tr(
            "{name} {problem}. Give the class names as one name a line, a JSON list of names, or a "
            "JSON object from class number to name (or to a list that ends in the name, as in "
            "{example}).",
            name=name,
            problem=problem,
            example='{"0": ["n01440764", "tench"]}',
        )
    )
