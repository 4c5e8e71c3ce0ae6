"""Which bands of a TIFF are shown, as what colours, and what of that is a guess."""

from dataclasses import dataclass
from typing import Literal

from senet_viz.core.translation import tr
from senet_viz.pictures.tiff_layout import (
    CMYK,
    GREY,
    ICC_LAB,
    LAB,
    PALETTE,
    RGB,
    YCBCR,
    TiffLayout,
)

Colours = Literal["L", "RGB", "CMYK", "LAB", "ICC LAB", "YCbCr"]
_SHOWN: dict[int, tuple[Colours, int]] = {
    PALETTE: ("RGB", 1),
    RGB: ("RGB", 3),
    CMYK: ("CMYK", 4),
    YCBCR: ("YCbCr", 3),
    LAB: ("LAB", 3),
    ICC_LAB: ("ICC LAB", 3),
}


@dataclass(frozen=True, slots=True)
class Bands:
    """The first ``count`` bands are ``colours``; band ``opacity``, from 0, says how opaque.

    Where they are ``multiplied``, the colours have been multiplied by it.
    """

    colours: Colours
    count: int
    opacity: int | None = None
    multiplied: bool = False
    notes: tuple[str, ...] = ()


def shown_bands(layout: TiffLayout) -> Bands | None:
    """What to show of a picture; None where its bands are not understood."""
    photometric, bands = layout.photometric, layout.bands
    others = max(0, bands - len(layout.extra))
    at = next((k for k, kind in enumerate(layout.extra) if kind in (1, 2)), None)
    opacity = None if at is None or others + at >= bands else others + at
    if photometric in (None, *GREY) or (photometric, bands) == (YCBCR, 1):
        colours, count, notes = _grey_or_colours(layout, bands - (opacity is not None))
    elif photometric in _SHOWN:
        colours, count = _SHOWN[photometric]
        notes = ()
        if bands < count or (photometric == CMYK and _has_other_inks(layout, others)):
            return None
    else:
        return None
    if photometric == RGB and bands == 4 and not layout.extra:
        opacity = 3
        notes = (tr("no tag says what band 4 is: taken for opacity (a guess)"),)
    left_out = bands - count - (opacity is not None)
    if left_out and not notes:
        notes = (_counted(count, bands),)
    multiplied = at is not None and layout.extra[at] == 1
    return Bands(colours, count, opacity, multiplied, notes)


def _grey_or_colours(layout: TiffLayout, bands: int) -> tuple[Colours, int, tuple[str, ...]]:
    """Three bands and more are seldom grey: many programs write colours so."""
    is_stated = layout.photometric is not None
    if bands < 3:
        unsaid = tr("no tag says what its values mean: taken for brightness (a guess)")
        return "L", 1, () if is_stated else (unsaid,)
    if is_stated:
        guess = tr(
            "tagged as grey, but of {bands} bands: 1 to 3 are taken for red, green and blue "
            "(a guess)",
            bands=bands,
        )
    else:
        guess = tr(
            "no tag says what its {bands} bands are: 1 to 3 are taken for red, green and blue "
            "(a guess)",
            bands=bands,
        )
    return "RGB", 3, (guess,)


def _has_other_inks(layout: TiffLayout, inks: int) -> bool:
    return inks != 4 or layout.first(332, 1) != 1


def _counted(count: int, bands: int) -> str:
    if count == 1:
        return tr("band 1 of {bands} is shown", bands=bands)
    return tr("bands 1 to {count} of {bands} are shown", count=count, bands=bands)
