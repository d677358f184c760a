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


COMPLETE = 0.95
"""Of the sessions with a move: with fewer ranges the closes alone are read."""


def is_complete(returns: Floats, ranges: Floats) -> bool:
    """Whether ranges (T), NaN where a day has none, can stand for the variances of days with these returns (T)."""
    moved = returns != 0
    return bool(moved.any() and np.isfinite(ranges[moved]).mean() >= COMPLETE)


def of_ranges(returns: Floats, ranges: Floats) -> Series:
    """`ranges` (T): Garman and Klass's estimates, NaN where a day has none.

    There its squared return stands, times what the estimates were of squared returns until then.
    """
    known = np.isfinite(ranges)
    seen, moved = np.cumsum(np.where(known, ranges, 0.0)), np.cumsum(np.where(known, returns**2, 0.0))
    part = np.divide(seen, moved, out=np.ones(len(seen)), where=moved > 0)
    return Series(returns, np.where(known, ranges, returns**2 * part))


def garman_klass(opened: Floats, high: Floats, low: Floats, close: Floats) -> Floats:
    """Variance of each session from open to close (T), about seven times as precise as a squared return.

    Garman and Klass, "On the estimation of security price volatilities from historical data", Journal of Business
    53(1), 1980, in the usual form of two terms: ln(H/L)^2 / 2 - (2 ln 2 - 1) ln(C/O)^2. It is below zero only where
    rounding has put an open or a close outside of the range; there it is 0.
    """
    estimate = 0.5 * np.log(high / low) ** 2 - (2 * np.log(2) - 1) * np.log(close / opened) ** 2
    return np.asarray(np.maximum(estimate, 0.0))


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
