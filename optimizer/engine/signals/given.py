"""Series that somebody else makes: scores of instruments, or one value a day. What was known of them, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import atanh, sqrt, tanh

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.signals.record import LEAST_MONTHS, sure
from optimizer.engine.signals.scores import MONTH

STALE = timedelta(days=400)
"""An older value is no longer known: a yearly figure and its delay fit in."""

CHANGE = 63
"""Sessions over which a series of one value a day is said to have moved."""

Points = Sequence[tuple[date, float]]


def known(series: Mapping[str, Points], assets: Sequence[str], days: Sequence[date], lag: int) -> Floats:
    """T x n: at each of `days` the last value of each asset whose day is `lag` calendar days back at least.

    series: points by asset, rising by day. NaN before the first, and after STALE.
    """
    found = np.full((len(days), len(assets)), np.nan)
    when = np.array(days, dtype="datetime64[D]")
    for column, asset in enumerate(assets):
        points = series.get(asset, ())
        if points:
            dated = np.array([day for day, _ in points], dtype="datetime64[D]")
            values = np.array([value for _, value in points])
            at = np.searchsorted(dated + lag, when, side="right") - 1
            old = when - (dated + lag)[np.maximum(at, 0)] > np.timedelta64(STALE.days, "D")
            found[:, column] = np.where((at < 0) | old, np.nan, values[np.maximum(at, 0)])
    return found


@dataclass(frozen=True, slots=True)
class Foretold:
    """Correlation of a series' change over 63 sessions with the mean return of the instruments in the next 21.

    One pair a month; low and high: 95 % by Fisher's z; halves: of the earlier and the later months. why: "told" beyond
    chance, "chance", or "short".
    """

    months: int
    first: date | None
    correlation: float
    t: float
    low: float
    high: float
    halves: tuple[float, float]
    why: str


def foretold(values: Floats, days: Sequence[date], closes: Floats, tried: int) -> Foretold:
    """values: T, what was known at each day. closes: T x n. No month reads a later day but the return it foretells."""
    last = len(closes) - 1 - MONTH
    ends = np.array(range(last, CHANGE - 1, -MONTH)[::-1], dtype=int)
    with np.errstate(invalid="ignore"):
        moved = values[ends] - values[ends - CHANGE]
        ahead = _means(closes[ends + MONTH] / closes[ends] - 1.0)
    both = np.isfinite(moved) & np.isfinite(ahead)
    moved, ahead, ends = moved[both], ahead[both], ends[both]
    count, first = len(ends), days[ends[0]] if len(ends) else None
    if count < LEAST_MONTHS or moved.std() == 0 or ahead.std() == 0:
        return Foretold(count, first, 0.0, 0.0, -1.0, 1.0, (0.0, 0.0), "short")
    found, half = _correlation(moved, ahead), count // 2
    t = found * sqrt((count - 2) / max(1 - found**2, 1e-12))
    width = 1.96 / sqrt(count - 3)
    middle = atanh(min(max(found, -0.999999), 0.999999))
    halves = (_correlation(moved[:half], ahead[:half]), _correlation(moved[half:], ahead[half:]))
    why = "told" if abs(t) >= sure(tried) else "chance"
    return Foretold(count, first, found, t, tanh(middle - width), tanh(middle + width), halves, why)


def _means(returns: Floats) -> Floats:
    """Of each row's known values; NaN where none is."""
    known = np.isfinite(returns)
    sums, counts = np.where(known, returns, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _correlation(a: Floats, b: Floats) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0
