"""Words for a block's size and squeeze, in the language in force."""

from senet_viz.core.records import SEBlock
from senet_viz.core.translation import count, tr


def places_words(places: tuple[int, ...]) -> str:
    """ "56 × 56", "250 places", or "1 place" if there is only one number per channel.

    >>> places_words((16, 56, 56))
    '16 × 56 × 56'
    """
    if len(places) == 1:
        return count(places[0], "place")
    return " × ".join(map(str, places)) if places else tr("1 place")


def squeeze_words(block: SEBlock) -> str:
    """How the block squeezes."""
    return pooled_words(block.squeeze_by)


def pooled_words(how: str) -> str:
    """A way to pool, with its article where it has one.

    >>> pooled_words("max")
    'the maximum'
    """
    words = {
        "mean": tr("the mean"),
        "max": tr("the maximum"),
        "mean and max": tr("the mean and the maximum"),
        "standard deviation": tr("the standard deviation"),
        "variance": tr("the variance"),
        "sum": tr("the sum"),
        "norm": tr("the norm"),
        "weighted mean": tr("a weighted mean"),
        "weighted sum": tr("a weighted sum"),
    }
    return words.get(how, how)
