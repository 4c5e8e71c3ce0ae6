"""Every text that a person sees or hears of a page, as Streamlit's test driver has it."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

TEXTS = ("label", "help", "body", "title", "placeholder", "caption", "alt", "text", "delta")
MARKS = re.compile(r"<style>.*?</style>|<[^>]*>|:material/\w+:|:red\[|:small\[|data:\S+", re.DOTALL)
LISTS = ("options", "captions")


def texts(app: AppTest) -> list[str]:
    """Labels, options, help, captions, alerts, headings, alternatives, columns and words in cells.

    What a chart draws is left to the tests of the figures.
    """
    found: list[str] = []
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            found += _of(proto)
        if node.type in ("arrow_data_frame", "dataframe"):
            found += _of_table(node)
    return [text for text in found if text.strip()]


def _of(proto: Message) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.name in TEXTS and isinstance(value, str):
            yield value
        elif field.name in LISTS:
            for option in value:
                yield option if isinstance(option, str) else option.content
        elif isinstance(value, Message):
            yield from _of(value)
        elif field.name == "imgs":
            for image in value:
                yield from _of(image)


def _of_table(node: Any) -> Iterator[str]:
    """What its columns are called, their help, and cells that hold words."""
    columns = json.loads(node.proto.columns or "{}")
    for name in node.value.columns:
        config = columns.get(name) or {}
        yield str(config.get("label") if config.get("label") is not None else name)
        yield str(config.get("help") or "")
        yield from (cell for cell in node.value[name] if isinstance(cell, str))


def words(text: str) -> list[str]:
    """Words of two Latin letters or more, without the marks of Markdown and HTML."""
    bare = unescape(MARKS.sub(" ", text)).replace("\\", "")
    return re.findall(r"[A-Za-z]{2,}", bare)
