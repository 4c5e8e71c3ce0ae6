"""Every colour of the charts and their one typeface, for light and for dark.

``.streamlit/config.toml`` mirrors it for the app; rules and text of a report have their own in
``senet_viz/reports/html_page.css``.

Gates and feature maps wear cividis, differences purple to orange round 0, classes and pictures
Okabe-Ito. Enhanced and suppressed keep one colour in both modes, readable on both backgrounds.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

Palette = npt.NDArray[np.uint8]

# Ten steps each: Streamlit takes a colour scale of exactly ten and drops any other.
GATES = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
    "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip
"""Cividis, for what runs one way: gates on the fixed range 0 to 1, feature maps."""

_PURPLE_ORANGE = (
    "#2d004b", "#542788", "#8073ac", "#b2abd2", "#d8daeb", "#f7f7f7",
    "#fee0b6", "#fdb863", "#e08214", "#b35806", "#7f3b08",
)  # fmt: skip

# Classes and pictures. Grey stands in for the palette's black, which a dark page would swallow.
OKABE_ITO = (
    "#0072b2", "#e69f00", "#cc79a7", "#56b4e9", "#009e73", "#d55e00", "#f0e442", "#999999",
)  # fmt: skip

ENHANCED = "#0b8f82"
SUPPRESSED = "#d9690a"
ON_COLOUR = "#ffffff"  # words on either

# Faces whose figures are all of one width by default, so that columns of numbers line up.
FONT = (
    '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", '
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
)
FONT_SIZE = 13
SMALL = 12


@dataclass(frozen=True, slots=True)
class Mode:
    """One of the two appearances: page, ink, rules, plain bars, and the one accent.

    ``accent`` carries white text and outlines; ``accent_text`` is it as letters on the page.
    """

    background: str
    surface: str
    text: str
    muted: str
    grid: str
    line: str
    neutral: str
    accent: str
    accent_text: str


LIGHT = Mode(
    background="#ffffff",
    surface="#f4f6f8",
    text="#1c2126",
    muted="#5c6570",
    grid="#e7eaee",
    line="#b4bcc6",
    neutral="#8793a0",
    accent="#a8326e",
    accent_text="#a8326e",
)
DARK = Mode(
    background="#12161b",
    surface="#1b2129",
    text="#e4e8ec",
    muted="#9ba5b0",
    grid="#29313a",
    line="#55606c",
    neutral="#6d7985",
    accent="#c8408b",
    accent_text="#f27ab4",
)


def mode(dark: bool) -> Mode:
    return DARK if dark else LIGHT


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers of 0 to 255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def faded(colour: str, *, opacity: float) -> str:
    """The colour as plotly's ``rgba()``."""
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{opacity:g})"


def palette(colours: tuple[str, ...], *, steps: int = 256) -> Palette:
    """(steps, 3): the colours, evenly spaced, with straight lines between them in RGB."""
    return _between(colours, np.linspace(0, 1, steps))


def shades(
    values: npt.ArrayLike, colours: tuple[str, ...], *, low: float, high: float
) -> list[str]:
    """``#rrggbb`` for each value, of a scale from ``low`` to ``high``; beyond it its ends.

    For bars: Plotly takes every number of theirs for a wrong colour first, and complains of it.
    """
    share = (np.asarray(values, dtype=np.float64) - low) / (high - low)
    return list(_hex(_between(colours, np.nan_to_num(share))))


def _between(colours: tuple[str, ...], shares: npt.NDArray[np.float64]) -> Palette:
    anchors = np.array([rgb(c) for c in colours], dtype=np.float64)
    at = shares * (len(colours) - 1)
    channels = [np.interp(at, np.arange(len(colours)), anchors[:, i]) for i in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _hex(colours: Palette) -> tuple[str, ...]:
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours)


# ColorBrewer's PuOr, reversed: purple below 0, near white at 0, orange above.
DIFFERENCE = _PURPLE_ORANGE
DIFFERENCE_TEN = _hex(palette(_PURPLE_ORANGE, steps=10))
GATES_PALETTE = palette(GATES)


def _axis(look: Mode) -> dict[str, Any]:
    small = {"size": SMALL, "color": look.muted}
    return {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": look.grid,
        "linecolor": look.line,
        "showline": True,
        "tickcolor": look.line,
        "tickfont": small,
        "ticklabeloverflow": "allow",  # margins are set: no need to check, 3 ms
        "ticklen": 4,
        "ticks": "outside",
        "title": {"font": small, "standoff": 8},
        "zeroline": False,
    }


@cache
def template(dark: bool) -> go.layout.Template:
    """What every figure shares; 1 kB on the wire where plotly's own default is 6.5."""
    look = mode(dark)
    axis = _axis(look)
    # Plotly's own 0.2 makes what was not clicked all but vanish.
    unpicked = [{"unselected": {"marker": {"opacity": 0.45}}}]
    return go.layout.Template(
        data={"bar": unpicked, "histogram": unpicked, "scatter": unpicked},
        layout={
            "colorway": list(OKABE_ITO),
            "dragmode": False,
            "font": {"family": FONT, "size": FONT_SIZE, "color": look.text},
            "hoverlabel": {
                "align": "left",
                "bgcolor": look.surface,
                "bordercolor": look.line,
                "font": {"family": FONT, "size": FONT_SIZE, "color": look.text},
            },
            "hovermode": "closest",
            "legend": {
                "font": {"size": SMALL},
                "itemclick": False,
                "itemdoubleclick": False,
                "orientation": "h",
                "traceorder": "normal",
                "x": 0,
                "y": 1,
                "yanchor": "bottom",
            },
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "paper_bgcolor": look.background,
            "plot_bgcolor": look.background,
            "separators": ".\u202f",
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
        },
    )
