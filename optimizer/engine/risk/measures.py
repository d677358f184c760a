"""Volatility, tracking error and CVaR of weights."""

from math import sqrt

import numpy as np

from optimizer.engine.risk.returns import Closes, Floats, simple_returns

MONTH, WEEK = 21, 5
SCENARIOS, WEEKS = 2520, 520


def volatility(weights: Floats, covariance: Floats) -> float:
    """Annual standard deviation of weights (n), or tracking error when given a deviation from the target."""
    return sqrt(max(0.0, float(weights @ covariance @ weights)))


def monthly_scenarios(history: Closes) -> Floats:
    """Overlapping 21-session returns (at most SCENARIOS x n) of the assets.

    Overlap keeps every start date; neighbours share days, so the effective number of months is about T / 21. Before an
    asset's first close its return is its beta to the mean of the known assets times that mean.
    """
    return _with_proxies(simple_returns(history, MONTH)[-SCENARIOS:])


def weekly_returns(history: Closes) -> Floats:
    """Returns of consecutive 5-session weeks (at most WEEKS x n), the last one ending today; proxies as for months."""
    return _with_proxies(simple_returns(history, WEEK)[::-1][::WEEK][:WEEKS][::-1])


def _with_proxies(returns: Floats) -> Floats:
    returns = returns[np.isfinite(returns).any(axis=1)]
    known = np.isfinite(returns)
    complete = known.all(axis=0)
    market = returns[:, complete].mean(axis=1)
    for j in np.flatnonzero(~complete):
        have = known[:, j]
        beta = _slope(returns[have, j], market[have])
        returns[~have, j] = beta * market[~have]
    return returns


def downside(weights: Floats, scenarios: Floats) -> float:
    """Root mean square of the losses of weights (n) in the scenarios (T x n), gains counted as nothing."""
    losses = np.minimum(scenarios @ weights, 0.0)
    return sqrt(float((losses**2).mean())) if len(losses) else 0.0


def cvar(weights: Floats, scenarios: Floats, level: float = 0.95) -> float:
    """Mean loss of the worst (1 - level) of the scenarios (T x n), positive; the last scenario may count in part."""
    if not len(scenarios):
        return 0.0
    losses = np.sort(-(scenarios @ weights))[::-1]
    tail = (1 - level) * len(losses)
    whole = int(tail)
    rest = (tail - whole) * losses[whole] if whole < len(losses) else 0.0
    return float((losses[:whole].sum() + rest) / tail)


def _slope(y: Floats, x: Floats) -> float:
    return float(np.cov(y, x)[0, 1] / max(x.var(ddof=1), 1e-12)) if len(y) > 1 else 0.0
