"""Drawdown and volatility of a return index: flows removed, so that a withdrawal is no loss."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum, sqrt

from holdings.measures.twr import Point

TRADING_DAYS = 252
LEAST_OBSERVATIONS = 20


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak, as a fraction not above 0; `recovered` is None while it lasts."""

    depth: float
    peak: date
    trough: date
    recovered: date | None


def max_drawdown(points: Sequence[Point]) -> Drawdown | None:
    """min over t of I_t / max_{s <= t} I_s - 1, the first point counting as a peak. None when nothing ever fell."""
    deepest: Drawdown | None = None
    peak = points[0] if points else None
    for point in points:
        if peak is None or point.level >= peak.level:
            if deepest and peak and deepest.peak == peak.day and deepest.recovered is None:
                deepest = replace(deepest, recovered=point.day)
            peak = point
        elif (depth := point.level / peak.level - 1) < (deepest.depth if deepest else 0):
            deepest = Drawdown(depth, peak.day, point.day, None)
    return deepest


def volatility(returns: Sequence[float], periods: int = TRADING_DAYS) -> float | None:
    """Annual standard deviation: stdev (n - 1) of simple returns x sqrt(periods a year).

    periods: 252 for daily returns, 12 for monthly. None for fewer than 20 returns.
    """
    count = len(returns)
    if count < LEAST_OBSERVATIONS:
        return None
    mean = fsum(returns) / count
    return sqrt(fsum((r - mean) ** 2 for r in returns) / (count - 1) * periods)
