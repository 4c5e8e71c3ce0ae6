"""The pictures of an inspection: what the network saw, and its most open and most shut maps."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from senet_viz.figures.block.feature_maps import (
    Mosaic,
    after_gate,
    colour_range,
    ends_of,
    mosaic,
)
from senet_viz.reports.inspection import Inspection, Settings

COLUMNS = 4


def picture_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Pixels (h, w, 3) as a file, without loss."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def extremes(
    inspection: Inspection, block: str, settings: Settings, *, tile: int = 112, dark: bool = False
) -> dict[str, Mosaic]:
    """The most enhanced and the most suppressed maps, before and after the gate, on one range."""
    activation = inspection.capture[block]
    ranking = inspection.ranking(activation, settings)
    features, gate = activation.require_features()[0], activation.excitation[0]
    whole = settings.scope == "network"
    reach = ends_of(a.require_features()[0] for a in inspection.capture) if whole else features
    mosaics = {}
    for side, channels in (("enhanced", ranking.enhanced), ("suppressed", ranking.suppressed)):
        if not channels:
            continue
        at = list(channels)
        maps = features[at]
        ends = colour_range(maps, scope=settings.scope, block_maps=reach)
        after = after_gate(maps, gate[at])
        after_ends = (
            colour_range(after, scope="map", block_maps=features)
            if settings.scope == "map"
            else ends
        )
        for moment, drawn, (low, high), captions in (
            ("before", maps, ends, [f"ch {c}" for c in at]),
            ("after", after, after_ends, [f"ch {c} · {gate[c]:.3f}" for c in at]),
        ):
            mosaics[f"{side}-{moment}"] = mosaic(
                drawn,
                captions=captions,
                low=low,
                high=high,
                columns=COLUMNS,
                tile=tile,
                dark=dark,
            )
    return mosaics
