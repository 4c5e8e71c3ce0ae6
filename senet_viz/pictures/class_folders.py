"""Which folder of a path is the class: the last that is no mere container of pictures.

``n01443537/images/1.jpg`` is of n01443537 (Tiny ImageNet), ``train/cat/1.jpg`` of cat, and
``test_images/1.jpg`` of none.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from senet_viz.core.told_classes import NOTHING, Told

HOLDERS: Final = frozenset(
    "image images img imgs pic pics picture pictures photos jpg jpeg jpegs png jpegimages "
    "data dataset files default".split()
)
PARTS: Final = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "unlabeled": "unlabelled",
    "unlabelled": "unlabelled",
}
MASKS: Final = frozenset(
    "mask masks segmentation segmentations segmentationclass segmentationobject "
    "annotation annotations annotated label labels trimap trimaps gt groundtruth "
    "depth depths bbox boxes".split()
)
BESIDE: Final = frozenset(
    "meta metadata devkit list lists doc docs readme script scripts noisy imagesets".split()
)
SHARDS: Final = frozenset("shard shards part parts chunk chunks batch split of".split())
_MASK_FILE = re.compile(
    r"(.+?)[._\- ]+(mask|masks|seg|segmentation|semantic|instance|depth|trimap|annotation|gt)"
    r"(?:[._-]?\d+)?",
    re.IGNORECASE,
)


def words_in(name: str) -> list[str]:
    """The words of a name, in small letters, without numbers.

    >>> words_in("train2017_Images")
    ['train', 'images']
    """
    return re.findall(r"[^\W\d_]+", name.casefold())


def is_holder(name: str) -> bool:
    """Whether a folder of this name only holds pictures, and is no class for that reason."""
    words = words_in(name)
    return bool(words) and all(word in HOLDERS or word in PARTS for word in words)


def part_of(name: str) -> str:
    """Which part of a data set a folder or table is of by its name: "train", "val", … or "".

    >>> part_of("val_annotations.txt"), part_of("training"), part_of("cat")
    ('val', 'train', '')
    """
    return next((PARTS[word] for word in words_in(name) if word in PARTS), "")


def holders(names: Collection[str]) -> set[str]:
    """Those of the folders beside one another that only hold pictures.

    A folder "train" beside "bus" and "car" is a class. Beside "val", or alone, it is a part.
    """
    folders = {name for name in names if is_holder(name)}
    others = {n for n in names if n not in folders and not _beside(n)}
    parts = {name for name in folders if not set(words_in(name)) & HOLDERS}
    lonely = len({part_of(name) for name in parts}) == 1
    return folders - parts if others and lonely else folders


def _beside(name: str) -> bool:
    words = words_in(name)
    return bool(words) and all(word in BESIDE or word in MASKS for word in words)


def mask_folders(names: Collection[str]) -> set[str]:
    """Those beside a folder "images" that hold masks or annotations of its pictures."""
    if not any(set(words_in(name)) & HOLDERS and is_holder(name) for name in names):
        return set()
    return {
        n
        for n in names
        if words_in(n)
        and set(words_in(n)) <= MASKS | set(PARTS) | HOLDERS
        and set(words_in(n)) & MASKS
    }


def masks(stems: Iterable[str]) -> set[str]:
    """Those of the pictures in one folder, by their stems, that are masks of another in it.

    >>> sorted(masks(["1", "1_mask", "2.seg", "2", "a mask"]))
    ['1_mask', '2.seg']
    """
    there = set(stems)
    return {s for s in there if (m := _MASK_FILE.fullmatch(s)) is not None and m[1] in there}


def class_of(folders: Sequence[str]) -> tuple[str, Told]:
    """The class of a picture in these folders, of which nothing is known but the path.

    >>> class_of(["train", "n01443537", "images"])
    ('n01443537', Told(by='folder above', detail='images'))
    >>> class_of(["test", "images"])[0]
    ''
    """
    for up, name in enumerate(reversed(folders)):
        if not is_holder(name):
            return name, Told("folder above", folders[-1]) if up else Told("folder")
    return "", NOTHING


def class_of_archive(stem: str) -> str:
    """The class that an archive is named by; "" where its name is that of a part, or a number.

    >>> class_of_archive("n01440764"), class_of_archive("imagenet-train-000012")
    ('n01440764', '')
    """
    words = set(words_in(stem))
    numbered = re.fullmatch(r"(.*[-_. ])?\d+([-_. ]*of[-_. ]*\d+)?", stem, re.IGNORECASE)
    if numbered or words <= SHARDS or is_holder(stem):
        return ""
    return stem
