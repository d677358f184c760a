"""The covariance of daily returns, annualised: shrunk correlation times recent volatility."""

from collections.abc import Callable, Mapping

import numpy as np

from optimizer.engine.risk.returns import Closes, Floats, Mask, simple_returns
from optimizer.engine.risk.shrinkage import constant_correlation, nonlinear

YEAR = 252
WINDOW = 504
HALF_LIFE = 63
FLOOR = 1e-4  # annual volatility of an asset whose price never moves

Estimator = Callable[[Floats], Floats]
ESTIMATORS: Mapping[str, Estimator] = {"nonlinear": nonlinear, "constant_correlation": constant_correlation}


def covariance(history: Closes, estimator: str = "nonlinear") -> Floats:
    """Annual covariance (n x n) from the last WINDOW returns.

    Volatility: exponentially weighted squares of each asset's own returns, half-life HALF_LIFE sessions, mean zero.
    Correlation: the estimator on assets with a complete window. An asset with a shorter history enters through one
    factor, the equal-weighted standardised mean of the complete ones: its correlation with that factor is measured on
    its own sessions, and what the factor leaves is taken as its own. That keeps the matrix positive semidefinite.
    """
    returns = simple_returns(history)[-WINDOW:]
    returns = returns[np.isfinite(returns).any(axis=1)]
    complete = np.asarray(np.isfinite(returns).all(axis=0))
    volatility = ewma_volatility(returns)
    correlation = _with_short_histories(returns, complete, ESTIMATORS[estimator](returns[:, complete]))
    scaled: Floats = correlation * np.outer(volatility, volatility)
    return scaled


def ewma_volatility(returns: Floats, half_life: float = HALF_LIFE) -> Floats:
    """Annual volatility (n) of returns (T x n); missing returns are left out and the weights rescaled."""
    age = np.arange(len(returns))[::-1, None]
    weights = np.where(np.isfinite(returns), 0.5 ** (age / half_life), 0.0)
    variance = (weights * np.nan_to_num(returns) ** 2).sum(axis=0) / weights.sum(axis=0)
    annual: Floats = np.maximum(np.sqrt(variance * YEAR), FLOOR)
    return annual


def _with_short_histories(returns: Floats, complete: Mask, correlation: Floats) -> Floats:
    """The correlation of all assets from that of the complete ones."""
    if complete.all():
        return correlation
    scores = returns[:, complete]
    scores = (scores - scores.mean(axis=0)) / np.maximum(scores.std(axis=0), 1e-12)
    factor = scores.mean(axis=1)
    with_factor = correlation.mean(axis=1) / np.sqrt(correlation.mean())
    loading = np.empty(len(complete))
    loading[complete] = with_factor
    for j in np.flatnonzero(~complete):
        loading[j] = _correlation(returns[:, j], factor)
    full = np.outer(loading, loading)
    full[np.ix_(complete, complete)] = correlation
    np.fill_diagonal(full, 1.0)
    return full


def _correlation(returns: Floats, factor: Floats) -> float:
    known = np.isfinite(returns)
    own, common = returns[known], factor[known]
    if own.std() == 0 or common.std() == 0:
        return 0.0
    return float(np.clip(np.corrcoef(own, common)[0, 1], -0.99, 0.99))
