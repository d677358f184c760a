"""A portfolio's past as if it had always been held as it is today."""

import numpy as np

from optimizer.engine.risk.returns import Closes, Floats, simple_returns

LEAST = 0.5
"""Of what is invested: the series begins where assets of at least that weight have prices."""


def portfolio_returns(history: Closes, weights: Floats) -> tuple[int, Floats]:
    """The first row of `history` with a return, and daily returns from there on, of fixed weights (n), cash at nothing.

    Where an asset had no close yet, the others stand for it in proportion. Empty where nothing is invested.
    """
    invested = float(weights.sum())
    if invested <= 0 or len(history.values) < 2:
        return len(history.values), np.zeros(0)
    returns = simple_returns(history)
    part = np.isfinite(returns) @ weights / invested
    first = int(np.argmax(part >= LEAST))
    made: Floats = np.nan_to_num(returns[first:]) @ weights / part[first:]
    return first + 1, made
