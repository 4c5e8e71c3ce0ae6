"""Names of networks as people write them, and the names of the catalogue that they mean."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# How a name begins in a library where another begins it otherwise, without hyphens and the like.
BEGINNINGS = (("senet50", "seresnet50"), ("senet101", "seresnet101"), ("senet152", "seresnet152"))
ENDINGS = ("pretrained", "imagenet1k", "imagenet", "pytorch", "torch", "timm", "model", "network")
ALIKE = 0.6  # share of letters in common from which on a name is worth offering


def suggestions(written: str, known: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """The ``count`` names of ``known`` that were likeliest meant, the likeliest first.

    Hyphens, spaces, capitals and the order of "SE" and the rest make no difference. Of names alike
    the one that stands first in ``known`` comes first.

    >>> suggestions("SE-ResNet-50", ["resnet50", "seresnet50", "legacy_seresnet50"], count=2)
    ('seresnet50', 'legacy_seresnet50')
    """
    meant = _meanings(written)
    scored = [(max(_likeness(each, _letters(name)) for each in meant), name) for name in known]
    good = sorted((each for each in scored if each[0] >= ALIKE), key=lambda each: -each[0])
    return tuple(dict.fromkeys(name for _, name in good))[:count]


def _meanings(written: str) -> list[str]:
    """What was written, in letters and digits alone, and what else that can be called."""
    letters = _letters(written.partition(".")[0] if "." in written[-12:] else written)
    letters = re.sub("squeeze(and)?excit(ation|e)", "se", letters)
    for ending in ENDINGS:
        letters = letters.removesuffix(ending)
    spellings = [letters]
    if letters.endswith("se") and len(letters) > 4:  # ResNet50-SE
        spellings.append(f"se{letters.removesuffix('se')}")
    spellings += [
        new + letters.removeprefix(old) for old, new in BEGINNINGS if letters.startswith(old)
    ]
    return spellings


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _likeness(meant: str, known: str) -> float:
    """In [0, 1]: the same letters, then a part of the name, then letters in common."""
    if meant == known:
        return 1.0
    if len(meant) > 4 and known.endswith(meant):  # legacy_seresnet50
        return 0.99
    if len(meant) > 4 and known.startswith(meant):  # mobilenetv3_small_100
        return 0.98 - 0.001 * (len(known) - len(meant))
    if len(meant) > 4 and meant in known:
        return 0.95 - 0.001 * (len(known) - len(meant))
    return 0.9 * SequenceMatcher(None, meant, known).ratio()
