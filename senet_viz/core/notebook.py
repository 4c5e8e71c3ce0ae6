"""Results as small tables, printed or in a notebook."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from senet_viz.core.translation import tr

MOST_ROWS = 60
Row = Mapping[str, Any]


class Shown:
    """For records: ``_shown`` gives the rows of the table that they are shown as."""

    __slots__ = ()

    def _shown(self) -> Sequence[Row]:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}\n{text_table(self._shown())}"

    def _repr_html_(self) -> str:
        return html_table(self._shown())


def text_table(rows: Sequence[Row]) -> str:
    """Rows of equal keys as lines of text; of more than 60 the first, and how many more there are.

    >>> print(text_table([{"block": "se", "gate": 0.25}]))
    block   gate
    se     0.250
    """
    if not rows:
        return ""
    lines = [tuple(rows[0]), *(tuple(map(_cell, row.values())) for row in rows[:MOST_ROWS])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numbers = [isinstance(value, int | float) for value in rows[0].values()]
    rows_as_text = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    ]
    if len(rows) > MOST_ROWS:
        rows_as_text.append(tr("and {n} more", n=len(rows) - MOST_ROWS))
    return "\n".join(rows_as_text)


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
