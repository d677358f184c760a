"""Value day by day of a household or some of its accounts, out of stored valuations. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from accounts.models import Household
from holdings.measures.twr import LEAST_CAPITAL, Day
from holdings.models import BenchmarkValuation, Valuation
from holdings.valuations import periods

CLOSED = dt.timedelta(days=14)  # no exchange is closed for longer
LATE = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the household's opening value and flows would have become in the baseline, a value for each day."""

    name: str
    opening: float
    days: Sequence[Day]


@dataclass(frozen=True, slots=True)
class History:
    """Days of a period; `opened` and `opening` are the close before the first of them, if there was any."""

    days: Sequence[Day]
    opened: dt.date | None = None
    opening: float = 0.0
    baseline: Baseline | None = None

    @property
    def charted(self) -> list[Day]:
        """With the close that opens the period as the first day."""
        return [Day(self.opened, self.opening), *self.days] if self.opened else list(self.days)

    @property
    def invested(self) -> list[tuple[dt.date, float]]:
        """In the investor's sign: put in is negative, the last value is what could be taken out."""
        opening = [(self.opened, -self.opening)] if self.opened else []
        moved = [(day.day, day.outflow - day.inflow) for day in self.days if day.inflow or day.outflow]
        return [*opening, *moved, (self.days[-1].day, self.days[-1].value)]


def load(household: Household, period: str) -> History:
    """Two queries, one more where the last close is older than a week.

    Only the period is read, as floats, since these figures are drawn and linked but never booked. It ends at the last
    valued close.
    """
    days = days_of(household, start=periods.start(period, household.as_of))
    if not days:
        return History([])
    start = periods.start(period, days[-1].day)
    if household.as_of - days[-1].day > LATE:
        days = days_of(household, start=start)
    history = between(days, start)
    return History(history.days, history.opened, history.opening, _baseline(household, history))


def between(days: Sequence[Day], start: dt.date | None) -> History:
    """The days after `start`, opened by the last close until then."""
    before = [day for day in days if start and day.day <= start]
    inside = days[len(before) :]
    return History(inside, before[-1].day, before[-1].value) if before else History(inside)


def days_of(household: Household, accounts: Iterable[int] | None = None, *, start: dt.date | None = None) -> list[Day]:
    """Days from two weeks before `start` on. What moves between the accounts that are counted is no flow."""
    rows = Valuation.objects.filter(account__household=household, date__lte=household.as_of)
    if accounts is not None:
        rows = rows.filter(account__in=list(accounts))
    if start:
        rows = rows.filter(date__gte=start - CLOSED)
    value, inflow, outflow = (Cast(name, FloatField()) for name in ("value", "inflow", "outflow"))
    sums = rows.order_by("date").values_list("date").annotate(value=Sum(value), flow=Sum(inflow - outflow))
    return [Day(day, value, max(flow, 0.0), max(-flow, 0.0)) for day, value, flow in sums]


def _baseline(household: Household, history: History) -> Baseline | None:
    charted = history.charted
    rows: QuerySet[BenchmarkValuation] = BenchmarkValuation.objects.filter(
        benchmark__household=household, date__gte=charted[0].day, date__lte=charted[-1].day
    )
    found = list(rows.values_list("date", Cast("value", FloatField()), "benchmark__name"))
    stored = {day: value for day, value, _ in found}
    if any(day.day not in stored for day in charted):
        return None
    return Baseline(found[0][2], history.opening, _rebased(history, stored))


def _rebased(history: History, stored: dict[dt.date, float]) -> list[Day]:
    """Let the household's opening value and flows earn the baseline's returns."""
    value = history.opening
    raw = stored[history.opened] if history.opened else 0.0
    days = []
    for day in history.days:
        base = raw + day.inflow
        growth = (stored[day.day] + day.outflow) / base if base >= LEAST_CAPITAL else 1.0
        value = max((value + day.inflow) * growth - day.outflow, 0.0)
        raw = stored[day.day]
        days.append(Day(day.day, value, day.inflow, day.outflow))
    return days
