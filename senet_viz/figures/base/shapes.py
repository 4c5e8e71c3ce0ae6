"""Lines and strips laid over a chart, or behind it, as Plotly's shapes."""

from typing import Any


def upright(at: float, colour: str) -> dict[str, Any]:
    """A dotted line from bottom to top."""
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }


def level(at: float, colour: str, *, width: float = 1.2) -> dict[str, Any]:
    """A dotted line from left to right."""
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": at,
        "y1": at,
        "line": {"color": colour, "width": width, "dash": "dot"},
    }


def strip(low: float, high: float, colour: str, **settings: Any) -> dict[str, Any]:
    """All from ``low`` to ``high``, from bottom to top."""
    return {
        "type": "rect",
        "x0": low,
        "x1": high,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": colour,
        "line": {"width": 0},
        **settings,
    }


def frame(at: float, half: float, colour: str, *, low: float, high: float) -> dict[str, Any]:
    """A line round what stands at this place, from ``low`` to ``high``."""
    return {
        "type": "rect",
        "x0": at - half,
        "x1": at + half,
        "y0": low,
        "y1": high,
        "line": {"color": colour, "width": 2},
    }


def diagonal(low: float, high: float, colour: str) -> dict[str, Any]:
    """A dotted line along which both axes, from ``low`` to ``high``, have the same value."""
    return {
        "type": "line",
        "x0": low,
        "x1": high,
        "y0": low,
        "y1": high,
        "line": {"color": colour, "width": 1.5, "dash": "dot"},
    }
