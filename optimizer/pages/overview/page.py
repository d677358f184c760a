"""The overview: everything it shows, from stored rows, with a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from accounts import selectors as people
from accounts.models import Household, Run
from holdings import selectors as holdings
from holdings.models import GoalAccount, Import, ImportRow, RealisedGain
from holdings.tax.us.wash import WINDOW
from holdings.taxation.lots import standings
from holdings.valuations import history
from optimizer import selectors
from optimizer.models import PolicyVersion, Proposal, TimingCheck
from optimizer.pages import position as positions
from optimizer.pages import targets
from optimizer.pages.evidence import goals as odds
from optimizer.pages.overview import attention, performance, summary
from optimizer.pages.overview.allocation import Allocation, allocation
from optimizer.pages.position import Position
from optimizer.services import reviews

RECENT_IMPORTS = 5


@dataclass(frozen=True, slots=True)
class DayChange:
    """Of the last session: what prices did, and what flowed in or out."""

    day: dt.date
    amount: Decimal
    part: Decimal | None
    flow: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    position: Position
    day: DayChange | None
    performance: performance.Performance | None
    allocation: Allocation
    accounts: Sequence[summary.AccountRow]
    gains: summary.Gains
    goals: Sequence[summary.GoalRow]
    risk: Sequence[summary.RiskRow]
    attention: Sequence[attention.Item]
    version: PolicyVersion | None
    last: Proposal | None
    open_proposal: Proposal | None
    check: TimingCheck | None


def overview(household: Household, period: str, by: str) -> Overview:
    position = positions.load(household)
    realised = _realised(household)
    version = selectors.versions(household).prefetch_related("targets", "constraints").first()
    last = selectors.proposals(household).first()
    waiting = last if last and last.status == Proposal.Status.OPEN else None
    days = history.load(household, period)
    shown = performance.performance(household, period, days)
    goals = list(people.goals(household))
    run = selectors.runs(household).filter(kind=Run.Kind.PROPOSE).first()
    facts = attention.Facts(
        household,
        position,
        realised,
        waiting,
        run,
        _failed_imports(household),
        holdings.blocking(household),
        list(holdings.flagged(household)),
        standings(household, position.lots),
        reviews.overdue(household),
    )
    return Overview(
        position=position,
        day=_day_change(position, days),
        performance=shown,
        allocation=allocation(position, targets.of(version, last), by),
        accounts=summary.accounts(position),
        gains=summary.gains(position, realised),
        goals=summary.goals(
            position,
            goals,
            GoalAccount.objects.filter(goal__household=household),
            odds.progress(household, goals),
        ),
        risk=summary.risk(last, version, goals, shown.deepest, shown.words) if shown else [],
        attention=attention.attention(facts),
        version=version,
        last=last,
        open_proposal=waiting,
        check=None if waiting else selectors.timing_checks(household).first(),
    )


def _realised(household: Household) -> list[RealisedGain]:
    """Of the year, and of the wash-sale window where that reaches back into the last one, with the sales.

    Sales of the next session count too, as their lots are gone already: paper fills are dated on it.
    """
    as_of = household.as_of
    since = min(dt.date(as_of.year, 1, 1), as_of - WINDOW)
    return list(holdings.realised_gains(household).filter(sold__gte=since).select_related("sale"))


def _failed_imports(household: Household) -> list[Import]:
    """Among the newest few, so that an old file does not nag for ever."""
    errors = Count("rows", filter=Q(rows__status=ImportRow.Status.ERROR))
    standing = holdings.imports(household).filter(status__in=[Import.Status.PREVIEW, Import.Status.CONFIRMED])
    return [batch for batch in standing.annotate(errors=errors)[:RECENT_IMPORTS] if batch.errors]


def _day_change(position: Position, days: history.History) -> DayChange | None:
    """Against the close before; None while values are computed anew or where there is no close before."""
    charted = days.charted
    if len(charted) < 2 or any(account.stale_from for account in position.accounts):
        return None
    before, last = charted[-2].value, charted[-1]
    flow = Decimal(repr(last.inflow - last.outflow))
    # The figure on the page is whole, so its change is the difference of whole figures.
    amount = round(position.total) - round(Decimal(repr(before))) - round(flow)
    part = amount / Decimal(repr(before)) if before > 0 else None
    return DayChange(last.day, Decimal(amount), part, flow)
