"""Headline figures of many return series at once: the last axis is time, returns are simple, one a session."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.risk.returns import Floats

YEAR = 252
FLAT = 1e-12
NAMES = ("return", "volatility", "sharpe", "drawdown")


@dataclass(frozen=True)
class Series:
    """Returns (... x T) in the three forms that figures are made of."""

    simple: Floats
    excess: Floats  # above cash
    logs: Floats

    @classmethod
    def of(cls, returns: Floats, cash: Floats) -> "Series":
        return cls(returns, returns - cash, np.log1p(returns))

    def at(self, places: NDArray[np.intp]) -> "Series":
        """The same sessions of each series, in another order: ... x places."""
        return Series(*(form.take(places, axis=-1) for form in (self.simple, self.excess, self.logs)))

    def figures(self) -> dict[str, Floats]:
        """The headline figures NAMES of each series."""
        found = annual_return(self.logs), annual_volatility(self.simple), sharpe(self.excess), max_drawdown(self.logs)
        return dict(zip(NAMES, found, strict=True))


def annual_return(logs: Floats) -> Floats:
    """Compounded log returns, a year of YEAR sessions."""
    annual: Floats = np.expm1(logs.mean(axis=-1) * YEAR)
    return annual


def annual_volatility(simple: Floats) -> Floats:
    """Standard deviation (n - 1) times sqrt(YEAR)."""
    annual: Floats = simple.std(axis=-1, ddof=1) * np.sqrt(YEAR)
    return annual


def sharpe(excess: Floats) -> Floats:
    """Annual mean over standard deviation of returns above cash; 0 where nothing moves."""
    spread = excess.std(axis=-1, ddof=1)
    ratio: Floats = np.where(spread > FLAT, excess.mean(axis=-1) / np.maximum(spread, FLAT), 0.0) * np.sqrt(YEAR)
    return ratio


def max_drawdown(logs: Floats) -> Floats:
    """Deepest fall of compounded log returns from a peak, the start counting as one; not above 0."""
    level = np.cumsum(logs, axis=-1)
    peak = np.maximum(np.maximum.accumulate(level, axis=-1), 0.0)
    deepest: Floats = np.expm1((level - peak).min(axis=-1))
    return deepest
