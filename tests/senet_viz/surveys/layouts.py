"""Data sets as people have them, in small: what is in each class, and what is left out.

``before`` is what a survey of the same input listed before layouts, links and names were
understood: the pictures by class, or how it ended.
"""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

ALL = ""  # the class of pictures without one


def picture(kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (90, 140, 30)).save(file, kind)
    return file.getvalue()


JPG, PNG = picture(), picture("PNG")


@dataclass(frozen=True)
class Layout:
    """``build`` writes it into a folder and returns what is to be surveyed."""

    build: Callable[[Path], Path]
    classes: Mapping[str, int]
    before: str
    left_out: Mapping[str, int] = field(default_factory=dict)
    told: Sequence[str] = ()


def files(*names: str, **more: bytes | str) -> Callable[[Path], Path]:
    """A folder of pictures of these names, and other files with their contents."""

    def build(folder: Path) -> Path:
        for name in names:
            put(folder, name, PNG if name.lower().endswith("png") else JPG)
        for name, content in more.items():
            put(folder, name, content)
        return folder

    return build


def put(folder: Path, name: str, content: bytes | str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def raw(*names: bytes) -> Callable[[Path], Path]:
    """The same for names of any bytes."""

    def build(folder: Path) -> Path:
        for name in names:
            put(folder, os.fsdecode(name), JPG)
        return folder

    return build


def linked(names: Sequence[str], links: Mapping[str, str]) -> Callable[[Path], Path]:
    """Pictures in ``set`` and beside it, and links to paths relative to themselves."""

    def build(folder: Path) -> Path:
        for name in names:
            put(folder, name, JPG)
        for name, target in links.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(target)
        return folder / "set"

    return build


def tar_bytes(
    members: Mapping[str, bytes | str], *, encoding: str = "utf-8", links: Mapping[str, str] = {}
) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as tar:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return file.getvalue()


def tar(
    members: Mapping[str, bytes | str], name: str = "set.tar", **options: Any
) -> Callable[[Path], Path]:
    """One tar file, surveyed itself."""

    def build(folder: Path) -> Path:
        put(folder, name, tar_bytes(members, **options))
        return folder / name

    return build


def samples(*fields: Mapping[str, bytes | str]) -> dict[str, bytes | str]:
    """Members of a WebDataset: a key for each mapping of fields."""
    return {
        f"{key:05d}.{name}": data for key, each in enumerate(fields) for name, data in each.items()
    }


def rows(
    columns: Mapping[str, Any],
    *,
    names: Mapping[str, Sequence[str]] = {},
    file: str = "train.parquet",
    beside: Mapping[str, bytes] = {},
) -> Callable[[Path], Path]:
    """A Parquet or Arrow file; ``names`` are the classes that Hugging Face's metadata names."""

    def build(folder: Path) -> Path:
        table = pa.table(dict(columns))
        if names:
            features = {n: {"names": list(v), "_type": "ClassLabel"} for n, v in names.items()}
            info = json.dumps({"info": {"features": features}})
            table = table.replace_schema_metadata({"huggingface": info})
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, content in beside.items():
            put(folder, name, content)
        if not file.endswith(".arrow"):
            pq.write_table(table, path)
            return folder if beside else path
        kind = pa.ipc.new_file if "file" in file else pa.ipc.new_stream
        with pa.OSFile(str(path), "wb") as sink, kind(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=2)
        return folder

    return build


def images(count: int) -> list[dict[str, Any]]:
    return [{"bytes": JPG, "path": f"{k}.jpg"} for k in range(count)]


def two(name: str, one: str = "0", other: str = "1") -> Mapping[str, bytes | str]:
    """Two samples whose class is in a field of this name."""
    return samples({"jpg": JPG, name: one}, {"jpg": JPG, name: other})


FOLDERS: dict[str, Layout] = {
    # Tiny ImageNet and its like
    "class_images": Layout(
        files("n01/images/1.JPEG", "n01/images/2.JPEG", "n02/images/1.JPEG"),
        {"n01": 2, "n02": 1},
        "images 3",
        told=["folder above"],
    ),
    "tiny_imagenet_whole": Layout(
        files(
            *(f"train/n0{k}/images/{k}.JPEG" for k in (1, 2)),
            "val/images/val_0.JPEG",
            "val/images/val_1.JPEG",
            "test/images/t.JPEG",
            **{
                "train/n01/n01_boxes.txt": "1.JPEG\t0\t10\t63\t58\n",
                "train/n02/n02_boxes.txt": "2.JPEG\t3\t12\t61\t60\n",
                "val/val_annotations.txt": "val_0.JPEG\tn02\t0\t32\t44\t62\n"
                "val_1.JPEG\tn01\t52\t55\t57\t59\n",
                "words.txt": "n01\tcat\nn02\tdog\n",
                "wnids.txt": "n01\nn02\n",
            },
        ),
        {"n01": 2, "n02": 2, ALL: 1},
        "images 5",
        {"suffix": 4, "labels": 1},
        ["table", "folder above"],
    ),
    "class_jpegs_below": Layout(
        files("cat/photos/1.jpg", "dog/JPEGImages/2.jpg"),
        {"cat": 1, "dog": 1},
        "JPEGImages 1, photos 1",
    ),
    "parts_of_classes": Layout(
        files("train/cat/1.jpg", "val/cat/2.jpg", "test/3.jpg"),
        {"cat": 2, ALL: 1},
        "cat 2, test 1",
    ),
    "parts_alone": Layout(files("train/1.jpg", "val_256/2.jpg"), {ALL: 2}, "train 1, val_256 1"),
    "kaggle_parts": Layout(
        files("train_images/1.jpg", "test_images/2.jpg"), {ALL: 2}, "test_images 1, train_images 1"
    ),
    "train_is_a_class": Layout(
        files("bus/1.jpg", "train/2.jpg", "tram/3.jpg"),
        {"bus": 1, "train": 1, "tram": 1},
        "the same",
    ),
    "masks_beside_images": Layout(
        files("cat/images/1.jpg", "cat/masks/1.png", "dog/2.jpg", "dog/2_mask.png"),
        {"cat": 1, "dog": 1},
        "dog 2, images 1, masks 1",
        {"mask": 2},
    ),
    # tables beside pictures
    "flat_and_a_table": Layout(
        files("1.jpg", "2.jpg", **{"labels.csv": "file,label,age\n1.jpg,cat,3\n2.jpg,dog,4\n"}),
        {"cat": 1, "dog": 1},
        " 2",
        {"labels": 1, "column": 1},
        ["table"],
    ),
    "pool_and_a_gbk_table": Layout(
        files("pool/1.jpg", "pool/2.jpg", **{"train.csv": "图片;类别\n1;猫\n2;狗\n".encode("gbk")}),
        {"猫": 1, "狗": 1},
        "pool 2",
        {"labels": 1},
    ),
    "train_table_is_not_of_the_test_set": Layout(
        files("train/1.jpg", "test/1.jpg", **{"train.csv": "id,breed\n1,pug\n7,pug\n"}),
        {"pug": 1, ALL: 1},
        "test 1, train 1",
        {"labels": 1, "no file": 1},
    ),
    "solution_with_boxes": Layout(
        files(
            "val/I_1.JPEG",
            **{"LOC_val_solution.csv": "ImageId,PredictionString\nI_1,n03995372 85 1 499 272\n"},
        ),
        {"n03995372": 1},
        "val 1",
        {"labels": 1},
    ),
    "metadata_jsonl": Layout(
        files("train/1.png", **{"train/metadata.jsonl": '{"file_name": "1.png", "label": 3}\n'}),
        {"3": 1},
        "train 1",
        {"labels": 1},
    ),
    "table_of_something_else": Layout(
        files("cat/1.jpg", "dog/2.jpg", **{"metadata.csv": "id,age\n1,3\n2,4\n"}),
        {"cat": 1, "dog": 1},
        "the same",
        {"suffix": 1},
    ),
    # system folders, hidden files, and files that are no pictures
    "synology": Layout(
        files("cat/1.jpg", "cat/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/old.jpg"),
        {"cat": 1},
        "#recycle 1, 1.jpg 1, cat 1",
        {"system": 2},
    ),
    "macos": Layout(
        files("cat/1.jpg", "cat/._1.jpg", "__MACOSX/cat/._1.jpg", **{"cat/.DS_Store": "x"}),
        {"cat": 1},
        "the same",
        {"system": 3},
    ),
    "windows_and_gnome": Layout(
        files("cat/1.jpg", ".thumbnails/1.jpg", "cat/.hidden.jpg", **{"cat/Thumbs.db": "x"}),
        {"cat": 1},
        "the same",
        {"system": 2, "hidden": 1},
    ),
    "what_is_no_picture": Layout(
        files(
            "cat/1.jpg",
            "cat/2.JFIF",
            **{"cat/a.txt": "x", "README": "x", "b.zip": "x", "empty/c.py": ""},
        ),
        {"cat": 2},
        "cat 1",
        {"suffix": 3, "archive": 1, "empty folder": 1},
    ),
    "content_tells": Layout(
        files("cat/1.jpg", **{"cat/2": JPG, "cat/3.dat": PNG, "cat/4.dat": "words"}),
        {"cat": 3},
        "cat 1",
        {"suffix": 1},
    ),
    # links
    "linked_classes": Layout(
        linked(
            ["pool/cat/1.jpg", "pool/dog/2.jpg", "set/own/3.jpg"],
            {"set/cat": "../pool/cat", "set/dog": "../pool/dog"},
        ),
        {"cat": 1, "dog": 1, "own": 1},
        "own 1",
    ),
    "link_to_a_link": Layout(
        linked(["pool/1.jpg", "set/own/3.jpg"], {"alias": "pool", "set/cat": "../alias"}),
        {"cat": 1, "own": 1},
        "own 1",
    ),
    "linked_files_and_a_broken_one": Layout(
        linked(
            ["pool/1.jpg", "set/cat/2.jpg"],
            {"set/cat/1.jpg": "../../pool/1.jpg", "set/cat/3.jpg": "nowhere.jpg"},
        ),
        {"cat": 2},
        "cat 3, and one unreadable",
        {"broken link": 1},
    ),
    "link_in_a_circle": Layout(
        linked(["set/cat/1.jpg"], {"set/cat/again": "..", "set/cat/self": "self"}),
        {"cat": 1},
        "the same",
        {"circle": 1, "broken link": 1},
    ),
    "two_that_link_to_one_another": Layout(
        linked(["set/a/1.jpg", "set/b/2.jpg"], {"set/a/b": "../b", "set/b/a": "../a"}),
        {"a": 2, "b": 2},
        "a 1, b 1",
        {"circle": 2},
    ),
    # names that are not UTF-8
    "gbk_file": Layout(
        raw(b"dog/1.jpg", b"dog/" + "狗狗.jpg".encode("gbk")), {"dog": 2}, "UnicodeEncodeError"
    ),
    "gbk_classes": Layout(
        raw("狗/1.jpg".encode("gbk"), "金鱼/图片二.jpg".encode("gbk")),
        {"狗": 1, "金鱼": 1},
        "UnicodeEncodeError",
    ),
    "shift_jis_classes": Layout(
        raw("犬/写真.jpg".encode("cp932"), "ねこ/表示.jpg".encode("cp932")),
        {"犬": 1, "ねこ": 1},
        "UnicodeEncodeError",
    ),
    "two_names_that_look_alike": Layout(
        raw("cat/狗.jpg".encode("gbk"), "cat/狗.jpg".encode()), {"cat": 2}, "UnicodeEncodeError"
    ),
    "no_encoding_at_all": Layout(raw(b"cat/\x81\x20\xff.jpg"), {"cat": 1}, "UnicodeEncodeError"),
}


ARCHIVES: dict[str, Layout] = {
    # ILSVRC: a tar a class, and a tar of those
    "tar_per_class": Layout(
        lambda f: (
            [
                put(f, f"{c}.tar", tar_bytes({f"{c}_1.JPEG": JPG}))
                for c in ("n01440764", "n01443537")
            ]
            and f
        ),
        {"n01440764": 1, "n01443537": 1},
        " 2",
        told=["archive"],
    ),
    "tar_of_tars": Layout(
        tar({f"{c}.tar": tar_bytes({f"{c}_1.JPEG": JPG, "x.txt": "x"}) for c in ("n01", "n02")}),
        {"n01": 1, "n02": 1},
        "nothing",
        {"suffix": 2},
        ["archive"],
    ),
    "tar_of_parts": Layout(
        lambda f: (
            [put(f, f"train-{k:05d}-of-00002.tar", tar_bytes({f"{k}.jpg": JPG})) for k in range(2)]
            and f
        ),
        {ALL: 2},
        "the same",
    ),
    "tar_of_tiny_imagenet": Layout(
        tar(
            {"set/train/n01/images/1.JPEG": JPG, "set/test/images/2.JPEG": JPG, "set/wnids.txt": ""}
        ),
        {"n01": 1, "set": 1},
        "images 2",
        {"suffix": 1},
    ),
    "tar_with_gbk_names": Layout(
        tar({"狗/1.jpg": JPG, "金鱼/图片二.jpg": JPG}, encoding="gbk"),
        {"狗": 1, "金鱼": 1},
        "UnicodeEncodeError",
    ),
    "tar_with_links": Layout(
        tar(
            {"cat/1.jpg": JPG}, links={"dog/2.jpg": "../cat/1.jpg", "pets": "cat", "x.jpg": "none"}
        ),
        {"cat": 1, "dog": 1, "pets": 1},
        "cat 1",
        {"broken link": 1},
    ),
    "tar_with_system_folders": Layout(
        tar({"cat/1.jpg": JPG, "cat/@eaDir/1.jpg/T.jpg": JPG, "./._cat": "x", ".git/a.jpg": JPG}),
        {"cat": 1},
        ".git 1, 1.jpg 1, cat 1",
        {"system": 3},
    ),
    "tar_that_is_compressed": Layout(
        lambda f: (
            put(f, "a.tar", gzip.compress(tar_bytes({"1.jpg": JPG}))) or put(f, "b.jpg", JPG) or f
        ),
        {ALL: 1},
        "ImageError",
        {"compressed": 1},
    ),
    # WebDataset
    "masks": Layout(
        tar(
            samples(
                {"jpg": JPG, "seg.png": PNG, "cls": "0"}, {"jpg": JPG, "seg.png": PNG, "cls": "1"}
            )
        ),
        {"0": 1, "1": 1},
        "0 2, 1 2",
        {"other field": 2, "labels": 2},
    ),
    "mask_first": Layout(
        tar(samples({"depth.png": PNG, "cls": "3", "jpg": JPG, "png": PNG})),
        {"3": 1},
        "3 3",
        {"other field": 2, "labels": 1},
    ),
    "left_and_right": Layout(
        tar(samples({"right.png": PNG, "left.png": PNG, "seg.png": PNG, "cls": "1"})),
        {"1": 1},
        "1 3",
        {"other field": 2, "labels": 1},
    ),
    "names_with_dots_are_no_fields": Layout(
        tar({"cat/a.1.jpg": JPG, "cat/a.2.jpg": JPG, "cat/b.jpg": JPG, "cat/b.png": PNG}),
        {"cat": 4},
        "the same",
    ),
    "json": Layout(
        tar(two("json", '{"label": 0, "width": 8}', '{"label": 1}')),
        {"0": 1, "1": 1},
        " 2",
        {"labels": 2},
        ["field"],
    ),
    "json_of_words": Layout(
        tar(two("json", '{"class_name": "cat"}', '{"annotations": 3}')),
        {"cat": 1, ALL: 1},
        " 2",
        {"labels": 1, "suffix": 1},
    ),
    "json_lists": Layout(
        tar(two("json", '{"labels": [4, 7]}', "5")), {"4": 1, "5": 1}, " 2", {"labels": 2}
    ),
    "index": Layout(tar(two("index")), {"0": 1, "1": 1}, " 2", {"labels": 2}),
    "cls_txt": Layout(tar(two("cls.txt")), {"0": 1, "1": 1}, " 2", {"labels": 2}),
    "label_txt_in_gbk": Layout(
        tar(samples({"jpg": JPG, "label.txt": "狗".encode("gbk")})), {"狗": 1}, " 1", {"labels": 1}
    ),
    "classes_before_pictures": Layout(
        tar({"1.cls": "0", "2.cls": "1", "3.cls": "0", "1.jpg": JPG, "2.jpg": JPG}),
        {"0": 1, "1": 1},
        " 2",
        {"labels": 2, "label alone": 1},
    ),
    "classes_behind_pictures": Layout(
        tar({"1.jpg": JPG, "2.jpg": JPG, "1.cls": "0", "2.cls": "1"}),
        {ALL: 2},
        "the same",
        {"label alone": 2},
    ),
    "captions_are_no_classes": Layout(
        tar(two("txt", "a cat on a mat", "a dog")), {ALL: 2}, "the same", {"suffix": 2}
    ),
    "test_set_of_minus_one": Layout(tar(two("cls", "-1", "-1")), {ALL: 2}, "-1 2", {"labels": 2}),
}

TABLES: dict[str, Layout] = {
    "fine_label": Layout(
        rows(
            {"img": images(2), "fine_label": [0, 1], "coarse_label": [0, 0]},
            names={"fine_label": ["apple", "bear"], "coarse_label": ["fruit"]},
        ),
        {"apple": 1, "bear": 1},
        " 2",
        {"column": 1},
        ["column"],
    ),
    "class_label_of_any_name": Layout(
        rows(
            {"image": images(2), "size": [8, 9], "disease": [0, 1]}, names={"disease": ["a", "b"]}
        ),
        {"a": 1, "b": 1},
        " 2",
        {"column": 1},
    ),
    "target": Layout(rows({"image": images(2), "target": [5, 6]}), {"5": 1, "6": 1}, " 2"),
    "label_name_beside_numbers": Layout(
        rows({"image": images(2), "label": [0, 1], "label_name": ["cat", "dog"]}),
        {"cat": 1, "dog": 1},
        "0 1, 1 1",
        {"column": 1},
    ),
    "lists_of_labels": Layout(
        rows({"image": images(3), "labels": [[0], [1, 0], []]}, names={"labels": ["a", "b"]}),
        {"a": 1, "b": 1, ALL: 1},
        " 3",
        {"further label": 1},
    ),
    "minus_one": Layout(
        rows({"image": images(2), "label": [-1, -1]}, names={"label": ["a", "b"]}), {ALL: 2}, "-1 2"
    ),
    "dictionary": Layout(
        rows({"image": images(2), "label": pa.array(["a", "b"]).dictionary_encode()}),
        {"a": 1, "b": 1},
        "the same",
    ),
    "capitals": Layout(
        rows({"image": images(2), "Label": ["a", "b"]}, file="DATA.PARQUET"),
        {"a": 1, "b": 1},
        "the same, but every row unreadable",
    ),
    "pq": Layout(
        rows({"image": images(2), "label": ["a", "b"]}, file="x.PQ"), {"a": 1, "b": 1}, "ImageError"
    ),
    "partition": Layout(
        rows({"image": images(2)}, file="label=a%20cat/x.parquet", beside={"notes.txt": b""}),
        {"a cat": 2},
        " 2",
        {"suffix": 1},
    ),
    "lists_of_pictures": Layout(
        rows({"images": [images(2), images(1), []], "label": ["a", "b", "c"]}),
        {"a": 2, "b": 1},
        "ImageError",
        {"no bytes": 1},
    ),
    "paths_and_no_bytes": Layout(
        rows(
            {
                "image": [
                    {"bytes": None, "path": "pics/1.jpg"},
                    {"bytes": None, "path": "gone.jpg"},
                    {"bytes": JPG, "path": None},
                ],
                "label": ["a", "b", "c"],
            },
            beside={"pics/1.jpg": JPG},
        ),
        {"a": 1, "c": 1},
        "a 1, b 1, c 1, pics 1, and two rows unreadable",
        {"no file": 1},
    ),
    "mask_column": Layout(
        rows({"mask": [PNG, PNG], "picture": [JPG, JPG], "label": ["a", "b"]}),
        {"a": 1, "b": 1},
        "the same",
        {"column": 1},
    ),
    "table_without_pictures": Layout(
        rows({"id": [1, 2]}, file="meta.parquet", beside={"cat/1.jpg": JPG}),
        {"cat": 1},
        "ImageError",
        {"no image column": 1},
    ),
    "saved_to_disk": Layout(
        rows(
            {"image": images(5), "label": [0, 1, 0, 1, 0]},
            names={"label": ["a", "b"]},
            file="train/data-00000-of-00001.arrow",
            beside={"dataset_dict.json": b'{"splits": ["train"]}', "train/state.json": b"{}"},
        ),
        {"a": 3, "b": 2},
        "nothing",
        {"suffix": 2},
    ),
    "arrow_file_and_cache": Layout(
        rows(
            {"image": images(3), "label": ["a", "b", "a"]},
            file="file.arrow",
            beside={"cache-0f.arrow": b""},
        ),
        {"a": 2, "b": 1},
        "nothing",
        {"system": 1},
    ),
}
EVERY = FOLDERS | ARCHIVES | TABLES
