"""The frame of a report: one HTML file that needs nothing else, and can ask for nothing."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

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
    _parts: list[str] = field(default_factory=list)
    _charts: list[Ready] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.size = len(_frame(self.title, "", _packed("{}"))) + 1000

    def add(self, html: str) -> None:
        """HTML as it is: whoever writes it has escaped what came from a person."""
        self._parts.append(html)
        self.size += len(html.encode())

    def show(self, made: Ready) -> None:
        """A chart under its sentence, with how to read it and its numbers."""
        chart, key = made.chart, len(self._charts)
        self._charts.append(made)
        self.size += made.weight
        height = int(chart.figure.layout.height or 400)
        how, numbers = tr("How to read"), tr("Numbers")
        caution = tr("Does not mean: {caution}", caution=chart.caution)
        self.add(
            f"<figure><h3>{escape(chart.title)}</h3>"
            f'<div class="plot" data-chart="{key}" role="img" aria-label="{escape(chart.alt)}" '
            f'style="height:{height}px"></div>'
            f"<details><summary>{escape(how)}</summary><p>{escape(chart.reads)}</p>"
            f"<p>{escape(caution)}</p></details>"
            f'<details class="numbers" data-chart="{key}"><summary>{escape(numbers)}'
            "</summary></details></figure>"
        )

    def fits(self, more: int) -> bool:
        """Whether so many bytes more keep the report within its limit."""
        return self.size + more <= MOST

    def finished(self) -> bytes:
        """The whole file."""
        night = json.dumps(sorted(light_to_dark().items()))
        figures = ",".join(made.figure for made in self._charts)
        tables = ",".join(made.table for made in self._charts)
        payload = f'{{"figures":[{figures}],"tables":[{tables}],"night":{night}}}'
        return _frame(self.title, "".join(self._parts), _packed(payload)).encode()


def chapter(words: str) -> str:
    """A heading of the first rank."""
    return f"<h2>{escape(words)}</h2>"


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of equal keys as an HTML table; numbers stand at the right."""
    head = "".join(f"<th>{escape(str(name))}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def facts(values: Mapping[str, object]) -> str:
    """Names and values, one to a row; what was said when a network was loaded is said again."""
    rows = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(again(value)))}</td></tr>"
        for name, value in values.items()
        if value not in ("", None)
    )
    return f'<table class="facts">{rows}</table>'


def picture(png: bytes, alt: str, *, kind: str = "") -> str:
    """A PNG inside the page."""
    data = base64.b64encode(png).decode()
    return f'<img class="{kind}" src="data:image/png;base64,{data}" alt="{escape(alt)}">'


def _cell(value: object) -> str:
    number = isinstance(value, int | float) or (isinstance(value, str) and value[:1].isdigit())
    return f"<td{' class=number' if number else ''}>{escape(str(value))}</td>"


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


def _frame(title: str, body: str, charts: str) -> str:
    draw = (HERE / "html_page.js").read_text(encoding="utf-8")
    style = (HERE / "html_page.css").read_text(encoding="utf-8")
    # Only these scripts run: not one that found its way in by the name of a file or a class.
    nonce = sha256((title + body + charts).encode()).hexdigest()[:32]
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!doctype html><html lang="{TAGS[language()]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>{body}"
        f'<script id="plotly" type="text/plain">{_script()}</script>'
        f'<script id="charts" type="text/plain">{charts}</script>'
        f'<script id="draw" nonce="{nonce}">{draw}</script></body></html>'
    )
