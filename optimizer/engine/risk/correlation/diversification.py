"""How much of its holdings' risk a portfolio sheds by holding them together."""

import numpy as np

from optimizer.engine.risk.correlation.shift import RECENT
from optimizer.engine.risk.covariance import WINDOW, covariance
from optimizer.engine.risk.returns import Closes, Floats


def diversification_ratio(weights: Floats, matrix: Floats) -> float:
    """Weighted mean volatility over the portfolio's: 1 where all move as one, sqrt(n) for n equal independent ones.

    Choueifaty and Coignard, "Toward maximum diversification", Journal of Portfolio Management 35(1), 2008.
    """
    own = float(weights @ np.sqrt(np.diag(matrix)))
    together = float(np.sqrt(weights @ matrix @ weights))
    return own / together if together > 0 else 1.0


def ratios(history: Closes, weights: Floats) -> Floats:
    """The ratio of fixed weights (n) every RECENT sessions (T), by the covariance known then; NaN elsewhere."""
    made = np.full(len(history.values), np.nan)
    for row in range(WINDOW, len(made), RECENT):
        made[row] = diversification_ratio(weights, covariance(Closes(history.values[: row + 1], history.first)))
    return made
