"""The glossary: all of it in Learn, each term where it is used elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from senet_viz.core.translation import again, tr


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the paper's sign for it and how many numbers it stands for, "" for none."""

    say_word: Callable[[], str]
    sign: str
    numbers: str
    say_meaning: Callable[[], str]


WORDS: dict[str, Word] = {
    "features": Word(
        lambda: tr("features"),
        "U",
        "n c h w",
        lambda: tr("the feature maps that enter the block"),
    ),
    "channel": Word(
        lambda: tr("channel"),
        "c",
        "",
        lambda: tr("one of the maps, and everything that belongs to it"),
    ),
    "squeeze": Word(
        lambda: tr("squeeze"),
        "z",
        "n c",
        lambda: tr("the mean of each map: what the block knows of a picture"),
    ),
    "hidden": Word(
        lambda: tr("hidden units"),
        "h",
        "n m",
        lambda: tr("what is left after reduce and ReLU"),
    ),
    "reduction": Word(
        lambda: tr("reduction"),
        "r",
        "",
        lambda: tr("c / m, channels by hidden units, measured: how narrow the middle is"),
    ),
    "logit": Word(
        lambda: tr("logit"),
        "x",
        "n c",
        lambda: tr("what enters the gate: above 0 is more than half open"),
    ),
    "gate": Word(
        lambda: tr("excitation, gate"),
        "s",
        "n c",
        lambda: tr("the factor of each channel, between 0 (shut) and 1 (open)"),
    ),
    "recalibrate": Word(
        lambda: tr("recalibrate"),
        "s · U",
        "n c h w",
        lambda: tr("multiply each map by its gate"),
    ),
    "ends": Word(
        lambda: tr("enhanced, suppressed"),
        "",
        "",
        lambda: tr("channels whose gates are the most open and the most shut of a block"),
    ),
    "usual": Word(
        lambda: tr("usual gate"),
        "",
        "c",
        lambda: tr("a channel's mean gate over a set of pictures, ± its standard deviation"),
    ),
    "saturated": Word(
        lambda: tr("saturated"),
        "",
        "",
        lambda: tr("the share of gates near 0 (below 0.05) or near 1 (above 0.95)"),
    ),
    "verified": Word(
        lambda: tr("verified"),
        "",
        "",
        lambda: tr(
            "for this very picture, features × gate equals the block's output, within 1e-5 of its "
            "largest value: what is shown is what the network did"
        ),
    ),
    "convolution": Word(
        lambda: tr("1×1 convolution"),
        "W",
        "c c",
        lambda: tr("mixes channels at each place with the same weights for every picture"),
    ),
}


def term(name: str, text: str = "", *, place: str) -> str:
    """A word of the glossary as HTML: a click, a tap or Enter opens what it means.

    ``text`` is what stands there in place of the word itself; ``place`` tells two on a page apart.
    """
    word = WORDS[name]
    return opening(text or word.say_word(), word.say_meaning(), place=f"{place}_{name}")


def opening(text: str, meaning: str, *, place: str) -> str:
    """The same for a meaning that is in no glossary; both are plain text."""
    return (
        f'<button type="button" class="term" popovertarget="meaning_{place}">'
        f"{escape(again(text))}</button>"
        f'<span popover id="meaning_{place}" class="meaning">{escape(again(meaning))}</span>'
    )
