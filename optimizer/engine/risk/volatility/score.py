"""How good forecasts of variance were, with what is uncertain about that."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from optimizer.engine.risk.returns import Floats


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of `count` overlapping figures and its standard error; NaN where there are none."""

    value: float
    error: float
    count: int

    @property
    def t(self) -> float:
        return self.value / self.error if self.error > 0 else 0.0


def qlike(realised: Floats, forecast: Floats) -> Floats:
    """Loss of each forecast (T): z - ln z - 1 with z = realised / forecast; 0 is perfect, NaN where it has no value.

    The one loss beside the squared error that ranks forecasts rightly whatever unbiased proxy stands for what happened:
    Patton, "Volatility forecast comparison using imperfect volatility proxies", Journal of Econometrics 160(1), 2011. A
    day without a move has none, its logarithm being infinite.
    """
    ratio = np.divide(realised, forecast, out=np.full(len(realised), np.nan), where=(realised > 0) & (forecast > 0))
    loss: Floats = ratio - np.log(ratio) - 1
    return loss


def mean(values: Floats, horizon: int) -> Mean:
    """Of the known values, with Newey and West's error: outcomes of `horizon` sessions share days with as many others.

    Bartlett weights over twice the horizon, at least the cube root of the count. Newey and West, "A simple, positive
    semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix", Econometrica 55(3), 1987.
    """
    known = values[np.isfinite(values)]
    if len(known) <= 2 * horizon:
        return Mean(float("nan"), float("nan"), len(known))
    lags = max(2 * horizon, round(len(known) ** (1 / 3)))
    off = known - known.mean()
    spread = float(off @ off)
    for lag in range(1, min(lags, len(known) - 1) + 1):
        spread += 2 * (1 - lag / (lags + 1)) * float(off[lag:] @ off[:-lag])
    return Mean(float(known.mean()), sqrt(max(spread, 0.0)) / len(known), len(known))
