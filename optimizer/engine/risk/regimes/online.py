"""The hidden Markov model walked through time, each estimate out of its own past."""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.regimes.hmm import Hmm, estimate, filtered
from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.schedule import spans
from optimizer.engine.risk.volatility.forecasts import HORIZONS


@dataclass(frozen=True, slots=True)
class Regimes:
    """`turbulent` (T): how probable turbulence was at each close, as it could be known then; NaN without an estimate.

    `variance` (H x T): what that foretells for the next h sessions together. `models`: each estimate, and how many
    sessions it read; none of a jump model.
    """

    turbulent: Floats
    variance: Floats
    models: tuple[tuple[int, Hmm], ...] = ()


def hidden_states(returns: Floats) -> Regimes:
    """Of daily returns (T); all NaN and no model where they are too few or never differ."""
    turbulent = np.full(len(returns), np.nan)
    variance = np.full((len(HORIZONS), len(returns)), np.nan)
    model, models = None, []
    for known, rows in spans(len(returns)):
        model = estimate(returns[:known], model)
        if model:
            models.append((known, model))
            turbulent[rows] = filtered(returns[: rows.stop], model)[rows]
            variance[:, rows] = model.ahead(turbulent[rows], HORIZONS)
    return Regimes(turbulent, variance, tuple(models))
