"""What an accuracy was measured on: the English words of a card or list, translated."""

import re

from senet_viz.core.translation import again, thousands, tr

_OURS = re.compile(r"the ([\d,]+) pictures of Imagenette's validation set at (\d+) px")
_CADENE = "ImageNet-1K validation, 224 px (README of Cadene's PyTorch port)"


def tested_on(words: str) -> str:
    """The same words; those that are known can be said in other languages.

    >>> tested_on("the 3,925 pictures of Imagenette's validation set at 128 px")
    "the 3\u202f925 pictures of Imagenette's validation set at 128 px"
    """
    ours = _OURS.fullmatch(words)
    if ours:
        return tr(
            "the {pictures} pictures of Imagenette's validation set at {side} px",
            pictures=thousands(int(ours[1].replace(",", ""))),
            side=ours[2],
        )
    if words == _CADENE:
        return tr("ImageNet-1K validation, 224 px (README of Cadene's PyTorch port)")
    return again(words)
