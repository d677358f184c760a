"""Value at risk and the average loss beyond it: as it happened, and under a normal distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, fsum, sqrt
from statistics import NormalDist, fmean, stdev

LEAST = {0.95: 100, 0.99: 250}
"""Observations without which a historical quantile of that level is refused."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Tail:
    """Losses as positive fractions: `var` is exceeded in 1 - level of the periods, `cvar` is their average then."""

    var: float
    cvar: float


def quantile(values: Sequence[float], part: float) -> float:
    """Linear between order statistics, at (n - 1) x part: numpy's default, PERCENTILE.INC of spreadsheets."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * part
    low, high = ordered[floor(place)], ordered[ceil(place)]
    return low + (high - low) * (place - floor(place))


def tail_of(returns: Sequence[float], level: float) -> Tail:
    """VaR is minus the (1 - level) quantile; CVaR minus the mean of the returns at or below it."""
    edge = quantile(returns, 1 - level)
    beyond = [change for change in returns if change <= edge]
    return Tail(-edge, -fsum(beyond) / len(beyond))


def historical(returns: Sequence[float], level: float) -> Tail | None:
    """The tail of simple returns a period, level 0.95 or 0.99; None under 100 or 250 observations."""
    return tail_of(returns, level) if len(returns) >= LEAST[level] else None


def parametric(mean: float, deviation: float, level: float, periods: int = 1) -> Tail:
    """VaR = -(mu + z sigma), CVaR = -(mu - sigma phi(z) / a), with mu x periods and sigma x sqrt(periods)."""
    part = 1 - level
    z = _NORMAL.inv_cdf(part)
    mu, sigma = mean * periods, deviation * sqrt(periods)
    return Tail(-(mu + z * sigma), -(mu - sigma * _NORMAL.pdf(z) / part))


def normal_tail(returns: Sequence[float], level: float) -> Tail | None:
    """The parametric tail with the returns' own mean and deviation (n - 1); refused as the historical one is."""
    return parametric(fmean(returns), stdev(returns), level) if len(returns) >= LEAST[level] else None
