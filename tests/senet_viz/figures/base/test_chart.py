"""What all figures share: the look, the colour bar, the finite numbers."""

import numpy as np

from senet_viz.figures.base.chart import colour_bar, draw, finite
from senet_viz.figures.base.theme import DARK, LIGHT


def test_finite_drops_the_rest() -> None:
    kept = finite(np.array([[1, np.nan], [np.inf, 2]], dtype=np.float32))
    assert kept.dtype == np.float64
    assert kept.tolist() == [1, 2]


def test_draw_has_no_title_inside_and_the_modes_colours() -> None:
    light, dark = (draw([], dark=d, height=200) for d in (False, True))
    assert light.layout.title.text is None
    assert light.layout.template.layout.paper_bgcolor == LIGHT.background
    assert dark.layout.template.layout.paper_bgcolor == DARK.background
    assert light.layout.width is None


def test_colour_bar_is_lettered_in_the_modes_ink() -> None:
    assert colour_bar("gate", dark=False)["tickfont"]["color"] == LIGHT.muted
    assert colour_bar("gate", dark=True)["tickfont"]["color"] == DARK.muted
