"""After-tax returns of a scope beside the pre-tax ones, as JSON: numbers, or why there are none. Workers only."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from holdings.ledger.types import ZERO
from holdings.measures.after_tax import taxed_days, taxed_flows, untaxable
from holdings.measures.mwr import Outcome, mwr
from holdings.measures.periods import annualised
from holdings.measures.twr import twr
from holdings.reports.scope import Scope
from holdings.reports.span import DAILY, Linked
from holdings.reports.taxes import Taxes
from holdings.tax.history import Shelter
from holdings.valuations.history import History

NOTHING_TAXED = (
    "Nothing in this scope is taxed year by year, and what withdrawals from it are taxed at is not computed."
)
NO_DAILY_PRICES = "It needs daily prices, and most of the value has none."
NO_CAPITAL = "No capital was at work."
NO_BASE = "A tax falls on a day without capital, so no return can bear it."
ALL_TAKEN = "The taxes of a day took all that was there."
NO_RATE = {
    Outcome.NONE: "No single rate solves these flows.",
    Outcome.MULTIPLE: "Several rates solve these flows, so none is shown.",
}
ON_WITHDRAWAL = {Shelter.TRADITIONAL_IRA, Shelter.K401, Shelter.HSA, Shelter.PLAN_529, Shelter.SIPP, Shelter.RRSP}
WITHDRAWALS = "Retirement plans count as they are: withdrawals from them are not taxed in these figures."
OTHERS = "Taxes of the household are shared out to its accounts by what each added on its days."
OLDER_GAINS = (
    "Gains that built up before the period are taxed in it when they are taken, and all of them if all is sold."
)


def content(taxes: Taxes, of: Scope, history: History, done: Linked, before: dt.date) -> dict[str, Any]:
    """before: the close that the period begins with.

    pre: taxes on what was sold, and on dividends and interest, on their days. post: also the tax of selling everything
    at the last close. Each has `twr`, `mwr` and `tax`, or a `reason` in words.
    """
    days = [day.day for day in history.days]
    own = {str(account.uuid) for account in of.accounts}
    found = {"rules": taxes.rules, "until": days[-1].isoformat(), "allocated": bool(taxes.taxed - own)}
    if reason := _refusal(taxes, own, before, days[-1]):
        return found | {"reason": reason, "left_out": list(taxes.gaps)}
    by_day = _by_session(taxes, own, days, before)
    realised = sum(by_day.values(), ZERO)
    owed = sum((amount for account, amount in taxes.owed.items() if account in own), ZERO)
    by_day_sold = {**by_day, days[-1]: by_day.get(days[-1], ZERO) + owed}
    post = {"reason": taxes.unsold} if taxes.unsold else _returns(history, done, by_day_sold) | {"tax": str(owed)}
    return found | {
        "reason": "",
        "pre": _returns(history, done, by_day) | {"tax": str(realised)},
        "post": post,
        "left_out": list(dict.fromkeys(_left_out(taxes, own, history, before))),
    }


def _refusal(taxes: Taxes, own: set[str], before: dt.date, last: dt.date) -> str:
    if taxes.failure:
        return taxes.failure
    if not taxes.taxed & own:
        return NOTHING_TAXED
    return next((year.failure for year in taxes.years if any(before < day <= last for day in year.unknown)), "")


def _by_session(taxes: Taxes, own: set[str], days: list[dt.date], before: dt.date) -> dict[dt.date, Decimal]:
    """As with flows, a day without trading counts on the next session."""
    found: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for flow in taxes.flows:
        if flow.account in own and before < flow.day <= days[-1]:
            found[days[bisect_left(days, flow.day)]] += flow.amount
    return dict(found)


def _returns(history: History, done: Linked, by_day: Mapping[dt.date, Decimal]) -> dict[str, Any]:
    amounts = {day: float(amount) for day, amount in by_day.items()}
    return {"twr": _time_weighted(history, done, amounts), "mwr": _money_weighted(history, amounts)}


def _time_weighted(history: History, done: Linked, amounts: Mapping[dt.date, float]) -> dict[str, Any]:
    if done.method != DAILY:
        return _none(NO_DAILY_PRICES)
    if done.total is None:
        return _none(NO_CAPITAL)
    if untaxable(history.days, history.opening, amounts):
        return _none(NO_BASE)
    taxed = twr(taxed_days(history.days, amounts), history.opening)
    if taxed.lost_on != tuple(done.lost_on) or taxed.total is None:
        return _none(ALL_TAKEN)
    return {"total": taxed.total, "annual": annualised(taxed.total, taxed.days), "reason": ""}


def _money_weighted(history: History, amounts: Mapping[dt.date, float]) -> dict[str, Any]:
    solved = mwr(taxed_flows(history.invested, amounts))
    if solved.period is None:
        return _none(NO_RATE[solved.outcome])
    return {"total": solved.period, "annual": solved.annual, "reason": ""}


def _none(reason: str) -> dict[str, Any]:
    return {"total": None, "annual": None, "reason": reason}


def _left_out(taxes: Taxes, own: set[str], history: History, before: dt.date) -> Iterable[str]:
    if taxes.taxed - own:
        yield OTHERS
    if any(taxes.shelters[account] in ON_WITHDRAWAL for account in own):
        yield WITHDRAWALS
    if history.opened:
        yield OLDER_GAINS
    last = history.days[-1].day
    years = [year for year in taxes.years if year.last > before and year.first <= last]
    for year in years:
        yield from year.notes
    for note in dict.fromkeys(note for year in years for note in year.yearly):
        yield f"{note} ({', '.join(dict.fromkeys(year.label for year in years if note in year.yearly))})."
    yield from taxes.gaps
