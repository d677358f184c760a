"""Scores of assets by price history. Each reads closes up to its day and nothing later."""

from collections.abc import Callable, Mapping

import numpy as np

from optimizer.engine.risk.returns import Floats

MONTH, YEAR = 21, 252
VALUE_YEARS = 5

Score = Callable[[Floats], Floats]


def momentum(closes: Floats) -> Floats:
    """Return over the last year without its last month. Jegadeesh and Titman, Journal of Finance 48, 1993."""
    gained: Floats = closes[-1 - MONTH] / closes[-1 - YEAR] - 1.0
    return gained


def reversal(closes: Floats) -> Floats:
    """Minus the return of the last month. Jegadeesh, "Predictable behavior of security returns", 1990."""
    lost: Floats = 1.0 - closes[-1] / closes[-1 - MONTH]
    return lost


def low_volatility(closes: Floats) -> Floats:
    """Minus the deviation of a year of daily returns. Ang, Hodrick, Xing and Zhang, Journal of Finance 61, 2006."""
    calm: Floats = -_returns(closes).std(axis=0)
    return calm


def low_beta(closes: Floats) -> Floats:
    """Minus a year's slope against the mean of the assets. Frazzini and Pedersen, "Betting against beta", 2014."""
    returns = _returns(closes)
    market = returns.mean(axis=1)
    apart = market - market.mean()
    slopes: Floats = (apart @ (returns - returns.mean(axis=0))) / max(float(apart @ apart), 1e-300)
    return -slopes


def value(closes: Floats) -> Floats:
    """Minus the return of the four years before the last. Stands for value where no book values are known: Asness,
    Moskowitz and Pedersen, "Value and momentum everywhere", 2013, after De Bondt and Thaler, 1985.
    """
    fell: Floats = closes[-1 - VALUE_YEARS * YEAR] / closes[-1 - YEAR] - 1.0
    return fell


SIGNALS: Mapping[str, tuple[Score, int]] = {
    "momentum": (momentum, YEAR),
    "low_volatility": (low_volatility, YEAR),
    "low_beta": (low_beta, YEAR),
    "reversal": (reversal, MONTH),
    "value": (value, VALUE_YEARS * YEAR),
}
"""Each signal with the sessions before its day that it reads. A higher score promises more."""


def scores(name: str, closes: Floats) -> Floats:
    """The signal (n) at the last row of closes (T x n): NaN for assets without closes that far back."""
    made, sessions = SIGNALS[name]
    found = np.full(closes.shape[1], np.nan)
    if len(closes) > sessions:
        known = np.isfinite(closes[-1 - sessions :]).all(axis=0)
        if known.any():
            found[known] = made(closes[-1 - sessions :, known])
    return found


def standard(found: Floats) -> Floats:
    """Ranks as scores of mean 0 and deviation 1; NaN stays. Equal scores share their rank; all equal, all zero."""
    made = np.full(len(found), np.nan)
    known = np.isfinite(found)
    if known.any():
        placed = ranks(found[known])
        deviation = placed.std()
        made[known] = (placed - placed.mean()) / deviation if deviation > 0 else 0.0
    return made


def ranks(values: Floats) -> Floats:
    """From 1 on, equal values sharing the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Floats = (last - (counts - 1) / 2)[inverse]
    return mean


def _returns(closes: Floats) -> Floats:
    returns: Floats = closes[1:] / closes[:-1] - 1.0
    return returns
