"""The covariance of assets, given the state that the market is filtered to be in."""

import numpy as np

from optimizer.engine.risk.covariance import WINDOW, YEAR, ewma_volatility
from optimizer.engine.risk.regimes.hmm import Hmm, filtered
from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.risk.shrinkage import nonlinear

AHEAD, SEEN = 21, 1260
FEWEST = 126
"""Sessions that a state needs for a correlation of its own."""


def conditional_covariance(returns: Floats, market: Floats, model: Hmm) -> Floats:
    """Annual covariance (n x n) of complete returns (T x n) over the next AHEAD sessions, out of the last SEEN.

    Each session belongs to the state that it was filtered to be in, out of `market` (T) under `model`. The shrunk
    correlations of the states are mixed by how many of the next sessions each is expected to have. A volatility is that
    mix of the asset's variances in the two states, times the EWMA of its returns over its volatility in their state:
    what has changed since, whatever the state. Where a state has fewer than FEWEST sessions, all count for both.
    """
    turbulent = filtered(market, model)
    share = _expected_share(float(turbulent[-1]), model)
    seen, wild = returns[-SEEN:], turbulent[-SEEN:] > 0.5
    calm, storm = _sessions(seen, ~wild), _sessions(seen, wild)
    correlation = (1 - share) * nonlinear(calm) + share * nonlinear(storm)
    variances = np.maximum([(calm**2).mean(axis=0), (storm**2).mean(axis=0)], 1e-12)
    since = ewma_volatility((seen / np.sqrt(variances[wild.astype(int)]))[-WINDOW:]) / np.sqrt(YEAR)
    volatility = since * np.sqrt(((1 - share) * variances[0] + share * variances[1]) * YEAR)
    matrix: Floats = correlation * np.outer(volatility, volatility)
    return matrix


def _sessions(returns: Floats, chosen: Mask) -> Floats:
    return returns[chosen] if chosen.sum() >= FEWEST else returns


def _expected_share(turbulent: float, model: Hmm) -> float:
    """Of the next AHEAD sessions, how many are expected to be turbulent."""
    now, total = np.array([turbulent]), 0.0
    for _ in range(AHEAD):
        now = model.next(now)
        total += float(now[0])
    return total / AHEAD
