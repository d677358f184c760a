"""Stored reports: which period is meant, and what is there. Web and workers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Min

from accounts.models import Household
from holdings.models import PerformanceReport, Valuation
from holdings.reports.scope import Scope
from holdings.valuations import periods

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """Values count from the close before `first` to that of `last`."""

    first: dt.date
    last: dt.date


def valued(household: Household, scope: Scope) -> Dates | None:
    """The first and the last valued day of a scope; None before there is any."""
    rows = Valuation.objects.filter(account__in=[account.pk for account in scope.accounts], date__lte=household.as_of)
    ends = rows.aggregate(first=Min("date"), last=Max("date"))
    return Dates(ends["first"], ends["last"]) if ends["last"] else None


def dates(period: str, known: Dates) -> Dates:
    """A named period up to the last valued day, cut where the history begins."""
    start = periods.start(period, known.last)
    return clipped(Dates(start + DAY if start else known.first, known.last), known)


def clipped(asked: Dates, known: Dates) -> Dates:
    return Dates(max(asked.first, known.first), min(asked.last, known.last))


def report(household: Household, scope: Scope, wanted: Dates) -> PerformanceReport | None:
    rows = household.reports.filter(scope=scope.kind, subject=scope.subject)
    return rows.filter(first=wanted.first, last=wanted.last).first()


def revisions(scope: Scope) -> dict[str, int]:
    """Which ledgers a report rests on."""
    return {str(account.uuid): account.revision for account in scope.accounts}


def is_current(report: PerformanceReport, scope: Scope) -> bool:
    """Whether the ledgers are still those that the report was computed from."""
    stale = any(account.stale_from for account in scope.accounts)
    return not stale and report.content.get("revisions") == revisions(scope)
