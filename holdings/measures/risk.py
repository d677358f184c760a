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
    """A fall from a peak, as a fraction not above 0; `recovered` is None while it lasts."""

    depth: float
    peak: date
    trough: date
    recovered: date | None


def drawdowns(points: Sequence[Point]) -> list[Drawdown]:
    """Every fall from a peak, in order of time: I_t / max_{s <= t} I_s - 1, the first point counting as a peak.

    A fall recovers on the first day whose level is again its peak's.
    """
    falls: list[Drawdown] = []
    peak = points[0] if points else None
    under_water: Drawdown | None = None
    for point in points:
        if peak is None or point.level >= peak.level:
            falls += [replace(under_water, recovered=point.day)] if under_water else []
            peak, under_water = point, None
        else:
            depth = point.level / peak.level - 1
            if under_water is None or depth < under_water.depth:
                under_water = Drawdown(depth, peak.day, point.day, None)
    return [*falls, under_water] if under_water else falls


def max_drawdown(points: Sequence[Point]) -> Drawdown | None:
    """The deepest fall, the earlier of equals. None when nothing ever fell."""
    return min(drawdowns(points), key=lambda fall: fall.depth, default=None)


def volatility(returns: Sequence[float], periods: int = TRADING_DAYS) -> float | None:
    """Annual standard deviation: stdev (n - 1) of simple returns x sqrt(periods a year).

    periods: 252 for daily returns, 12 for monthly. None for fewer than 20 returns.
    """
    count = len(returns)
    if count < LEAST_OBSERVATIONS:
        return None
    mean = fsum(returns) / count
    return sqrt(fsum((r - mean) ** 2 for r in returns) / (count - 1) * periods)
