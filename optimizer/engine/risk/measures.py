"""Volatility, tracking error and CVaR of weights."""

from math import sqrt

import numpy as np

from optimizer.engine.risk.returns import Closes, Floats, simple_returns

MONTH, WEEK = 21, 5
SCENARIOS, WEEKS = 2520, 520
LEVEL = 0.95


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
    if not returns.size:
        return returns
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


def cvar(weights: Floats, scenarios: Floats, level: float = LEVEL) -> float:
    """Mean loss of the worst (1 - level) of the scenarios (T x n), positive; the last scenario may count in part."""
    return float(cvar_slope(weights, scenarios, level) @ weights)


def cvar_slope(weights: Floats, scenarios: Floats, level: float = LEVEL) -> Floats:
    """Mean loss (n) of the worst scenarios (T x n) for these weights: CVaR is its product with them, and no less than
    its product with any others.
    """
    if not len(scenarios):
        return np.zeros(len(weights))
    return -_worst(scenarios @ weights, scenarios, level)


def cdar(weights: Floats, returns: Floats, level: float = LEVEL) -> float:
    """Mean of the worst (1 - level) of the drawdowns of weights (n) held through returns (T x n), uncompounded.

    Chekhlov, Uryasev and Zabarankin, "Drawdown measure in portfolio optimization", 2005.
    """
    return float(cdar_slope(weights, returns, level) @ weights)


def cdar_slope(weights: Floats, returns: Floats, level: float = LEVEL) -> Floats:
    """Mean fall (n) from its peak at the worst drawdowns of these weights; as `cvar_slope` to CVaR, so to CDaR."""
    if not len(returns):
        return np.zeros(len(weights))
    paths = np.vstack((np.zeros(len(weights)), np.cumsum(returns, axis=0)))
    values = paths @ weights
    peaks = np.maximum.accumulate(np.where(values >= np.maximum.accumulate(values), np.arange(len(values)), 0))
    falls = paths[1:] - paths[peaks[1:]]
    return -_worst(falls @ weights, falls, level)


def _worst(results: Floats, of: Floats, level: float) -> Floats:
    """Mean row (n) of the worst (1 - level) of the results, the last of them in part."""
    tail = (1 - level) * len(results)
    order = np.argsort(results, kind="stable")
    share = np.clip(tail - np.arange(len(results)), 0.0, 1.0)[: int(tail) + 1]
    mean: Floats = share @ of[order[: len(share)]] / tail
    return mean


def _slope(y: Floats, x: Floats) -> float:
    return float(np.cov(y, x)[0, 1] / max(x.var(ddof=1), 1e-12)) if len(y) > 1 else 0.0
