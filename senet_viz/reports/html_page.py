"""The frame of a report: one HTML file that needs nothing else, and can ask for nothing."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from senet_viz.core.translation import again, language, tr
from senet_viz.figures.base.chart import Chart
from senet_viz.figures.base.columns import headed
from senet_viz.figures.base.print_layout import light_to_dark

HERE = Path(__file__).parent
MOST = 5_000_000  # bytes of a report, so that it can be sent by mail
TAGS = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A chart as a report holds it: JSON of its figure and its numbers.

    ``weight`` is the bytes it adds to a report, about, and not less.
    """

    chart: Chart
    figure: str
    table: str
    weight: int


def ready(chart: Chart) -> Ready:
    """The chart, weighed."""
    figure: str = chart.figure.to_json()
    columns = {name: _plain(values) for name, values in headed(chart.table).items()}
    table = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    words = 3 * len((chart.title + chart.alt + chart.reads + chart.caution).encode())
    return Ready(chart, figure, table, len(_packed(figure + table, level=1)) + words + 700)


@dataclass(slots=True)
class Page:
    """A report on its way: HTML in order, and the charts that go with it.

    ``size`` is what it will have in bytes at most, with the frame and Plotly's script.
    """

    title: str
    size: int = 0
    _parts: list[Markup] = field(default_factory=list)
    _charts: list[Ready] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = len(_frame(self.title, Markup(), _packed("{}"))) + 1000

    def add(self, *parts: str) -> None:
        """Parts of the page, which ``html`` made; a string that is no Markup is escaped."""
        for part in map(escape, parts):
            self._parts.append(part)
            self.size += len(part.encode())

    def show(self, drawn: Ready) -> None:
        """A chart under its sentence, with how to read it and its numbers."""
        chart, key = drawn.chart, len(self._charts)
        self._charts.append(drawn)
        self.size += drawn.weight
        height = int(chart.figure.layout.height or 400)
        how, numbers = tr("How to read"), tr("Numbers")
        caution = tr("Does not mean: {caution}", caution=chart.caution)
        self.add(html("chart", chart, key, height, how, caution, numbers))

    def fits(self, more: int) -> bool:
        """Whether so many bytes more keep the report within its limit."""
        return self.size + more <= MOST

    def finished(self) -> bytes:
        """The whole file."""
        night = json.dumps(sorted(light_to_dark().items()))
        figures = ",".join(drawn.figure for drawn in self._charts)
        tables = ",".join(drawn.table for drawn in self._charts)
        payload = f'{{"figures":[{figures}],"tables":[{tables}],"night":{night}}}'
        return _frame(self.title, Markup().join(self._parts), _packed(payload)).encode()


@cache
def _parts() -> Any:
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.tests["numeral"] = _is_number
    return templates.get_template("html_page.html").module


def html(part: str, *values: Any) -> Markup:
    """A part of a page, a macro of html_page.html by name; ``values`` are escaped in it."""
    markup: Markup = getattr(_parts(), part)(*values)
    return markup


def facts(values: Mapping[str, object]) -> Markup:
    """Names and values, one to a row; what was said when a network was loaded is said again."""
    known = {name: again(value) for name, value in values.items() if value not in ("", None)}
    return html("facts", known)


def picture(png: bytes, alt: str, *, kind: str = "") -> Markup:
    """A PNG inside the page."""
    return html("picture", base64.b64encode(png).decode(), alt, kind)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value[:1].isdigit())


def _plain(values: Any) -> list[Any]:
    """A column as JSON takes it; a float32 in as many digits as tell it apart."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return [float(str(v)) if np.isfinite(v) else str(v) for v in values]
    return [_scalar(value) for value in values]


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value if isinstance(value, int | float | str | None) else str(value)


@cache
def _script() -> str:
    from plotly.offline import get_plotlyjs

    return _packed(get_plotlyjs())


def _packed(text: str, *, level: int = 9) -> str:
    """Compressed, as letters that mean nothing to HTML."""
    return base64.b64encode(gzip.compress(text.encode(), level, mtime=0)).decode()


def _frame(title: str, body: Markup, charts: str) -> str:
    draw, style = (
        (HERE / f"html_page.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")
    )
    nonce = sha256((title + body + charts).encode()).hexdigest()[:32]
    code = (Markup(style), body, _script(), charts, Markup(draw))
    return html("frame", TAGS[language()], title, *code, nonce)
