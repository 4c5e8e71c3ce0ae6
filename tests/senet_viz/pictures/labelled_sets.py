"""Folders of labelled pictures as people have them, for a network of the classes cat and dog.

``before`` is what ``find_labelled`` said of the same folder when it knew the columns ``file`` and
``label`` of a CSV in UTF-8, the first by name, and class folders with their pictures directly in
them: pictures found, or the error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS = ("cat", "dog")
TWO = ("1.jpg", "2.jpg")
IN_FOLDERS = ("cat/1.jpg", "dog/2.jpg")
ROWS = "1.jpg,cat\n2.jpg,dog\n"
HOLDS_NONE = "holds no labelled pictures"
NO_CLASS = "is a class of this network"
NOT_UTF8 = "cannot be read as a CSV in UTF-8"
COLUMNS = "has the columns"


@dataclass(frozen=True)
class Labelled:
    """Pictures and tables of a folder; which of the pictures are of class 0 and 1."""

    before: str
    pictures: tuple[str, ...] = TWO
    tables: Mapping[str, bytes | str] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=lambda: {"1.jpg": 0, "2.jpg": 1})
    left_out: Mapping[str, int] = field(default_factory=lambda: {"labels": 1})
    told: str = "the table"


FOLDERS = {"cat/1.jpg": 0, "dog/2.jpg": 1}
SETS: dict[str, Labelled] = {
    # columns
    "image_id": Labelled(COLUMNS, tables={"train.csv": f"image_id,label\n{ROWS}"}),
    "id_and_breed": Labelled(COLUMNS, tables={"train.csv": "id,breed\n1,cat\n2,dog\n"}),
    "any_two_columns": Labelled(COLUMNS, tables={"t.csv": f"photograph,animal\n{ROWS}"}),
    "no_header": Labelled(COLUMNS, tables={"t.csv": ROWS}),
    "in_chinese": Labelled(
        NOT_UTF8, tables={"标签.csv": "文件名,类别\n1,cat\n2,dog\n".encode("gbk")}
    ),
    "one_hot": Labelled(COLUMNS, tables={"t.csv": "image_id,cat,dog\n1,1,0\n2,0,1\n"}),
    "further_columns": Labelled(
        COLUMNS,
        tables={"t.csv": "lesion_id,image_id,dx,age\nx,1,cat,3\ny,2,dog,4\n"},
        left_out={"labels": 1, "column": 2},
    ),
    "numbers_of_rows_are_no_classes": Labelled(
        "2",
        (*TWO, "3.jpg"),
        {"t.csv": "index,file,label\n0,1.jpg,cat\n1,2.jpg,dog\n2,3.jpg,dog\n"},
        {"1.jpg": 0, "2.jpg": 1, "3.jpg": 1},
        {"labels": 1, "column": 1},
    ),
    # how files are named
    "no_suffix": Labelled(HOLDS_NONE, tables={"t.csv": "file,label\n1,cat\n2,dog\n"}),
    "backslashes": Labelled(
        HOLDS_NONE,
        ("a/1.jpg", "b/2.jpg"),
        {"t.csv": "file,label\na\\1.jpg,cat\n.\\b\\2.jpg,dog\n"},
        {"a/1.jpg": 0, "b/2.jpg": 1},
    ),
    "other_capitals": Labelled(
        HOLDS_NONE,
        ("A.JPG", "b.Jpg"),
        {"t.csv": "file,label\na.jpg,cat\nB.jpg,dog\n"},
        {"A.JPG": 0, "b.Jpg": 1},
    ),
    "accents_of_macos": Labelled(
        "1",
        ("e\u0301.jpg", "2.jpg"),
        {"t.csv": "file,label\n\u00e9.jpg,cat\n2.jpg,dog\n"},
        {"e\u0301.jpg": 0, "2.jpg": 1},
    ),
    "in_a_folder_of_the_tables_name": Labelled(
        COLUMNS,
        ("train/1.jpg", "train/2.jpg", "test/1.jpg"),
        {"train.csv": f"id,label\n{ROWS}"},
        {"train/1.jpg": 0, "train/2.jpg": 1},
        {"labels": 1, "no class": 1},
    ),
    "paths_of_another_machine": Labelled(
        HOLDS_NONE,
        tables={"t.csv": "path,label\n/kaggle/input/1.jpg,cat\n/kaggle/input/2.jpg,dog\n"},
    ),
    "the_same_name_twice": Labelled(
        "1",
        ("a/1.jpg", "b/1.jpg", "2.jpg"),
        {"t.csv": f"file,label\n{ROWS}"},
        {"2.jpg": 1},
        {"labels": 1, "ambiguous": 1, "unknown class": 2},
    ),
    "rows_whose_picture_is_missing": Labelled(
        "2",
        tables={"t.csv": f"file,label\n{ROWS}3.jpg,cat\n"},
        left_out={"labels": 1, "no file": 1},
    ),
    # how the text is written
    "semicolons": Labelled(COLUMNS, tables={"t.csv": "file;label\n1.jpg;cat\n2.jpg;dog\n"}),
    "tabs": Labelled(HOLDS_NONE, tables={"t.tsv": "file\tlabel\n1.jpg\tcat\n2.jpg\tdog\n"}),
    "gbk": Labelled(
        NOT_UTF8,
        ("猫1.jpg", "狗2.jpg"),
        {"t.csv": "file,label\n猫1.jpg,cat\n狗2.jpg,dog\n".encode("gbk")},
        {"猫1.jpg": 0, "狗2.jpg": 1},
    ),
    "utf16_of_excel": Labelled(
        NOT_UTF8, tables={"t.csv": f"file\tlabel\n{ROWS}".replace(",", "\t").encode("utf-16")}
    ),
    "caffe": Labelled(HOLDS_NONE, tables={"val.txt": "1.jpg 0\n2.jpg 1\n"}),
    "json": Labelled(HOLDS_NONE, tables={"labels.json": '{"1.jpg": "cat", "2.jpg": "dog"}'}),
    "json_lines": Labelled(
        HOLDS_NONE,
        tables={
            "metadata.jsonl": '{"file_name": "1.jpg", "label": 0}\n'
            '{"file_name": "2.jpg", "label": 1}\n'
        },
    ),
    # which table, and tables beside folders
    "a_form_for_answers": Labelled(
        "1",
        tables={
            "sample_submission.csv": "file,label\n1.jpg,dog\n",
            "train.csv": f"file,label\n{ROWS}",
        },
        left_out={"labels": 1, "suffix": 1},
    ),
    "two_tables_of_two_parts": Labelled(
        "1",
        tables={"a.csv": "file,label\n1.jpg,cat\n", "b.csv": "file,label\n2.jpg,dog\n"},
        left_out={"labels": 2},
    ),
    "folders_and_a_table_of_other_things": Labelled(
        COLUMNS,
        IN_FOLDERS,
        {"metadata.csv": "id,age\n1,0\n2,1\n"},
        FOLDERS,
        {"suffix": 1},
        "the folder",
    ),
    "folders_and_a_broken_table": Labelled(
        NOT_UTF8, IN_FOLDERS, {"t.csv": b"\x89PNG\0\0\0"}, FOLDERS, {"suffix": 1}, "the folder"
    ),
    # folders
    "tiny_imagenet": Labelled(
        HOLDS_NONE,
        ("cat/images/1.JPEG", "dog/images/2.JPEG"),
        {},
        {"cat/images/1.JPEG": 0, "dog/images/2.JPEG": 1},
        {},
        "the folder above images",
    ),
    "parts": Labelled(
        HOLDS_NONE,
        ("val/cat/1.jpg", "val/dog/2.jpg"),
        {},
        {"val/cat/1.jpg": 0, "val/dog/2.jpg": 1},
        {},
        "the folder",
    ),
    "system_folders": Labelled(
        "2",
        (*IN_FOLDERS, "cat/@eaDir/1.jpg/T.jpg", "@eaDir/x.jpg"),
        {},
        FOLDERS,
        {"system": 2},
        "the folder",
    ),
    "by_position": Labelled(
        NO_CLASS,
        ("n02/1.jpg", "n07/2.jpg"),
        {},
        {"n02/1.jpg": 0, "n07/2.jpg": 1},
        {},
        "the order of the folders",
    ),
    "by_class_to_idx": Labelled(
        NO_CLASS,
        ("n02/1.jpg", "n07/2.jpg", "n09/3.jpg"),
        {"class_to_idx.json": '{"n02": 1, "n07": 0}'},
        {"n02/1.jpg": 1, "n07/2.jpg": 0},
        {"labels": 1, "unknown class": 1},
        "the folder",
    ),
    "pictures_of_no_class": Labelled(
        "2",
        (*IN_FOLDERS, "3.jpg", "bird/4.jpg"),
        {"cat/notes.txt": "x"},
        FOLDERS,
        {"suffix": 1, "no class": 1, "unknown class": 1},
        "the folder",
    ),
}
