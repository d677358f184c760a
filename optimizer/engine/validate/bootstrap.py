"""Intervals for figures of return series by the stationary bootstrap, which keeps how days hang together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.figures import FLAT, NAMES, Series

LEVEL, DRAWS, BATCH = 0.95, 1000, 50
CONFIDENCE = 2.0  # c of Politis and White: autocorrelations within this many standard errors of zero count as none

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure as it was, and between which values it lies in LEVEL of the drawn histories."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """By series and figure. `against`: series less the first series' own figure, drawn from the same histories."""

    own: tuple[dict[str, Interval], ...]
    against: tuple[dict[str, Interval], ...]
    block: int
    draws: int


def intervals(returns: Floats, cash: Floats, seed: int, draws: int = DRAWS, block: int | None = None) -> Intervals:
    """Percentile intervals of the headline figures of `returns` (series x T) and of their differences to the first.

    Each draw takes the same sessions of every series and of `cash` (T), so that differences are those of one history.
    The block length, where not given, is the longest that any series asks for.
    """
    length = max(block_length(each) for each in returns) if block is None else block
    rng = np.random.default_rng(seed)
    series, drawn = Series.of(returns, cash), []
    for start in range(0, draws, BATCH):
        places = stationary(returns.shape[1], length, min(BATCH, draws - start), rng)
        drawn.append(series.at(places).figures())
    whole = {name: np.concatenate([each[name] for each in drawn], axis=1) for name in NAMES}
    true = series.figures()
    rows = range(len(returns))
    return Intervals(
        own=tuple({name: _between(true[name][at], whole[name][at]) for name in NAMES} for at in rows),
        against=tuple(
            {name: _between(true[name][at] - true[name][0], whole[name][at] - whole[name][0]) for name in NAMES}
            for at in rows
        ),
        block=length,
        draws=draws,
    )


def stationary(size: int, block: int, draws: int, rng: np.random.Generator) -> Places:
    """Places (draws x size) of blocks of geometric length, `block` in the mean, the series taken as a circle.

    Politis and Romano, "The stationary bootstrap", JASA 89, 1994.
    """
    new = rng.random((draws, size)) < 1 / block
    new[:, 0] = True
    starts = np.where(new, rng.integers(0, size, (draws, size)), 0)
    since = np.maximum.accumulate(np.where(new, np.arange(size), 0), axis=1)
    places: Places = (np.take_along_axis(starts, since, axis=1) + np.arange(size) - since) % size
    return places


def block_length(series: Floats) -> int:
    """Mean block length (at least 1) for the stationary bootstrap of the mean of a series (T).

    Politis and White, "Automatic block-length selection for the dependent bootstrap", Econometric Reviews 23, 2004,
    with the correction of Patton, Politis and White, 28, 2009.
    """
    size = len(series)
    centred = series - series.mean()
    if size < 2 or float(np.abs(centred).max()) < FLAT:
        return 1
    most = int(np.ceil(np.sqrt(size))) + max(5, int(np.log10(size)))
    lags = min(most, size - 1)
    covariances = np.array([centred[lag:] @ centred[: size - lag] for lag in range(lags + 1)]) / size
    window = min(2 * _last_lag(covariances / covariances[0], size, lags), lags)
    k = np.arange(-window, window + 1)
    each = covariances[np.abs(k)] * np.clip(2 * (1 - np.abs(k) / max(window, 1)), 0, 1)
    spectrum, slope = float(each.sum()), float((np.abs(k) * each).sum())
    if spectrum <= 0:
        return 1
    longest = min(3 * np.sqrt(size), size / 3)
    length: float = (slope**2 / spectrum**2 * size) ** (1 / 3)
    return max(1, round(float(min(length, longest))))


def _last_lag(correlations: Floats, size: int, lags: int) -> int:
    """The last lag before several in a row that do not differ from zero."""
    run = max(5, int(np.log10(size)))
    small = np.abs(correlations[1:]) < CONFIDENCE * np.sqrt(np.log10(size) / size)
    for lag in range(lags - run + 1):
        if small[lag : lag + run].all():
            return max(lag, 1)
    significant = np.flatnonzero(~small)
    return int(significant[-1]) + 1 if significant.size else 1


def _between(value: float, drawn: Floats) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(value), float(low), float(high))
