"""Class names as people keep them, and what is said of files that hold none."""

import json

import pytest

from senet_viz.core.errors import WeightsError
from senet_viz.models.label_files import read_labels

NAMES = ("fish", "dog", "church")
LISTED = list(NAMES)
NUMBERED = {str(i): name for i, name in enumerate(NAMES)}
IMAGENETS = {str(i): [f"n{i:08}", name] for i, name in enumerate(NAMES)}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("fish\ndog\nchurch\n", "names.txt"),
        ("\ufefffish\r\ndog\r\n church \r\n\r\n", "names"),
        (json.dumps(LISTED), "names.json"),
        (json.dumps(LISTED), "names.txt"),
        (json.dumps(dict(reversed(NUMBERED.items()))), "NAMES.JSON"),
        (json.dumps(IMAGENETS, indent=1), "imagenet_class_index.json"),
        (json.dumps(list(IMAGENETS.values())), "names.json"),
    ],
)
def test_every_form_of_class_names(data: str, name: str) -> None:
    assert read_labels(data.encode(), name) == NAMES


def test_more_than_ten_numbered_classes_stay_in_numeric_order() -> None:
    numbered = {str(i): f"class {i}" for i in range(25)}
    data = json.dumps(numbered, sort_keys=True).encode()
    assert read_labels(data, "names.json") == tuple(numbered.values())


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not text"),
        (b'["fish", ', r"is not JSON \("),
        (b"3", "holds an int"),
        (b'{"fish": 0, "dog": 2}', "has 2 entries that are not numbered 0 to 1: 'fish'"),
        (b'{"0": "fish", "2": "dog"}', "has 2 entries .* not numbered 0 to 1: '2'"),
        (b'["fish", 3]', "has 3 in the place of a name"),
        (b'["fish", []]', r"has \[\] in the place"),
    ],
)
def test_what_holds_no_class_names_is_answered(data: bytes, problem: str) -> None:
    with pytest.raises(WeightsError, match=f"names.json {problem}.*one name a line"):
        read_labels(data, "names.json")
