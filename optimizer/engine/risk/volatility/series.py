"""What a forecast reads: daily returns and a proxy of each day's variance."""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.risk.returns import Floats


@dataclass(frozen=True, slots=True)
class Series:
    """`returns` (T), close to close, as fractions; `proxy` (T): each day's variance as it can be seen that evening."""

    returns: Floats
    proxy: Floats

    @property
    def level(self) -> Floats:
        """Mean square of the returns so far over the mean proxy so far (T): what the proxy leaves out, the night."""
        seen = np.cumsum(self.proxy)
        level: Floats = np.divide(np.cumsum(self.returns**2), seen, out=np.ones(len(seen)), where=seen > 0)
        return level


def of_returns(returns: Floats) -> Series:
    """Where only closes are known: the square of a return is its day's proxy."""
    return Series(returns, returns**2)


def of_bars(opened: Floats, high: Floats, low: Floats, close: Floats) -> Series:
    """T + 1 bars to T sessions: logarithmic returns of closes, and Garman and Klass's estimate of each day."""
    return Series(np.diff(np.log(close)), garman_klass(opened, high, low, close)[1:])


def garman_klass(opened: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    """Variance of each session from open to close (T), about seven times as precise as a squared return.

    Garman and Klass, "On the estimation of security price volatilities from historical data", Journal of Business
    53(1), 1980, in the usual form of two terms: ln(H/L)^2 / 2 - (2 ln 2 - 1) ln(C/O)^2.
    """
    estimate: Floats = 0.5 * np.log(high / low) ** 2 - (2 * np.log(2) - 1) * np.log(close / opened) ** 2
    return estimate


def trailing(values: Floats, sessions: int) -> Floats:
    """Mean of the last `sessions` values at each row (T), NaN before there are as many."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    mean = np.full(len(values), np.nan)
    mean[sessions - 1 :] = (total[sessions:] - total[:-sessions]) / sessions
    return np.where(mean < 0, 0.0, mean)


def following(values: Floats, sessions: int) -> Floats:
    """Sum of the next `sessions` values after each row (T), NaN where they have not all happened."""
    mean = trailing(values, sessions)
    ahead = np.full(len(values), np.nan)
    ahead[: len(values) - sessions] = mean[sessions:] * sessions
    return ahead
