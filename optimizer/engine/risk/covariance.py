"""The covariance of daily returns, annualised: a correlation times volatilities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.returns import Closes, Floats, Mask, simple_returns
from optimizer.engine.risk.shrinkage import constant_correlation, nonlinear
from optimizer.engine.types import EstimatorName

YEAR = 252
WINDOW = 504
HALF_LIFE = 63
FLOOR = 1e-4  # annual volatility of an asset whose price never moves


@dataclass(frozen=True, slots=True)
class Estimator:
    """`correlation`: p x p from complete returns (T x p). `volatility`: annual, n from returns with gaps (T x n)."""

    correlation: Callable[[Floats], Floats]
    volatility: Callable[[Floats], Floats]


def covariance(history: Closes, estimator: EstimatorName = "nonlinear") -> Floats:
    """Annual covariance (n x n) from the last WINDOW returns, by one of ESTIMATORS.

    Volatility: each asset's own. Correlation: the estimator on assets with a complete window. An asset with a shorter
    history enters through one factor, the equal-weighted standardised mean of the complete ones: its correlation with
    that factor is measured on its own sessions, and what the factor leaves is taken as its own. That keeps the matrix
    positive semidefinite.
    """
    if not history.values.size:
        return np.zeros((0, 0))
    returns = simple_returns(history)[-WINDOW:]
    returns = returns[np.isfinite(returns).any(axis=1)]
    complete = np.asarray(np.isfinite(returns).all(axis=0))
    by = ESTIMATORS[estimator]
    volatility = by.volatility(returns)
    correlation = _with_short_histories(returns, complete, by.correlation(returns[:, complete]))
    scaled: Floats = correlation * np.outer(volatility, volatility)
    return scaled


def ewma_volatility(returns: Floats, half_life: float = HALF_LIFE) -> Floats:
    """Annual volatility (n) of returns (T x n) about zero, a square's weight halving every `half_life` sessions.

    Missing returns are left out and the weights rescaled.
    """
    age = np.arange(len(returns))[::-1, None]
    weights = np.where(np.isfinite(returns), 0.5 ** (age / half_life), 0.0)
    variance = (weights * np.nan_to_num(returns) ** 2).sum(axis=0) / weights.sum(axis=0)
    annual: Floats = np.maximum(np.sqrt(variance * YEAR), FLOOR)
    return annual


def sample_volatility(returns: Floats) -> Floats:
    """Annual standard deviation (n) of the known returns (T x n)."""
    deviation = np.std if np.isfinite(returns).all() else np.nanstd  # the latter takes five times as long
    annual: Floats = np.maximum(deviation(returns, axis=0, ddof=1) * np.sqrt(YEAR), FLOOR)
    return annual


def sample_correlation(returns: Floats) -> Floats:
    """Correlation (p x p) of complete returns (T x p) as it was; what never moves is correlated with nothing."""
    centred = returns - returns.mean(axis=0)
    scores = centred / np.maximum(np.sqrt((centred**2).sum(axis=0)), 1e-12)
    correlation: Floats = scores.T @ scores
    np.fill_diagonal(correlation, 1.0)
    return correlation


ESTIMATORS: Mapping[EstimatorName, Estimator] = {
    "nonlinear": Estimator(nonlinear, ewma_volatility),
    "constant_correlation": Estimator(constant_correlation, ewma_volatility),
    "sample": Estimator(sample_correlation, sample_volatility),
}


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
