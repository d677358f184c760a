"""The days of a report as spans with one return each: every session, or months where daily prices are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from holdings.measures.dietz import linked_dietz, modified_dietz
from holdings.measures.periods import annualised
from holdings.measures.risk import TRADING_DAYS
from holdings.measures.twr import LEAST_CAPITAL, Day, Point, TimeWeighted, before_fees, twr
from holdings.valuations.history import History

DAILY, MONTHLY = "daily", "modified_dietz"
MOST_OLD = 0.5
"""Where more than this part of the value has no price of its week, days say little and months are linked instead."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A return index however it was linked. `ends` are positions among the history's days, one a span."""

    method: str
    points: Sequence[Point]
    returns: Sequence[float]
    days: int
    ends: Sequence[int]
    end_days: Sequence[dt.date]
    lost_on: Sequence[dt.date] = ()

    @property
    def total(self) -> float | None:
        return self.points[-1].level - 1 if self.returns else None

    @property
    def annual(self) -> float | None:
        return None if self.total is None else annualised(self.total, self.days)

    @property
    def periods(self) -> int:
        return TRADING_DAYS if self.method == DAILY else 12


def linked(history: History, old_part: float) -> Linked:
    if old_part > MOST_OLD:
        return _monthly(history)
    done = twr(history.days, history.opening)
    ends = _ends(history, done)
    return Linked(DAILY, done.points, done.returns, done.days, ends, _days(history, ends), done.lost_on)


def gross_total(history: History, fees: Sequence[float]) -> tuple[float | None, float | None]:
    """The time-weighted return before management fees, and a year; after trading costs."""
    charged = {day.day: fee for day, fee in zip(history.days, fees, strict=True) if fee}
    done = twr(before_fees(history.days, charged), history.opening)
    return done.total, None if done.total is None else annualised(done.total, done.days)


def bases(history: History) -> list[float]:
    """Capital at work each day: the value before, and what came in."""
    before = [history.opening, *(day.value for day in history.days[:-1])]
    return [value + day.inflow for value, day in zip(before, history.days, strict=True)]


def _ends(history: History, done: TimeWeighted) -> list[int]:
    """The days of the last unbroken track that have a return, in their order."""
    since = done.since or dt.date.max
    capital = bases(history)
    return [at for at, day in enumerate(history.days) if day.day > since and capital[at] >= LEAST_CAPITAL]


def _monthly(history: History) -> Linked:
    values = {day.day: day.value for day in history.charted}
    place = {day.day: at for at, day in enumerate(history.days)}
    level = 1.0
    points: list[Point] = []
    returns: list[float] = []
    ends: list[int] = []
    for span in linked_dietz(values, _flows(history.days)):
        if span.change is None:
            continue
        points = points or [Point(span.first, level)]
        level *= 1 + span.change
        points.append(Point(span.last, level))
        returns.append(span.change)
        ends.append(place[span.last])
    days = (points[-1].day - points[0].day).days if points else 0
    return Linked(MONTHLY, points, returns, days, ends, _days(history, ends))


def _days(history: History, ends: Sequence[int]) -> list[dt.date]:
    return [history.days[at].day for at in ends]


def _flows(days: Sequence[Day]) -> list[tuple[dt.date, float]]:
    return [(day.day, day.inflow - day.outflow) for day in days if day.inflow or day.outflow]


def whole_dietz(history: History) -> float | None:
    """Modified Dietz of the whole period: what is shown where no single money-weighted rate exists."""
    if not history.opened:
        return None
    first, last = history.opened, history.days[-1]
    return modified_dietz(history.opening, last.value, _flows(history.days), first, last.day)
