"""Class names as people keep them, and what is said of files that hold none."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


# Two names in each, and what was said of the same file when it had to be UTF-8, one name a line, a
# JSON list, or a JSON object from numbers that begin at 0.
UNREAD, NO_JSON, ODD = "is not text in UTF-8", "is not JSON", "that are not numbered"
FORMS: dict[str, tuple[bytes, str, tuple[str, str], str]] = {
    "gbk": ("雏菊\n玫瑰\n".encode("gbk"), "names.txt", ("雏菊", "玫瑰"), UNREAD),
    "gbk_json": ('{"0": "雏菊", "1": "玫瑰"}'.encode("gbk"), "n.json", ("雏菊", "玫瑰"), UNREAD),
    "big5": ("金魚\n貓咪".encode("big5"), "names.txt", ("金魚", "貓咪"), UNREAD),
    "shift_jis": ("犬\nねこ".encode("cp932"), "names.txt", ("犬", "ねこ"), UNREAD),
    "latin": ("Hund\nKätzchen".encode("cp1252"), "names.txt", ("Hund", "Kätzchen"), UNREAD),
    "utf16_of_notepad": ("daisy\r\nrose\r\n".encode("utf-16"), "n.txt", ("daisy", "rose"), UNREAD),
    "utf16_without_a_mark": ("daisy\nrose".encode("utf-16-le"), "n.txt", ("daisy", "rose"), "d\0a"),
    "class_to_idx": (b'{"rose": 1, "daisy": 0}', "n.json", ("daisy", "rose"), ODD),
    "class_to_idx_in_more": (b'{"class_to_idx": {"b": 1, "a": 0}}', "n.json", ("a", "b"), ODD),
    "python_dict": (
        b"{0: 'tench, Tinca',\n 1: 'goldfish'}",
        "n.txt",
        ("tench, Tinca", "goldfish"),
        NO_JSON,
    ),
    "python_list": (b"['cat', 'dog']", "n.txt", ("cat", "dog"), NO_JSON),
    "from_one": (b'{"1": "cat", "2": "dog"}', "n.json", ("cat", "dog"), ODD),
    "hugging_face": (b'{"id2label": {"1": "b", "0": "a"}, "x": 1}', "config.json", ("a", "b"), ODD),
    "coco": (
        b'{"categories": [{"id": 2, "name": "b"}, {"id": 1, "name": "a"}]}',
        "n.json",
        ("a", "b"),
        ODD,
    ),
    "number_first": (b"1 dog\n0 cat\n", "n.txt", ("cat", "dog"), "1 dog"),
    "number_and_colon": (b"0: cat\n1: dog\n", "n.txt", ("cat", "dog"), "0: cat"),
    "number_last": (b"golf ball 0\ndog 1\n", "n.txt", ("golf ball", "dog"), "golf ball 0"),
    "index_and_name": (b"index,name\n0,cat\n1,dog\n", "n.csv", ("cat", "dog"), "index,name"),
    "name_and_id": (b"name;id\ndog;1\ncat;0\n", "n.csv", ("cat", "dog"), "name;id"),
    "in_chinese": ("序号,类别\n0,猫\n1,狗\n".encode("gbk"), "n.csv", ("猫", "狗"), UNREAD),
    "quoted": (
        b'0,"tench, Tinca"\n1,"goldfish"\n',
        "n.txt",
        ("tench, Tinca", "goldfish"),
        '0,"tench',
    ),
    "synset_words": (
        b"n01440764 tench, Tinca\nn01443537 goldfish\n",
        "n.txt",
        ("tench, Tinca", "goldfish"),
        "n01440764 tench",
    ),
    "a_title": (b"label\ncat\ndog\n", "n.txt", ("cat", "dog"), "label"),
    "names_with_numbers": (b"boeing 737\n7up\n", "n.txt", ("boeing 737", "7up"), "the same"),
    "models_by_number": (b"model 0\nmodel 1\n", "n.txt", ("model 0", "model 1"), "the same"),
    "names_with_commas": (
        b"tench, Tinca\ngoldfish, Carassius\n",
        "n.txt",
        ("tench, Tinca", "goldfish, Carassius"),
        "the same",
    ),
}


@pytest.mark.parametrize(("data", "name", "labels", "_before"), FORMS.values(), ids=FORMS)
def test_class_names_as_people_have_them(
    data: bytes, name: str, labels: tuple[str, str], _before: str
) -> None:
    assert read_labels(data, name) == labels


@given(
    names=st.lists(
        st.sampled_from(["cat", "golf ball", "狗", "金鱼", "7up", "x-ray"]), min_size=2, unique=True
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    form=st.sampled_from(["{n} {c}", "{n}: {c}", "{n},{c}", "{c}\t{n}", "{c}"]),
    first=st.sampled_from([0, 1]),
    turn=st.randoms(),
)
def test_numbered_lines_in_any_order_and_encoding(
    names: list[str], encoding: str, form: str, first: int, turn: Random
) -> None:
    lines = [form.format(n=place, c=name) for place, name in enumerate(names, start=first)]
    if "{n}" in form:
        turn.shuffle(lines)
    assert read_labels("\n".join(lines).encode(encoding), "names.txt") == tuple(names)


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
        (b'[{"id": 0}]', "holds objects without a name"),
    ],
)
def test_what_holds_no_class_names_is_answered(data: bytes, problem: str) -> None:
    with pytest.raises(WeightsError, match=f"names.json {problem}.*one name a line"):
        read_labels(data, "names.json")
