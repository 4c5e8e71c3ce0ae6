"""Sample values of any depth as 8 bits, and remarks on what was taken for black and white.

A file says how many bits a sample has room for, seldom how many it uses: 12 bits of a sensor in 16,
an elevation in metres, a missing value of -9999. What is guessed here is said to be a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from senet_viz.core.translation import tr

AT_ONCE = 2**22  # samples turned at a time: the copies in between take 32 MB each, not 400
NARROW = 1 / 16  # of the room for values; a picture that uses less of it is stretched
USUAL_DEPTHS = (8, 10, 12, 14)  # bits of sensors and scanners that write into 16
# What programs write where there is no value; so is all that is further from 0 than HUGE.
FILLS = (-9999.0, -99999.0, -32768.0, -2147483648.0)
HUGE = 1e19
FLAT = 26  # of 256 grey levels; a picture that has nearly all in so few is remarked on

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Sample values as a file has them.

    ``values`` (height, width, bands) are whole or floating-point numbers, ``bits`` is the room that
    the file gives to each. Where ``white_is_zero`` the lowest is white. Places that equal
    ``missing`` hold no value. ``highest`` is the value that the file says is white, if it does.
    """

    values: npt.NDArray[Any]
    bits: int
    white_is_zero: bool = False
    missing: tuple[float, ...] = ()
    highest: int | None = None


@dataclass(frozen=True, slots=True)
class _Range:
    """What becomes black and white, what holds no value, and the remarks on that."""

    black: float
    white: float
    missing: tuple[float, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Values as 0 (black) to 255, which value is 255, and remarks on what that took."""

    values: Bytes
    white: float
    notes: tuple[str, ...]


def to_eight_bits(samples: Samples) -> Shown:
    """The values as 0 to 255, in their shape; a missing one is black."""
    range_ = _range(samples)
    out = np.empty(samples.values.shape, np.uint8)
    absent = 0
    for part, target in zip(parts(samples.values), parts(out), strict=True):
        holes = _equal(part, range_.missing)
        target[:] = _scaled(part, range_, turned=samples.white_is_zero)
        target[holes] = 0
        absent += int(holes.sum())
    notes = [*range_.notes]
    if samples.white_is_zero:
        notes.append(tr("inverted, as white is zero in this file"))
    if absent:
        notes.append(
            tr(
                "{share:.2g}% of the values are missing ({values}) and are shown black",
                share=100 * absent / out.size,
                values=", ".join(f"{value:.6g}" for value in range_.missing),
            )
        )
    if samples.bits > 8:
        notes.append(_flatness(out, range_))
    return Shown(out, range_.white, tuple(notes))


def _range(samples: Samples) -> _Range:
    low, high = _limits(samples.values, samples.missing)
    if low > high:  # not a single value
        return _Range(0.0, 1.0, samples.missing, ())
    if samples.values.dtype.kind in "ub" and samples.bits <= 16:
        return _unsigned(samples, low, high)
    guessed = _fills(samples, low, high)
    missing = (*samples.missing, *guessed)
    low, high = _limits(samples.values, missing)
    if samples.values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    taken = (
        tr("{value:.6g} is taken to stand for a missing value (a guess)", value=value)
        for value in guessed
    )
    return _Range(low, high, missing, (_said(samples.bits, low, high), *taken))


def _said(bits: int, low: float, high: float) -> str:
    return tr(
        "{bits}-bit values {low:.4g} to {high:.4g} shown as black to white",
        bits=bits,
        low=low,
        high=high,
    )


def _unsigned(samples: Samples, low: float, high: float) -> _Range:
    """Counts from 0: the whole room for them is black to white, unless they use little of it."""
    room, missing = float(2**samples.bits - 1), samples.missing
    if samples.bits <= 8:
        return _Range(0.0, room, missing, ())
    declared = samples.highest
    if declared is not None and high <= declared < room and declared > 0:
        return _Range(0.0, float(declared), missing, (_said(samples.bits, 0, declared),))
    fitting = [bits for bits in USUAL_DEPTHS if bits < samples.bits and high < 2**bits]
    if fitting and high > 0:
        guess = tr(
            "no {bits}-bit value is above {high:,.0f}: taken to range over {used} bits (a guess), "
            "0 to {white:,} shown as black to white",
            bits=samples.bits,
            high=high,
            used=fitting[0],
            white=2 ** fitting[0] - 1,
        )
        return _Range(0.0, float(2 ** fitting[0] - 1), missing, (guess,))
    if 0 < high - low < NARROW * room:
        guess = tr(
            "{bits}-bit values use little of their range: {low:,.0f} to {high:,.0f} shown as black "
            "to white (a guess)",
            bits=samples.bits,
            low=low,
            high=high,
        )
        return _Range(low, high, missing, (guess,))
    whole = (
        tr("16-bit values divided by 257 to fit 8 bits")
        if samples.bits == 16
        else _said(samples.bits, 0, room)
    )
    return _Range(0.0, room, missing, (whole,))


def _fills(samples: Samples, low: float, high: float) -> tuple[float, ...]:
    """A lowest or highest value that often stands for none, and lies far from all others."""
    fills: tuple[float, ...] = ()
    for end in (low, high):
        if end in FILLS or abs(end) > HUGE:
            first, last = _limits(samples.values, (*samples.missing, *fills, end))
            if 0 < last - first < min(abs(end - first), abs(end - last)):
                fills = (*fills, end)
    return fills


def _limits(values: npt.NDArray[Any], missing: tuple[float, ...]) -> tuple[float, float]:
    """The lowest and highest value; (inf, -inf) where there is none."""
    low, high = np.inf, -np.inf
    for part in parts(values):
        with np.errstate(invalid="ignore"):
            there = ~_equal(part, missing)
            if part.dtype.kind == "f":
                there &= np.isfinite(part)
            if there.any():
                numbers = part[there]
                low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
    return low, high


def _scaled(part: npt.NDArray[Any], range_: _Range, *, turned: bool) -> Bytes:
    """Black to 0 and white to 255, rounded; infinities black and white, no number black."""
    span = range_.white - range_.black
    with np.errstate(all="ignore"):
        numbers = part.astype(np.float64)
        np.clip(numbers, range_.black, range_.white, out=numbers)
        numbers -= range_.black
        numbers *= 255 / span if span else 0
        nothing = np.isnan(numbers)
        if turned:
            np.subtract(255, numbers, out=numbers)
        numbers[nothing] = 0
        np.add(numbers, 0.5, out=numbers)
        return np.floor(numbers, out=numbers).astype(np.uint8)


def _equal(part: npt.NDArray[Any], values: tuple[float, ...]) -> npt.NDArray[np.bool_]:
    """Where a value is one of these, as near as its own type can say it."""
    equal = np.zeros(part.shape, bool)
    for value in values:
        kind = part.dtype.type
        if part.dtype.kind == "f":
            with np.errstate(over="ignore"):
                equal |= part == kind(value)
        elif value.is_integer() and np.iinfo(kind).min <= value <= np.iinfo(kind).max:
            equal |= part == kind(int(value))
    return equal


def _flatness(out: Bytes, range_: _Range) -> str:
    """A remark where nearly all of the picture has one brightness, though not quite all."""
    counts = np.bincount(out.ravel(), minlength=256) if out.size < AT_ONCE else _counts(out)
    share = np.cumsum(counts) / out.size
    first, last = (int(np.searchsorted(share, edge)) for edge in (0.01, 0.99))
    if last - first >= FLAT or np.count_nonzero(counts) < 2:
        return ""
    step = (range_.white - range_.black) / 255
    low, high = range_.black + first * step, range_.black + last * step
    return tr(
        "hardly any contrast: 98% of the picture lies between {low:.4g} and {high:.4g}, "
        "{levels} of 256 grey levels",
        low=low,
        high=high,
        levels=last - first + 1,
    )


def _counts(out: Bytes) -> npt.NDArray[np.int64]:
    total = np.zeros(256, np.int64)
    for part in parts(out):
        total += np.bincount(part.ravel(), minlength=256)
    return total


def parts(values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Some rows at a time, each a view that can be written to."""
    rows = max(1, AT_ONCE // max(1, int(np.prod(values.shape[1:]))))
    for start in range(0, len(values), rows):
        yield values[start : start + rows]
