"""The household's value day by day, out of stored valuations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import FloatField, QuerySet
from django.db.models.functions import Cast

from accounts.models import Household
from holdings.measures.twr import LEAST_CAPITAL, Day
from holdings.models import BenchmarkValuation, Valuation
from optimizer.pages.overview import periods

CLOSED = dt.timedelta(days=14)  # no exchange is closed for longer


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


def load(household: Household, period: str) -> History:
    """Two queries: only the period is read, as floats, since these figures are drawn and linked but never booked."""
    start = periods.start(period, household.as_of)
    days = _days(household, start)
    before = [day for day in days if start and day.day <= start]
    inside = days[len(before) :]
    history = History(inside, before[-1].day, before[-1].value) if before else History(inside)
    if not inside:
        return history
    return History(inside, history.opened, history.opening, _baseline(household, history))


def _days(household: Household, start: dt.date | None) -> list[Day]:
    rows = Valuation.objects.filter(account__household=household, date__lte=household.as_of)
    if start:
        rows = rows.filter(date__gte=start - CLOSED)
    sums: dict[dt.date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    amounts = (Cast(name, FloatField()) for name in ("value", "inflow", "outflow"))
    for day, value, inflow, outflow in rows.values_list("date", *amounts):
        sums[day][0] += value
        sums[day][1] += inflow - outflow
    return [Day(day, value, max(flow, 0.0), max(-flow, 0.0)) for day, (value, flow) in sorted(sums.items())]


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
