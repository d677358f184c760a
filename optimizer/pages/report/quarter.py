"""A quarter of a household to print: value, returns, allocation, trades, tax, costs, proposals, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS, day, moment
from holdings.figures import Figure, value_over_time
from holdings.pages.performance import DEFAULT, Shown
from holdings.reports import stored
from holdings.reports.scope import Kind, Scope
from holdings.reports.stored import DAY, Dates
from holdings.valuations import history
from holdings.valuations.history import History
from optimizer import selectors
from optimizer.models import Decision, Proposal
from optimizer.pages import position as positions
from optimizer.pages import targets
from optimizer.pages.allocation import by_sector
from optimizer.pages.overview.allocation import NO_TARGET, Allocation, allocation
from optimizer.pages.report import evidence, sources, trading
from optimizer.pages.report.evidence import Known
from optimizer.pages.report.quarters import Quarter
from optimizer.pages.report.trading import Taxed, Trades


@dataclass(frozen=True, slots=True)
class Money:
    """From stored daily values, in the household's currency. flows: paid in, net; closes: day by day."""

    since: dt.date
    until: dt.date
    begin: float
    flows: float
    end: float
    closes: Sequence[tuple[dt.date, float]]
    figure: Figure

    @property
    def gain(self) -> float:
        return self.end - self.begin - self.flows


@dataclass(frozen=True, slots=True)
class Held:
    """Weights beside their targets: of the day itself, or as the last proposal of the quarter found and stored them.

    note: where the targets come from.
    """

    as_of: dt.date | None
    table: Allocation | None = None
    proposal: Proposal | None = None
    figure: Figure | None = None
    note: str = ""


@dataclass(frozen=True)
class QuarterReport:
    """`dates`: of the quarter, cut to the days with stored values; None where it has none.

    `shown`: the stored performance report of these dates; None before one is computed.
    """

    quarter: Quarter
    dates: Dates | None
    money: Money | None
    shown: Shown | None
    is_current: bool
    held: Held
    trades: Trades
    taxed: Taxed
    proposals: Sequence[Proposal]
    evidence: Known
    source: str

    @property
    def until(self) -> dt.date:
        """The day of the report's last figures."""
        return self.dates.last if self.dates else self.quarter.last

    @property
    def is_cut(self) -> bool:
        return self.dates is not None and self.dates.last < self.quarter.last

    @property
    def missing(self) -> list[str]:
        """What the quarter lacks, in sentences."""
        found = []
        if self.dates is None:
            found.append("No value is stored for a day of this quarter: values and returns are left out.")
        elif self.money is None:
            found.append("Fewer than two values are stored for this quarter: nothing can be compared.")
        elif self.shown is None:
            found.append("Returns of these dates are not computed yet: time- and money-weighted ones are left out.")
        if self.dates and not self.is_current and self.shown:
            found.append("Bookings have changed since the returns were computed.")
        if self.held.as_of is None:
            found.append("Weights of this quarter are not stored: no proposal was made in it.")
        return found


def report(household: Household, quarter: Quarter) -> QuarterReport:
    """A constant number of queries."""
    scope = Scope(Kind.HOUSEHOLD, None, household.name, list(household.brokerage_accounts.all()))
    dates = _dates(quarter, stored.valued(household, scope))
    found = stored.report(household, scope, dates) if dates else None
    until = dates.last if dates else quarter.last
    made = _proposals(household, quarter)
    return QuarterReport(
        quarter=quarter,
        dates=dates,
        money=_money(household, dates) if dates else None,
        shown=Shown(found, DEFAULT) if found else None,
        is_current=found is not None and stored.is_current(found, scope),
        held=_held(household, quarter, made),
        trades=trading.trades(household, quarter.first, quarter.last),
        taxed=trading.taxed(household, quarter.first, quarter.last),
        proposals=made,
        evidence=evidence.known(household, min(until, household.as_of)),
        source=sources.sentence(household, min(until, household.as_of)),
    )


def _dates(quarter: Quarter, known: Dates | None) -> Dates | None:
    if known is None:
        return None
    found = stored.clipped(Dates(quarter.first, quarter.last), known)
    return found if found.first <= found.last else None


def _money(household: Household, dates: Dates) -> Money | None:
    """None where fewer than two closes are stored. One query."""
    days = [each for each in history.days_of(household, start=dates.first - DAY) if each.day <= dates.last]
    inside = history.between(days, dates.first - DAY)
    charted = inside.charted
    if len(charted) < 2:
        return None
    return Money(
        since=charted[0].day,
        until=charted[-1].day,
        begin=inside.opening,
        flows=sum(each.inflow - each.outflow for each in inside.days),
        end=charted[-1].value,
        closes=[(each.day, each.value) for each in charted],
        figure=_figure(inside, household.base_currency),
    )


def _figure(inside: History, currency: str) -> Figure:
    charted = inside.charted
    flows = [each.inflow - each.outflow for each in charted]
    return value_over_time(
        [each.day for each in charted],
        [each.value for each in charted],
        flows,
        symbol=SYMBOLS.get(currency, currency),
    )


def _held(household: Household, quarter: Quarter, made: Sequence[Proposal]) -> Held:
    if quarter.first <= household.as_of <= quarter.last:
        version = selectors.versions(household).prefetch_related("targets").first()
        aims = targets.of(version, selectors.proposals(household).first())
        note = f"{aims.origin} Within: no more than {100 * aims.band:.1f} points from it." if aims else NO_TARGET
        return Held(household.as_of, allocation(positions.load(household), aims, "sector"), note=note)
    if made:
        last = made[0]
        return Held(last.as_of, proposal=last, figure=by_sector(last.measures, float(last.version.drift_band)))
    return Held(None)


def _proposals(household: Household, quarter: Quarter) -> list[Proposal]:
    """Newest first, with how many of their trades were decided how."""
    verdict = "trades__decision__verdict"
    return list(
        selectors.proposals(household)
        .filter(as_of__range=(quarter.first, quarter.last))
        .annotate(
            proposed=Count("trades"),
            approved=Count("trades", filter=Q(**{verdict: Decision.Verdict.APPROVED})),
            rejected=Count("trades", filter=Q(**{verdict: Decision.Verdict.REJECTED})),
        )
    )


def words(shown: QuarterReport) -> str:
    """Its days, in words."""
    if shown.money is None:
        return f"{day(shown.quarter.first)} to {day(shown.quarter.last)}"
    return f"From the close of {day(shown.money.since)} to the close of {day(shown.money.until)}"


METHOD = (
    "Paid in counts from the start of its day, taken out from its end; what moves between the household’s accounts is "
    "no flow. The time-weighted return links days with flows removed; the money-weighted return is the rate at which "
    "opening value, flows and closing value agree (XIRR). Both are before taxes; nothing under a year is annualised."
)
CANNOT_SAY = (
    "A quarter is short: its return says little about the next one, and nothing about whether the policy is right. "
    "What was not booked is not here."
)


def assumptions(shown: QuarterReport, currency: str) -> list[str]:
    """On what its figures rest, a paragraph each."""
    values = f"Values are shares times close, and cash, in {currency} at the exchange rates of each day."
    found = [f"{shown.source} {values}", METHOD]
    if shown.shown:
        report = shown.shown.report
        computed = f"Returns computed {moment(report.computed_at)} from inputs {report.inputs_hash[:8]}."
        found.append(f"{computed} {shown.shown.risk_free}.")
    if state := shown.taxed.state:
        computed = f"Gains by the tax rules computed {moment(state.computed_at)} from inputs {state.inputs_hash[:8]}."
        found.append(f"{computed} They are an estimate, no filing.")
    return [*found, CANNOT_SAY]
