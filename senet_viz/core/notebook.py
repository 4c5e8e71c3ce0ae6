"""How a result shows itself in a notebook: as a small table, all text in it escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from senet_viz.core.translation import tr

MOST_ROWS = 60
Row = Mapping[str, Any]


class Shown:
    """For records: ``_shown`` gives the rows that a notebook shows."""

    __slots__ = ()

    def _shown(self) -> Sequence[Row]:
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return html_table(self._shown())


def html_table(rows: Sequence[Row]) -> str:
    """Rows of equal keys as HTML; of more than 60 the first, and how many more there are.

    >>> html_table([{"block": "<se>", "gate": 0.25}])
    '<table><tr><th>block</th><th>gate</th></tr><tr><td>&lt;se&gt;</td><td>0.250</td></tr></table>'
    """
    if not rows:
        return "<table></table>"
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row.values())}</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = len(rows) - MOST_ROWS
    rest = tr("and {n} more", n=more)
    note = f"<p>{escape(rest)}</p>" if more > 0 else ""
    return f"<table><tr>{head}</tr>{body}</table>{note}"


def _cell(value: Any) -> str:
    """A number with three decimals, or as small as it is; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0 or 0.001 <= abs(value) < 1e6 else f"{value:.1e}"
    return str(value)
