"""Members of a tar file that belong together, as WebDataset has them: KEY.jpg, KEY.cls, KEY.json.

One picture of a sample is its picture; masks, depths and other views are further fields of it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from senet_viz.core.readable_text import decode_text
from senet_viz.pictures.class_folders import words_in
from senet_viz.pictures.label_values import first_label, label_columns, label_in, label_text

MOST_LABEL: Final = 1 << 20  # bytes of a field that may hold a class
_LABEL: Final = re.compile(r"(cls|index|lbl|classname|clsidx|[\w-]+?)(\.(txt|json|id|cls))?")
_CALLED: Final = frozenset(("cls", "index", "lbl", "classname", "clsidx"))
_OTHER: Final = frozenset(
    "mask masks seg segmentation semantic instance panoptic depth normal normals disparity edge "
    "edges flow alpha trimap annotation gt output thumb thumbnail".split()
)
_FIRST: Final = ("image", "img", "rgb", "input", "photo", "left")
_LIKELIEST: Final = (".jpg", ".jpeg", ".webp", ".heic", ".avif")


@dataclass(frozen=True, slots=True)
class Member:
    """A picture in a tar file: its path there and its bytes, from ``offset`` on."""

    path: PurePosixPath
    offset: int
    size: int
    key_length: int

    @property
    def field(self) -> str:
        """What follows the key: "jpg", "seg.png"."""
        return self.path.name[self.key_length :].lstrip(".").lower()


@dataclass
class Sample:
    """Pictures of one key, and the class that another field of it names."""

    key: str = ""
    pictures: list[Member] = field(default_factory=list)
    label: str = ""
    by: str = ""
    rank: int = 9
    fields: list[str] = field(default_factory=list)  # those read for the class
    others: bool = False  # whether it has fields that are no pictures

    def read_label(self, field_name: str, data: bytes) -> bool:
        """Take the class from a field, unless a surer one was there; whether it is one for that."""
        label, by, rank = field_label(field_name, data)
        if label and rank < self.rank:
            self.label, self.by, self.rank = label, by, rank
        return bool(label) or _is_called(field_name)

    def split(self) -> tuple[list[Member], list[Member]]:
        """The pictures of the sample, and those that are other fields of it."""
        chosen = _chosen(self.pictures, self.others)
        return chosen, [m for m in self.pictures if m not in chosen]


def split_key(name: str) -> int:
    """How long the key of a file's name is: up to its first dot, numbers after it included.

    >>> split_key("0001.seg.png"), split_key("photo.2.jpg"), split_key("README")
    (4, 7, 6)
    """
    match = re.match(r"\.?[^.]*(?:\.\d+(?=\.))*", name)
    return match.end() if match else len(name)


def may_hold_label(field_name: str) -> bool:
    """Whether a field that is no picture may name the class.

    >>> [f for f in ("cls", "cls.txt", "index", "json", "txt", "npy") if may_hold_label(f)]
    ['cls', 'cls.txt', 'index', 'json', 'txt']
    """
    return field_name in ("json", "txt") or field_name.endswith(".json") or _is_called(field_name)


def field_label(field_name: str, data: bytes) -> tuple[str, str, int]:
    """The class that a field names, how it was told, and a rank: a lower one is surer.

    >>> field_label("cls", b"3"), field_label("json", b'{"width": 64, "label": "cat"}')
    (('3', '.cls', 0), ('cat', 'label in .json', 1))
    """
    nothing = ("", "", 9)
    decoded = decode_text(data)
    if decoded is None:
        return nothing
    text = decoded.text.strip()
    called = _is_called(field_name)
    if field_name.endswith("json"):
        return _json_label(field_name, text, called)
    if called:
        return label_text(text), f".{field_name}", 0
    if text.isdecimal():
        return text, f".{field_name}", 2
    return nothing


def _json_label(field_name: str, text: str, called: bool) -> tuple[str, str, int]:
    try:
        content = json.loads(text)
    except ValueError:
        return "", "", 9
    if called or not isinstance(content, dict):
        return first_label(content)[0], f".{field_name}", 0 if called else 1
    key, label, _ = label_in(content)
    return (label, f"{key} in .{field_name}", 1) if label else ("", "", 9)


def _is_called(field_name: str) -> bool:
    match = _LABEL.fullmatch(field_name)
    return match is not None and (match[1] in _CALLED or bool(label_columns([match[1]])))


def _chosen(pictures: Sequence[Member], others: bool) -> list[Member]:
    if len(pictures) < 2:
        return list(pictures)
    plain = [m for m in pictures if "." not in m.field]
    views = [m for m in pictures if "." in m.field]
    if not others:  # it may be no sample at all, but files that are called alike
        return [m for m in pictures if m in plain or not _is_other(m)] or list(pictures[:1])
    if plain:
        return [min(plain, key=_likelihood)]
    own = [m for m in views if not _is_other(m)] or views
    return [min(own, key=lambda m: _place_of_first(m.field))]


def _is_other(member: Member) -> bool:
    return "." in member.field and bool(_OTHER & set(words_in(member.field.rpartition(".")[0])))


def _likelihood(member: Member) -> int:
    """Masks are PNG more often than photographs are."""
    suffix = member.path.suffix.lower()
    return _LIKELIEST.index(suffix) if suffix in _LIKELIEST else len(_LIKELIEST)


def _place_of_first(field_name: str) -> int:
    words = words_in(field_name)
    return next((place for place, word in enumerate(_FIRST) if word in words), len(_FIRST))
