"""Colours that can be told apart and read, in both modes, and in the app's own settings."""

import re
import tomllib
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.colors import make_colorscale, sample_colorscale, unlabel_rgb

from senet_viz.figures.base import theme

CONFIG = tomllib.loads((Path(__file__).parents[4] / ".streamlit/config.toml").read_text())
MODES = pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = np.array(theme.rgb(colour)) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_charts_have_no_colour_but_those_of_the_theme() -> None:
    folder = Path(theme.__file__).parent
    written = {p.name for p in folder.glob("*.py") if re.search("#[0-9a-f]{6}", p.read_text())}
    assert written == {"theme.py"}


@MODES
@pytest.mark.parametrize("ink", ["text", "muted", "accent_text"])
@pytest.mark.parametrize("paper", ["background", "surface"])
def test_text_can_be_read(look: theme.Mode, ink: str, paper: str) -> None:
    assert contrast(getattr(look, ink), getattr(look, paper)) >= 4.5


@MODES
def test_shapes_can_be_seen(look: theme.Mode) -> None:
    for colour in (theme.ENHANCED, theme.SUPPRESSED, look.neutral, look.accent):
        assert contrast(colour, look.background) >= 3
    assert contrast("#ffffff", look.accent) >= 4.5  # Streamlit writes white on its buttons


def test_dark_is_not_light() -> None:
    for field in fields(theme.Mode):
        assert getattr(theme.LIGHT, field.name) != getattr(theme.DARK, field.name)


def test_gates_run_from_dark_to_light_without_a_turn() -> None:
    shades = [luminance(f"#{r:02x}{g:02x}{b:02x}") for r, g, b in theme.GATES_PALETTE]
    assert np.all(np.diff(shades) > -1e-3)
    assert shades[-1] - shades[0] > 0.6
    assert theme.GATES_PALETTE.shape == (256, 3)
    assert tuple(theme.GATES_PALETTE[0]) == theme.rgb(theme.GATES[0])
    assert tuple(theme.GATES_PALETTE[-1]) == theme.rgb(theme.GATES[-1])


def test_gates_are_plotlys_cividis() -> None:
    from plotly.colors import sequential

    assert tuple(sequential.Cividis) == theme.GATES


def test_differences_turn_round_zero() -> None:
    low, middle, high = theme.palette(theme.DIFFERENCE)[[40, 128, 215]].astype(int)
    assert low[2] > low[1] and high[0] > high[2]  # purple below, orange above
    assert np.ptp(middle) < 12 and middle.min() > 235
    assert low.sum() < 500 and high.sum() < 500


def test_palette_interpolates_in_rgb() -> None:
    table = theme.palette(("#000000", "#ff8000"), steps=3)
    np.testing.assert_array_equal(table, [[0, 0, 0], [128, 64, 0], [255, 128, 0]])


def test_faded_keeps_the_colour() -> None:
    assert theme.faded("#0b8f82", opacity=0.25) == "rgba(11,143,130,0.25)"


def test_classes_have_colours_of_their_own() -> None:
    everything = {*theme.OKABE_ITO, theme.ENHANCED, theme.SUPPRESSED}
    assert len(everything) == len(theme.OKABE_ITO) + 2
    for one, other in combinations(theme.OKABE_ITO, 2):
        apart = np.subtract(theme.rgb(one), theme.rgb(other))
        assert np.linalg.norm(apart) > 60


@pytest.mark.parametrize("dark", [False, True])
def test_template_is_small_and_of_its_mode(dark: bool) -> None:
    figure = go.Figure(layout={"template": theme.template(dark)})
    assert len(figure.to_json()) < 2_500
    layout = figure.layout.template.layout
    assert layout.paper_bgcolor == theme.mode(dark).background
    assert layout.font.color == theme.mode(dark).text
    assert tuple(layout.colorway) == theme.OKABE_ITO


@pytest.mark.parametrize("dark", [False, True])
def test_the_app_wears_the_same_colours(dark: bool) -> None:
    look, section = theme.mode(dark), CONFIG["theme"]["dark" if dark else "light"]
    assert section == {
        "primaryColor": look.accent,
        "backgroundColor": look.background,
        "secondaryBackgroundColor": look.surface,
        "textColor": look.text,
        "borderColor": look.line,
        "linkColor": look.accent_text,
        "chartCategoricalColors": list(theme.OKABE_ITO),
        "chartSequentialColors": list(theme.GATES),
        "chartDivergingColors": list(theme.DIFFERENCE_TEN),
    }
    assert len(theme.GATES) == len(theme.DIFFERENCE_TEN) == 10  # Streamlit drops other lengths


def test_the_app_has_the_same_typeface_and_stays_at_home() -> None:
    assert CONFIG["theme"]["font"] == theme.FONT
    assert CONFIG["server"]["address"] == "localhost"
    assert set(CONFIG["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert CONFIG["browser"] == {"gatherUsageStats": False}
    assert CONFIG["client"]["toolbarMode"] == "minimal"


def test_streamlit_knows_every_setting() -> None:
    from streamlit.config import _config_options_template as known

    def names(section: dict[str, object], path: str = "") -> list[str]:
        found = []
        for key, value in section.items():
            found += names(value, f"{path}{key}.") if isinstance(value, dict) else [path + key]
        return found

    assert set(names(CONFIG)) <= set(known)


@pytest.mark.parametrize("colours", [theme.GATES, theme.DIFFERENCE])
def test_a_shade_is_the_one_that_plotly_draws(colours: tuple[str, ...]) -> None:
    values = np.array([-2, -1, -0.31, 0, 0.5, 0.999, 1, 7])
    share = np.clip((values + 1) / 2, 0, 1).tolist()
    plotly = [
        tuple(map(round, unlabel_rgb(c)))
        for c in sample_colorscale(make_colorscale(colours), share, colortype="rgb")
    ]
    ours = [theme.rgb(shade) for shade in theme.shades(values, colours, low=-1, high=1)]
    np.testing.assert_allclose(ours, plotly, atol=1)
    assert theme.shades([np.nan], colours, low=0, high=1) == [colours[0]]  # a bar of no height
