"""Return for risk taken, and risk beside a benchmark. Everything is None where it would divide by nothing.

Returns are simple, a period each, as fractions; `periods` is how many make a year (252 daily, 12 monthly). Fewer than
20 observations give no figure.
"""

from collections.abc import Callable, Sequence
from math import fsum, sqrt
from statistics import fmean

from holdings.measures.risk import LEAST_OBSERVATIONS, TRADING_DAYS

FLAT = 1e-12
"""A deviation below this is none: what is left of equal returns after rounding."""

Returns = Sequence[float]


def per_period(annual: float, periods: int = TRADING_DAYS) -> float:
    """(1 + annual)^(1 / periods) - 1."""
    return float((1 + annual) ** (1 / periods) - 1)


def sharpe(returns: Returns, risk_free: Returns, periods: int = TRADING_DAYS) -> float | None:
    """mean(r - rf) / stdev(r - rf) x sqrt(periods); arithmetic, n - 1."""
    excess = _less(returns, risk_free)
    return _quotient(excess, _deviation, sqrt(periods))


def sortino(returns: Returns, target: Returns, periods: int = TRADING_DAYS) -> float | None:
    """mean(r - target) / sqrt(mean over all periods of min(r - target, 0)^2) x sqrt(periods)."""
    return _quotient(_less(returns, target), _downside, sqrt(periods))


def tracking_error(returns: Returns, benchmark: Returns, periods: int = TRADING_DAYS) -> float | None:
    """stdev(r_p - r_b) x sqrt(periods), n - 1."""
    active = _less(returns, benchmark)
    return _deviation(active) * sqrt(periods) if len(active) >= LEAST_OBSERVATIONS else None


def information_ratio(returns: Returns, benchmark: Returns, periods: int = TRADING_DAYS) -> float | None:
    """periods x mean(r_p - r_b) / tracking error."""
    return _quotient(_less(returns, benchmark), _deviation, sqrt(periods))


def beta(returns: Returns, benchmark: Returns, risk_free: Returns) -> float | None:
    """cov / var of excess returns, both with the same n - 1."""
    own, other = _less(returns, risk_free), _less(benchmark, risk_free)
    if len(own) < LEAST_OBSERVATIONS:
        return None
    mean_own, mean_other = fmean(own), fmean(other)
    spread = fsum((b - mean_other) ** 2 for b in other)
    together = fsum((a - mean_own) * (b - mean_other) for a, b in zip(own, other, strict=True))
    return together / spread if sqrt(spread / (len(other) - 1)) > FLAT else None


def jensen_alpha(returns: Returns, benchmark: Returns, risk_free: Returns, periods: int = TRADING_DAYS) -> float | None:
    """periods x (mean excess_p - beta x mean excess_b), a year."""
    slope = beta(returns, benchmark, risk_free)
    if slope is None:
        return None
    return periods * (fmean(_less(returns, risk_free)) - slope * fmean(_less(benchmark, risk_free)))


def _less(one: Returns, other: Returns) -> list[float]:
    return [a - b for a, b in zip(one, other, strict=True)]


def _quotient(excess: Returns, risk: Callable[[Returns], float], scale: float) -> float | None:
    if len(excess) < LEAST_OBSERVATIONS:
        return None
    spread = risk(excess)
    return fmean(excess) / spread * scale if spread > FLAT else None


def _deviation(values: Returns) -> float:
    mean = fmean(values)
    return sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _downside(values: Returns) -> float:
    return sqrt(fmean(min(value, 0.0) ** 2 for value in values))
