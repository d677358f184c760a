"""Value over time and returns, each with its method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS, percent
from holdings.figures import Figure, value_over_time
from holdings.measures.mwr import MoneyWeighted, mwr
from holdings.measures.periods import annualised
from holdings.measures.risk import Drawdown, max_drawdown
from holdings.measures.twr import Day, TimeWeighted, twr
from holdings.pages.performance import NO_RATE
from holdings.valuations import periods
from holdings.valuations.history import Baseline, History


@dataclass(frozen=True, slots=True)
class Return:
    """A rate of return as shown: yearly from a year on, of the whole period below."""

    label: str
    value: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Performance:
    period: str
    since: dt.date
    until: dt.date
    returns: Sequence[Return]
    gain: float
    paid_in: float
    figure: Figure
    deepest: Drawdown | None
    lost_on: Sequence[dt.date]

    @property
    def words(self) -> str:
        return periods.WORDS[self.period]


def performance(household: Household, period: str, history: History) -> Performance | None:
    """None where fewer than two closes of the period are stored."""
    charted = history.charted
    if len(charted) < 2:
        return None
    paid_in = sum(day.inflow - day.outflow for day in history.days)
    linked = twr(history.days, history.opening)
    return Performance(
        period=period,
        since=charted[0].day,
        until=charted[-1].day,
        returns=_returns(period, history, linked),
        gain=charted[-1].value - history.opening - paid_in,
        paid_in=paid_in,
        figure=_figure(history, SYMBOLS.get(household.base_currency, household.base_currency)),
        deepest=max_drawdown(linked.points),
        lost_on=linked.lost_on,
    )


def _returns(period: str, history: History, linked: TimeWeighted) -> list[Return]:
    own = [
        _time_weighted("Time-weighted", "Did the portfolio do well? Flows removed.", period, linked),
        _money_weighted(period, mwr(history.invested)),
    ]
    if history.baseline is None:
        return own
    other = twr(history.baseline.days, history.opening)
    return [*own, _time_weighted("Benchmark", f"{history.baseline.name}. Time-weighted.", period, other)]


def _time_weighted(name: str, method: str, period: str, linked: TimeWeighted) -> Return:
    total = linked.total
    return _return(name, method, period, None if total is None else (total, annualised(total, linked.days)))


def _money_weighted(period: str, solved: MoneyWeighted) -> Return:
    method = "Did I do well? Timing of flows included."
    if solved.period is None:
        return Return(f"Money-weighted, {periods.WORDS[period]}", None, NO_RATE[solved.outcome])
    return _return("Money-weighted", method, period, (solved.period, solved.annual))


def _return(name: str, method: str, period: str, rates: tuple[float, float | None] | None) -> Return:
    words = periods.WORDS[period]
    if rates is None:
        return Return(f"{name}, {words}", None, method)
    total, yearly = rates
    if yearly is None:
        return Return(f"{name}, {words}", total, f"{method} Not annualised.")
    if period == "1Y":
        return Return(f"{name}, {words}", total, method)
    return Return(f"{name}, a year", yearly, f"{method} {percent(total)} in all.")


def _figure(history: History, symbol: str) -> Figure:
    charted = history.charted
    baseline = _line(history.baseline, history) if history.baseline else None
    return value_over_time(
        [day.day for day in charted],
        [day.value for day in charted],
        [day.inflow - day.outflow for day in charted],
        baseline,
        "Benchmark, same flows",
        symbol,
    )


def _line(baseline: Baseline, history: History) -> list[float]:
    opening: list[Day] = [Day(history.opened, baseline.opening)] if history.opened else []
    return [day.value for day in [*opening, *baseline.days]]
