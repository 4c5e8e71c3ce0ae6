"""Which picture a mask, or an entry of a COCO JSON, belongs to: by its name, and its folders."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TypeVar

Value = TypeVar("Value")
Claim = tuple[tuple[str, ...], Value]  # a path in parts, the last with or without an ending


def match(
    claims: Iterable[Claim[Value]], pictures: Sequence[PurePath]
) -> tuple[dict[PurePath, Value], set[PurePath]]:
    """The mask or boxes of each picture, and the pictures for which they are ambiguous.

    A claim with the whole file name of a picture precedes one with the name without ending. Among
    pictures with the same name, a claim belongs to the one whose parent folders match most of its
    own, from the file upwards. If two fit equally well, neither is taken.

    >>> pictures = [PurePath("images/train/a.jpg"), PurePath("images/val/a.jpg")]
    >>> found, unclear = match([(("val", "a"), "mask")], pictures)
    >>> found, unclear
    ({PurePosixPath('images/val/a.jpg'): 'mask'}, set())
    >>> match([(("a",), "mask")], pictures)[0]
    {}
    """
    named: defaultdict[str, list[PurePath]] = defaultdict(list)
    for picture in pictures:
        for name in {picture.name, picture.stem}:
            named[name].append(picture)
    matches: dict[PurePath, Value] = {}
    unclear: set[PurePath] = set()
    every = list(claims)
    for exact in (True, False):
        wanted: defaultdict[PurePath, list[tuple[int, Value]]] = defaultdict(list)
        taken = set(matches)
        for parts, value in every:
            fitting = [
                picture
                for picture in named.get(parts[-1], ())
                if (picture.name == parts[-1]) == exact and picture not in taken
            ]
            best = _best([(_common(parts, picture), picture) for picture in fitting])
            if len(best) == 1:
                wanted[best[0][1]].append((best[0][0], value))
            unclear.update(picture for _, picture in best if len(best) > 1)
        for picture, offered in wanted.items():
            best_of = _best(offered)
            if len(best_of) == 1:
                matches[picture] = best_of[0][1]
            else:
                unclear.add(picture)
    return matches, unclear - set(matches)


def _common(parts: Sequence[str], picture: PurePath) -> int:
    """How many parent folders are the same, from the file upwards; one more if all are."""
    folders, own = parts[-2::-1], picture.parts[-2::-1]
    same = 0
    while same < min(len(folders), len(own)) and folders[same] == own[same]:
        same += 1
    return 2 * same + (len(folders) == len(own) == same)


def _best(scored: Sequence[tuple[int, Value]]) -> list[tuple[int, Value]]:
    highest = max((score for score, _ in scored), default=0)
    return [each for each in scored if each[0] == highest]
