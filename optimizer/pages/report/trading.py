"""What was bought and sold in a period, what sales realised by the tax rules, and the fees."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from holdings.ledger.types import ZERO
from holdings.models import TaxReport, TaxSlice, TaxState, Transaction
from holdings.tax.outcome import Assessment, GainClass
from holdings.tax.registry import JURISDICTIONS
from holdings.taxation import stored
from holdings.taxation.stored import NO_RULES
from optimizer.pages.tax.gains import POTS

SHOWN = 40
Kind = Transaction.Kind
TRADES = (Kind.BUY, Kind.SELL, Kind.SHORT, Kind.OPTION)


@dataclass(frozen=True, slots=True)
class Booked:
    """A trade as it was booked, with its shares without their sign: the kind says which way they went."""

    row: Transaction
    shares: Decimal


@dataclass(frozen=True, slots=True)
class Trades:
    """rows: the first SHOWN by day; count: all. fees: by currency, of trades and of the accounts."""

    rows: Sequence[Booked]
    count: int
    fees: Sequence[tuple[str, Decimal]]

    @property
    def left(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Realised:
    """One pot of a period. unknown: proceeds of sales whose gain nobody knows; in no other figure."""

    pot: str
    proceeds: Decimal
    gain: Decimal
    disallowed: Decimal
    counts: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """The estimate of the tax year in which the period ends."""

    label: str
    assessment: Assessment | None
    failure: str


@dataclass(frozen=True, slots=True)
class Taxed:
    """reason: why there is none, empty where there is."""

    reason: str = ""
    rules: str = ""
    state: TaxState | None = None
    rows: Sequence[Realised] = ()
    unknown: Decimal = ZERO
    provisional: int = 0
    year: Year | None = None

    @property
    def total(self) -> Realised:
        sums = [sum((getattr(row, name) for row in self.rows), ZERO) for name in AMOUNTS]
        return Realised("All", *sums)


AMOUNTS = ("proceeds", "gain", "disallowed", "counts")


def trades(household: Household, first: dt.date, last: dt.date) -> Trades:
    """One query."""
    booked = Transaction.objects.active().filter(
        account__household=household, trade_date__range=(first, last), kind__in=[*TRADES, Kind.FEE]
    )
    rows = list(booked.select_related("account", "instrument"))
    traded = [Booked(row, abs(row.quantity)) for row in rows if row.kind in TRADES]
    return Trades(traded[:SHOWN], len(traded), _fees(rows))


def _fees(rows: Iterable[Transaction]) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row.currency] += -row.cash if row.kind == Kind.FEE else row.fees
    return sorted((currency, fees) for currency, fees in sums.items() if fees)


def taxed(household: Household, first: dt.date, last: dt.date) -> Taxed:
    """Three queries, from the stored tax state."""
    state = TaxState.objects.filter(household=household).first()
    if state is None:
        return Taxed("The household’s tax has not been computed yet.")
    if state.failure:
        return Taxed(state.failure)
    if state.country not in JURISDICTIONS:
        return Taxed(NO_RULES)
    found = TaxSlice.objects.filter(report__household=household, sold__range=(first, last)).exclude(sale=None)
    slices = list(found)
    return Taxed(
        rules=JURISDICTIONS[state.country].name,
        state=state,
        rows=_pots(row for row in slices if row.recognised is not None),
        unknown=sum((row.proceeds for row in slices if row.recognised is None), ZERO),
        provisional=sum(row.final_after is not None and row.final_after >= household.as_of for row in slices),
        year=_year(household.tax_reports.filter(first__lte=last, last__gte=last).first()),
    )


def _pots(slices: Iterable[TaxSlice]) -> list[Realised]:
    by_pot: dict[GainClass, list[TaxSlice]] = defaultdict(list)
    for row in slices:
        by_pot[GainClass(row.gain_class)].append(row)
    return [_realised(POTS[pot], by_pot[pot]) for pot in POTS if pot in by_pot]


def _realised(pot: str, rows: Sequence[TaxSlice]) -> Realised:
    return Realised(
        pot,
        sum((row.proceeds for row in rows), ZERO),
        sum((row.gain or ZERO for row in rows), ZERO),
        sum((row.disallowed for row in rows), ZERO),
        sum((row.recognised or ZERO for row in rows), ZERO),
    )


def _year(report: TaxReport | None) -> Year | None:
    if report is None:
        return None
    year = stored.year(report)
    return Year(report.label, year.assessment, year.failure)
