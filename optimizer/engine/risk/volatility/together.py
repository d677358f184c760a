"""Daily variance of several holdings together, out of each one's own range."""

import numpy as np

from optimizer.engine.risk.covariance import HALF_LIFE
from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.volatility.ewma import decay_of
from optimizer.engine.risk.volatility.series import Series, is_complete, of_ranges, of_returns


def of_holdings(returns: Floats, ranges: Floats, weights: Floats) -> Series:
    """Returns and ranges (T x n) of holdings with fixed weights (n), NaN where an asset has none.

    Ranges do not add up, since holdings reach their highs at different hours. So a day's variance is w'S w with S made
    of each holding's own variance of that day and of correlations of closes, an EWMA of half-life HALF_LIFE until that
    evening. Where a holding had no close yet, the others stand for it in proportion.
    """
    held = np.where(np.isfinite(returns), weights, 0.0)
    held *= weights.sum() / held.sum(axis=1, keepdims=True)
    moves = np.nan_to_num(returns)
    scaled = held * np.sqrt(np.array([_own(*each) for each in zip(returns.T, ranges.T, strict=True)]).T)
    return Series((moves * held).sum(axis=1), _joined(moves, scaled))


def _own(returns: Floats, ranges: Floats) -> Floats:
    """Each session's variance (T) from close to close, by its range or by its square; 0 before the first return."""
    first = int(np.argmax(np.isfinite(returns)))
    returns, ranges = returns[first:], ranges[first:]
    series = of_ranges(returns, ranges) if is_complete(returns, ranges) else of_returns(returns)
    return np.concatenate([np.zeros(first), series.proxy * series.level])


def _joined(moves: Floats, scaled: Floats) -> Floats:
    """Sum over pairs of their day's deviations (T x n) times their correlation by `moves` (T x n) until then (T)."""
    decay, joint, made = decay_of(HALF_LIFE), np.zeros((moves.shape[1],) * 2), np.zeros(len(moves))
    for session, move in enumerate(moves):
        joint = decay * joint + (1 - decay) * np.outer(move, move)
        deviation = np.sqrt(joint.diagonal())
        part = np.divide(scaled[session], deviation, out=np.zeros(len(move)), where=deviation > 0)
        made[session] = part @ joint @ part
    return np.maximum(made, 0.0)
