"""Numbers and names as charts write them."""

from collections.abc import Iterable
from html import escape

import numpy as np

from senet_viz.core.translation import tr


def number(value: float, form: str) -> str:
    """``value`` in this format, or the words for what is no number."""
    return format(value, form) if np.isfinite(value) else not_finite()


def gate(value: float) -> str:
    """Three decimals, or the words for what is no number."""
    return f"{value:.3f}" if np.isfinite(value) else not_finite()


def percent(share: float) -> str:
    """A share of 0 to 1 without decimals, but never "0%" for some or "100%" for not all."""
    if not np.isfinite(share):
        return not_finite()
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def signed(change: float, *, decimals: int) -> str:
    """With its sign, a minus as wide as the plus, and never "−0.00".

    >>> signed(-0.001, decimals=2), signed(-0.6, decimals=2)
    ('+0.00', '−0.60')
    """
    if not np.isfinite(change):
        return not_finite()
    return f"{round(float(change), decimals) + 0.0:+.{decimals}f}".replace("-", "−")


def tiny(value: float) -> str:
    """An error by its size: "3e-8", without the zero of Python's "3e-08"."""
    return number(value, ".0e").replace("e-0", "e-").replace("e+00", "")


def not_finite() -> str:
    """The words for what is no number."""
    return tr("not finite")


def literal(text: str) -> str:
    """``text`` so that plotly shows it letter by letter: no markup, entities or formulas."""
    # Plotly decodes the entity only after it has looked for $formulas$.
    return escape(text, quote=False).replace("$", "&#36;")


def shorten(text: str, *, limit: int) -> str:
    """At most ``limit`` letters, the middle left out: dotted names differ at both ends."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[-tail:]}" if tail else f"{text[: limit - 1]}…"


def hover(*lines: str, extra: str = "") -> str:
    """A trace's ``hovertemplate`` of these lines; plotly's own fields, "%{y}", come in as values.

    ``extra`` is what plotly shows beside its box.

    >>> hover(tr("gate {value}", value="%{y:.3f}"))
    'gate %{y:.3f}<extra></extra>'
    """
    return f"{'<br>'.join(lines)}<extra>{extra}</extra>"


def listing(words: Iterable[str]) -> str:
    """ "dog, cat, crane" """
    return tr(", ").join(words)


def paragraph(first: str, then: str) -> str:
    """Two sentences, or the first alone where there is no second."""
    return tr("{first} {then}", first=first, then=then) if then else first
