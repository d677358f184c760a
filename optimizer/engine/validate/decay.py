"""Whether a signal loses its edge: its information coefficient by half-year, and Page's CUSUM of its fall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import sqrt
from statistics import fmean, stdev

SLACK, LIMIT = 0.5, 5.0
"""k and h in standard deviations: the usual choice against a shift of one (Montgomery, Introduction to Statistical
Quality Control, section 9.1). One false alarm in about 938 months; a fall of one deviation is seen in about 10."""
REFERENCE = 36  # months from which what is normal is measured
SURE = 1.96


@dataclass(frozen=True, slots=True)
class HalfYear:
    """Mean of the months, and its 95 % interval; None for fewer than three."""

    label: str
    months: int
    ic: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Cusum:
    """path: how far the coefficients have fallen below the reference, in deviations less the slack, month by month
    after it. alarm: the first month beyond the limit, counted from the first of the path; None: never."""

    path: tuple[float, ...]
    alarm: int | None
    limit: float = LIMIT

    @property
    def now(self) -> float:
        return self.path[-1] if self.path else 0.0


def half_years(days: Sequence[date], ics: Sequence[float]) -> list[HalfYear]:
    """By calendar half-year of the day on which each was known."""
    rows = zip(days, ics, strict=True)
    return [_half(label, [ic for _, ic in of]) for label, of in groupby(rows, key=lambda row: _label(row[0]))]


def _label(day: date) -> str:
    return f"{day.year}-H{1 if day.month <= 6 else 2}"


def _half(label: str, ics: Sequence[float]) -> HalfYear:
    mean = fmean(ics)
    if len(ics) < 3:
        return HalfYear(label, len(ics), mean, None, None)
    reach = SURE * stdev(ics) / sqrt(len(ics))
    return HalfYear(label, len(ics), mean, mean - reach, mean + reach)


def cusum(ics: Sequence[float]) -> Cusum | None:
    """S_t = max(0, S_{t-1} - z_t - k) after the reference, whose mean and deviation standardise the rest (Page 1954).

    Nothing after a month enters its value. None for fewer than REFERENCE months and one more, or where nothing varied.
    """
    before, after = ics[:REFERENCE], ics[REFERENCE:]
    if not after or (deviation := stdev(before)) == 0:
        return None
    mean, level, path = fmean(before), 0.0, []
    for ic in after:
        level = max(0.0, level - (ic - mean) / deviation - SLACK)
        path.append(level)
    alarm = next((at for at, each in enumerate(path) if each > LIMIT), None)
    return Cusum(tuple(path), alarm)
