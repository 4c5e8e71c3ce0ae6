"""Which column of a Parquet or Arrow file holds the pictures, and which their classes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from senet_viz.core.errors import ImageError
from senet_viz.core.extras import import_extra
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import tr
from senet_viz.pictures.class_folders import MASKS, words_in
from senet_viz.pictures.label_values import LABELS, WORDS, first_label, label_columns, plain_name

IMAGES: Final = (
    "image",
    "img",
    "jpg",
    "jpeg",
    "png",
    "webp",
    "picture",
    "bytes",
    "image_bytes",
    "images",
    "imgs",
    "pictures",
)


@dataclass(frozen=True, slots=True)
class ImageColumn:
    """A column of pictures: bytes, a struct with ``bytes`` (and ``path``), or a list of either."""

    name: str
    struct: bool
    path: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """A column of classes; ``words`` are their names where they are numbered."""

    name: str
    words: Mapping[int, str] = field(default_factory=dict)

    def label(self, value: Any) -> tuple[str, int]:
        """The class of a cell, "" for none, and how many further ones it names."""
        values = value if isinstance(value, list) else [value]
        named = [self.words.get(v, v) if isinstance(v, int) else v for v in values]
        return first_label(named)


def image_column(schema: Any, file: str) -> ImageColumn:
    """The column that holds the bytes of pictures; an ImageError without one."""
    columns = [column for name in schema.names if (column := _images_in(schema.field(name)))]
    if not columns:
        raise ImageError(
            tr(
                "{file} has the columns {names}, and none of them holds bytes; a column "
                "'image' of binary, or of a struct with 'bytes', would do",
                file=readable(file),
                names=", ".join(schema.names),
            )
        )
    features = _features(schema)
    return min(
        columns, key=lambda c: (*_unlikelihood(c.name, features), schema.names.index(c.name))
    )


def label_column(schema: Any) -> LabelColumn | None:
    """The column of classes: one that the file itself calls a ClassLabel, else by its name."""
    features = _features(schema)
    words = {
        name: dict(enumerate(names))
        for name in schema.names
        if (names := _class_names(features.get(name)))
    }
    called = [n for n in label_columns(schema.names) if _may_be_label(schema.field(n).type)]
    declared = [name for name in called if name in words] or list(words)
    if declared:
        return LabelColumn(declared[0], words[declared[0]])
    in_words = [
        name
        for name in called
        if plain_name(name) in LABELS[:WORDS] and not _numbered(schema.field(name).type)
    ]
    return LabelColumn((in_words or called)[0]) if called else None


def unused_columns(schema: Any, used: Sequence[str]) -> list[str]:
    return [name for name in schema.names if name not in used]


def _images_in(column: Any) -> ImageColumn | None:
    kinds = import_extra("pyarrow.types")
    kind = column.type
    listed = bool(
        kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
    )
    inner = kind.value_type if listed else kind
    if kinds.is_binary(inner) or kinds.is_large_binary(inner) or _is_view(inner):
        return ImageColumn(column.name, struct=False, path=False, listed=listed)
    if kinds.is_struct(inner) and inner.get_field_index("bytes") >= 0:
        path = inner.get_field_index("path") >= 0
        return ImageColumn(column.name, struct=True, path=path, listed=listed)
    return None


def _is_view(kind: Any) -> bool:
    return bool(import_extra("pyarrow.types").is_binary_view(kind))


def _unlikelihood(name: str, features: Mapping[str, Any]) -> tuple[bool, int, bool]:
    """Sounds have bytes too, and masks are pictures too: those come last."""
    kind = json.dumps(features.get(name, ""))
    lower = name.casefold()
    known = IMAGES.index(lower) if lower in IMAGES else len(IMAGES)
    return '"Audio"' in kind or '"Video"' in kind, known, bool(MASKS & set(words_in(name)))


def _may_be_label(kind: Any) -> bool:
    """Words and numbers, or lists of them: pictures and structs of boxes are no classes."""
    kinds = import_extra("pyarrow.types")
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    if kinds.is_list(kind) or kinds.is_large_list(kind):
        kind = kind.value_type
    return not (kinds.is_nested(kind) or kinds.is_binary(kind) or kinds.is_large_binary(kind))


def _numbered(kind: Any) -> bool:
    kinds = import_extra("pyarrow.types")
    inner = kind.value_type if kinds.is_list(kind) or kinds.is_large_list(kind) else kind
    return bool(kinds.is_integer(inner) or kinds.is_floating(inner))


def _features(schema: Any) -> Mapping[str, Any]:
    """What the datasets library of Hugging Face wrote of the columns; nothing without it."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError):
        return {}
    return features if isinstance(features, dict) else {}


def _class_names(feature: Any) -> list[str]:
    """The names of a ClassLabel's classes, or of a list of such."""
    if isinstance(feature, list) and feature:
        return _class_names(feature[0])
    if not isinstance(feature, dict):
        return []
    names = feature.get("names")
    if isinstance(names, list) and feature.get("_type", "ClassLabel") == "ClassLabel":
        return [str(name) for name in names]
    return _class_names(feature.get("feature"))
