"""Heterogeneous autoregressions: the variance to come, regressed on that of the last day, week, month and quarter."""

from collections.abc import Callable, Sequence

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.risk.schedule import spans
from optimizer.engine.risk.volatility.series import Series, following, trailing

DAY, WEEK, MONTH, QUARTER = 1, 5, 22, 66
LEAST = 0.05
"""Of the mean in the estimate's own past: a regression may foretell less, even less than nothing; a day may show 0."""

Regression = Callable[[Floats, Floats], Callable[[Floats], Floats]]


def har(series: Series, horizons: Sequence[int], since: int = 0) -> Floats:
    """Forecast variance of the next h sessions together at each close (H x T), NaN where there is no estimate.

    Corsi, "A simple approximate long-memory model of realized volatility", Journal of Financial Econometrics 7(2),
    2009.
    """
    past = np.array([trailing(series.proxy, sessions) for sessions in (DAY, WEEK, MONTH)])
    return _walked(series, past, horizons, _levels, since)


def log_har(series: Series, horizons: Sequence[int], since: int = 0) -> Floats:
    """The same in logarithms, with the part of the variance that came with falls.

    Week, month and quarter, since the logarithm of one day's square says little, and the share of falling days in
    week and month. Patton and Sheppard, "Good volatility, bad volatility", Review of Economics and Statistics 97(3),
    2015. What the logarithm loses on average is put back as it was in the estimate's own past (Duan's smearing).
    """
    falls = np.where(series.returns < 0, series.proxy, 0.0)
    past = [trailing(series.proxy, sessions) for sessions in (WEEK, MONTH, QUARTER)]
    shares = [_share(trailing(falls, sessions), trailing(series.proxy, sessions)) for sessions in (WEEK, MONTH)]
    return _walked(series, np.array([*past, *shares]), horizons, _logarithms, since)


def _share(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(len(whole), 0.5), where=whole > 0)
    return share


def _walked(series: Series, past: Floats, horizons: Sequence[int], regression: Regression, since: int) -> Floats:
    """Each horizon's regression on the sessions whose outcome was known, estimated anew on schedule."""
    made, sessions, level = np.full((len(horizons), len(series.proxy)), np.nan), len(series.proxy), series.level
    for h, horizon in enumerate(horizons):
        outcome = following(series.proxy, horizon) / horizon
        for known, rows in spans(sessions, since):
            seen = slice(QUARTER, known - horizon)
            if outcome[seen].mean() > 0:
                foretell = regression(past[:, seen], outcome[seen])
                made[h, rows] = foretell(past[:, rows]) * horizon * level[rows]
    return made


def _levels(past: Floats, outcome: Floats) -> Callable[[Floats], Floats]:
    weights, least = _least_squares(past, outcome), LEAST * outcome.mean()
    return lambda now: np.maximum(_applied(weights, now), least)


def _logarithms(past: Floats, outcome: Floats) -> Callable[[Floats], Floats]:
    least = LEAST * outcome.mean()

    def logged(values: Floats) -> Floats:
        """Three rows are variances; those that are shares stay as they are."""
        return np.vstack([np.log(np.maximum(values[:3], least)), values[3:]])

    weights = _least_squares(logged(past), np.log(np.maximum(outcome, least)))
    lost = float(np.mean(outcome / np.exp(_applied(weights, logged(past)))))
    return lambda now: np.exp(_applied(weights, logged(now))) * lost


def _least_squares(rows: Floats, outcome: Floats) -> Floats:
    design = np.vstack([np.ones(rows.shape[1]), rows]).T
    return np.asarray(np.linalg.lstsq(design, outcome, rcond=None)[0], dtype=np.float64)


def _applied(weights: Floats, rows: Floats) -> Floats:
    """Row by row, so that a forecast does not depend on how many are made with it, not even in its last bit."""
    total: Floats = np.full(rows.shape[1], weights[0], dtype=np.float64)
    for weight, row in zip(weights[1:], rows, strict=True):
        total = total + weight * row
    return total
