"""A figure as it is sent to the page: so that the browser draws it once, and not three times.

Streamlit draws a chart, adds what it needs for clicks, and gives a copy of it all to Plotly again;
Plotly then draws everything again unless it finds nothing new. New is, by its rules, every template
(it compares those by identity), every packed array, and what Streamlit added. So the template is
laid out here, short arrays are sent as numbers, and the settings for clicks are there at once.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

from dashboard.components.chart_margins import roomy

SHORT = 520  # numbers: longer arrays stay packed, a quarter of the bytes
FOR_CLICKS = {"clickmode": "event+select", "dragmode": "pan", "hovermode": "closest"}
SAME_NUMBERS = {"datarevision": 0}  # a chart with other numbers is another one to Streamlit
AXIS = re.compile(r"[xy]axis\d*")


class Sent(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """What ``st.plotly_chart`` takes for a figure, and sends letter by letter."""

    def __init__(self, figure: go.Figure, *, clicks: bool) -> None:
        self._spec = spec(figure, clicks=clicks)

    def to_dict(self) -> dict[str, Any]:
        return self._spec


def spec(figure: go.Figure, *, clicks: bool) -> dict[str, Any]:
    """The figure's JSON with its template laid out and its short arrays as numbers.

    ``clicks``: whether a click on it means something; one that has none stays as it is.
    """
    payload: dict[str, Any] = figure.to_dict()
    layout = payload["layout"]
    look = layout.pop("template", {})
    of_all = dict(look.get("layout", {}))
    axes = {name: of_all.pop(name, {}) for name in ("xaxis", "yaxis")}
    for name in {"xaxis", "yaxis", *filter(AXIS.fullmatch, layout)}:
        layout[name] = _over(axes[name[:5]], layout.get(name, {}))
    payload["data"] = [
        _plain(_over(look.get("data", {}).get(trace["type"], [{}])[0], trace))
        for trace in payload["data"]
    ]
    payload["layout"] = (
        roomy(_over(of_all, layout), payload["data"])
        | SAME_NUMBERS
        | (FOR_CLICKS if clicks else {})
    )
    return payload


def _over(usual: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """``given``, with defaults from ``usual`` where it has no value."""
    settings = {name: value for name, value in given.items() if value is not None}
    for name in usual.keys() & settings.keys():
        if isinstance(usual[name], Mapping) and isinstance(settings[name], Mapping):
            settings[name] = _over(usual[name], settings[name])
    return {**usual, **settings}


def _plain(value: Any) -> Any:
    """The same with every short packed array of finite numbers as a list."""
    if isinstance(value, dict):
        return _unpacked(value) if "bdata" in value else {k: _plain(v) for k, v in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _unpacked(packed: dict[str, Any]) -> Any:
    array = np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]))
    if array.size > SHORT or not np.isfinite(array).all():
        return packed
    shape = packed.get("shape")
    return array.reshape([int(n) for n in str(shape).split(",")] if shape else -1).tolist()
