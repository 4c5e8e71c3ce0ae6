"""What a column, field or key of labels is called, and the class that a value in it names."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

# In the order they are tried; words go before numbers of the same.
LABELS: Final = (
    "label",
    "class",
    "labels",
    "cls",
    "category",
    "label_name",
    "class_name",
    "category_name",
    "label_text",
    "class_label",
    "image_class",
    "target",
    "targets",
    "fine_label",
    "fine_labels",
    "coarse_label",
    "diagnosis",
    "dx",
    "breed",
    "species",
    "level",
    "grade",
    "wnid",
    "synset",
    "label_id",
    "class_id",
    "category_id",
    "class_index",
    "label_index",
    "class_idx",
    "label_idx",
    "target_class",
    "predictionstring",
    "标签",
    "类别",
    "分类",
    "类名",
)
WORDS: Final = 10  # so many of LABELS are of words rather than of numbers or remarks
NUMBERS: Final = ("index", "imagenet_index")
FILES: Final = (
    "file",
    "path",
    "picture",
    "filename",
    "file_name",
    "filepath",
    "file_path",
    "image",
    "image_path",
    "image_name",
    "image_file",
    "imagename",
    "imagepath",
    "img",
    "img_path",
    "img_name",
    "image_id",
    "imageid",
    "img_id",
    "id_code",
    "photo",
    "photo_id",
    "id",
    "name",
    "key",
    "uuid",
    "文件",
    "文件名",
    "图片",
    "图片名",
    "图像",
    "路径",
)


def plain_name(name: str) -> str:
    """The name of a column for looking it up: small letters, ``-`` and spaces as ``_``.

    >>> plain_name(" Image-ID"), plain_name("labelName")
    ('image_id', 'labelname')
    """
    return "_".join(name.strip().casefold().replace("-", " ").split())


def label_columns(names: Sequence[str], *, first: Sequence[str] = ()) -> list[str]:
    """Those of the columns that are called as labels are, likeliest first.

    >>> label_columns(["img", "coarse_label", "fine_label"])
    ['fine_label', 'coarse_label']
    """
    by_name = {plain_name(name): name for name in reversed(names)}
    known = [by_name[wanted] for wanted in (*first, *LABELS) if wanted in by_name]
    return list(dict.fromkeys(known))


def label_in(record: Mapping[str, Any]) -> tuple[str, str, int]:
    """The key of a record's class, the class, "" for none, and how many further ones it names.

    Words go before numbers of the same.

    >>> label_in({"width": 64, "label": 1, "label_name": "cat"})
    ('label_name', 'cat', 0)
    """
    labels = [(key, *first_label(record[key])) for key in label_columns(list(record))]
    labels = [each for each in labels if each[1]]
    words = [each for each in labels if plain_name(each[0]) in LABELS[:WORDS]]
    words = [each for each in words if not each[1].isdecimal()]
    return next(iter((*words, *labels)), ("", "", 0))


def file_columns(names: Sequence[str]) -> list[str]:
    """Those of the columns that are called as names of files are, likeliest first."""
    by_name = {plain_name(name): name for name in reversed(names)}
    return [by_name[wanted] for wanted in FILES if wanted in by_name]


def label_text(value: Any) -> str:
    """The class that a value names, "" for none: nothing, not a number, or a number below 0.

    A test set without labels has -1 for each.

    >>> label_text(3), label_text(2.0), label_text(-1), label_text(" cat "), label_text(None)
    ('3', '2', '', 'cat', '')
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, str):
        text = value.strip()
        return "" if text.casefold() in NOTHING else _whole(text)
    if isinstance(value, int):
        return "" if value < 0 else str(value)
    if isinstance(value, float):
        if math.isnan(value) or value < 0:
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    return str(value)


NOTHING: Final = frozenset(("", "-1", "-1.0", "nan", "null"))


def _whole(text: str) -> str:
    """ "3.0", as a table writes whole numbers beside missing ones, is 3."""
    head, dot, tail = text.partition(".")
    return head if dot and head.isdecimal() and tail and not tail.strip("0") else text


def first_label(value: Any) -> tuple[str, int]:
    """The class of a cell, and how many further ones a list in it names.

    A dictionary's is that of its first key that is called as labels are.

    >>> first_label([3, 7]), first_label({"id": 9, "label": "cat"}), first_label([])
    (('3', 1), ('cat', 0), ('', 0))
    """
    if isinstance(value, list | tuple):
        texts = [text for text, _ in map(first_label, value) if text]
        return (texts[0], len(texts) - 1) if texts else ("", 0)
    if isinstance(value, dict):
        keys = [str(key) for key in value]
        known = label_columns(keys) or [key for key in ("name", "id") if key in keys]
        return first_label(value[known[0]]) if known else ("", 0)
    return label_text(value), 0
