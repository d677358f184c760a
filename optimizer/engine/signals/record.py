"""How a signal did: month by month, out of sample by construction, net of costs, with its uncertainty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import NormalDist

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.signals.scores import MONTH, SIGNALS, ranks, scores, standard

LEAST_NAMES, LEAST_MONTHS = 8, 36
"""Fewer assets make no order worth ranking; fewer months no record."""

BY_CHANCE = 0.05
"""How often any of the signals that are tried may pass by chance."""


def sure(tried: int) -> float:
    """What |t| must reach with so many signals tried (Bonferroni): 2.58 with five."""
    return NormalDist().inv_cdf(1 - BY_CHANCE / (2 * max(tried, 1)))


@dataclass(frozen=True, slots=True)
class Month:
    """A signal at the close of `day` against the 21 sessions that followed.

    ic: Spearman's correlation of score and return. spread: return of the ranks held long and short, one of money on
    each side. turnover: what of a side changed hands at `day`.
    """

    day: date
    names: int
    ic: float
    spread: float
    turnover: float


@dataclass(frozen=True, slots=True)
class Record:
    """ic: mean of the months; `low` and `high` are its 95 % interval; halves are those of the earlier and later months.

    gross and net: annual return of the ranks held long and short, net of half the spread on all that is traded.
    shrunk: the ic as far as it may be believed, 0 where the record does not support the signal.
    """

    name: str
    months: tuple[Month, ...]
    ic: float
    t: float
    low: float
    high: float
    halves: tuple[float, float]
    turnover: float
    gross: float
    net: float
    shrunk: float
    why: str


def record(name: str, days: Sequence[date], closes: Floats, half_spread: float, tried: int = len(SIGNALS)) -> Record:
    """Of closes (T x n) at `days` (T), a month every 21 sessions, counted back from the last.

    No month reads a close after its day but the return that it is held against. half_spread: a fraction. tried: how
    many signals are judged together.
    """
    _, sessions = SIGNALS[name]
    months = _months(lambda at: scores(name, closes[: at + 1]), sessions, days, closes)
    return _judged(name, tuple(months), closes, half_spread, tried)


def record_of(name: str, given: Floats, days: Sequence[date], closes: Floats, half_spread: float, tried: int) -> Record:
    """The same of scores (T x n) that come from elsewhere: at each day what was known then, NaN where nothing was."""
    months = _months(lambda at: given[at], 0, days, closes)
    return _judged(name, tuple(months), closes, half_spread, tried)


def _judged(name: str, months: tuple[Month, ...], closes: Floats, half_spread: float, tried: int) -> Record:
    ics = np.array([month.ic for month in months])
    if len(ics) < LEAST_MONTHS:
        why = "few_names" if closes.shape[1] < LEAST_NAMES else "short"
        return Record(name, months, 0.0, 0.0, -1.0, 1.0, (0.0, 0.0), 0.0, 0.0, 0.0, 0.0, why)
    mean, error = float(ics.mean()), float(ics.std(ddof=1)) / sqrt(len(ics))
    t = mean / error if error > 0 else 0.0
    half = len(ics) // 2
    halves = (float(ics[:half].mean()), float(ics[half:].mean()))
    per_year = 252 / MONTH
    turnover = float(np.mean([month.turnover for month in months]))
    gross = float(np.mean([month.spread for month in months])) * per_year
    net = gross - turnover * 4 * half_spread * per_year
    why = _why(t, halves, net, sure(tried))
    shrunk = mean * (1 - 1 / t**2) if why == "supported" else 0.0
    return Record(
        name, months, mean, t, mean - 1.96 * error, mean + 1.96 * error, halves, turnover, gross, net, shrunk, why
    )


def _why(t: float, halves: tuple[float, float], net: float, least: float) -> str:
    if t < least:
        return "against" if t <= -least else "chance"
    if min(halves) <= 0:
        return "one_half"
    return "supported" if net > 0 else "cost"


def _months(score_at: Callable[[int], Floats], sessions: int, days: Sequence[date], closes: Floats) -> list[Month]:
    last = len(closes) - 1 - MONTH
    found, before = [], np.zeros(closes.shape[1])
    for at in sorted(range(last, sessions - 1, -MONTH)):
        score = score_at(at)
        ahead = closes[at + MONTH] / closes[at] - 1.0
        known = np.isfinite(score) & np.isfinite(ahead)
        if known.sum() < LEAST_NAMES:
            continue
        weights = np.zeros(closes.shape[1])
        weights[known] = sides(score[known])
        found.append(
            Month(
                day=days[at],
                names=int(known.sum()),
                ic=_correlation(ranks(score[known]), ranks(ahead[known])),
                spread=float(weights[known] @ ahead[known]),
                turnover=float(np.abs(weights - before).sum()) / 4,
            )
        )
        before = weights
    return found


def sides(score: Floats) -> Floats:
    """Weights (n) in proportion to the rank's distance from the middle: +1 in all on one side, -1 on the other."""
    made = standard(score)
    gross = np.abs(made).sum()
    weights: Floats = made * 2 / gross if gross > 0 else made
    return weights


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else 0.0
