"""Prices of funds at both ends of calendar years, for countries that tax a part of their growth. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import Household
from holdings.ledger.exact import exact
from holdings.ledger.series import level_on
from holdings.ledger.types import ZERO, Step
from holdings.market.adjust import later_splits
from holdings.market.events import splits_of
from holdings.market.fx import rates
from holdings.models import FxRate, HouseholdPrice, Instrument, InstrumentEvent, Price, PriceChunk, Transaction
from holdings.tax.de.lump_sums import years_with_lump_sums
from holdings.tax.history import FundYear

ASKING = {"DE"}
FUNDS = (Instrument.Kind.ETF, Instrument.Kind.FUND)
FIRST_DAYS, LAST_DAYS = 10, 22
"""A price of 1 to 10 January is the first of a year, one of 22 to 31 December the last."""

FundYearsById = Mapping[tuple[int, int], FundYear]
"""(instrument id, calendar year) -> its prices."""
RatesOf = Mapping[str, Sequence[Step]]


class Quoted(NamedTuple):
    """An amount a unit on a day: a close, or a dividend on its ex-date."""

    instrument: int
    day: dt.date
    amount: Decimal
    currency: str


def rests_on(household: Household) -> tuple[object, ...]:
    """What changes when `fund_years` would, dividends and splits apart. Two queries in Germany, elsewhere none.

    Chunks are never rewritten: a close, a split or a dividend that is restated makes a new one of its year. A rate of
    a day that had one already does not show.
    """
    years = _years(household)
    if not years:
        return ()
    own = Q(household=None) | Q(household=household)
    chunks = PriceChunk.objects.filter(own, instrument__in=_funds(household), year__in=years)
    published = FxRate.objects.filter(date__lte=dt.date(years[-1], 12, 31)).order_by()
    return (*years, *chunks.aggregate(Count("pk"), Max("pk")).values(), published.aggregate(Max("pk"))["pk__max"])


def _years(household: Household) -> Sequence[int]:
    return years_with_lump_sums(household.as_of) if household.tax_profile.country in ASKING else ()


def _funds(household: Household) -> QuerySet[Transaction, int]:
    traded = Transaction.objects.active().filter(account__household=household, instrument__kind__in=FUNDS)
    return traded.order_by().values_list("instrument", flat=True).distinct()


def fund_years(household: Household) -> FundYearsById:
    """Of all funds that the household has ever traded, where both prices and their exchange rates are known.

    The household's own price of a day goes before the market's. Seven queries in Germany, elsewhere none.
    """
    years = _years(household)
    funds = set(_funds(household)) if years else set()
    if not funds:
        return {}
    return _Reading(household, funds, years).found()


class _Reading:
    """What is stored of the funds in those years, in the household's currency and in units of the end of each year."""

    def __init__(self, household: Household, funds: set[int], years: Sequence[int]) -> None:
        self.household, self.years = household, years
        self.closes, self.paid = _closes(household, funds, years), _dividends(funds, years)
        self.splits = splits_of(funds)
        currencies = {each.currency for each in (*self.closes, *self.paid)}
        first, last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
        self.rates: RatesOf = rates(household.base_currency, currencies, first, last)

    def found(self) -> FundYearsById:
        starts, ends = self._edges()
        paid: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
        for each in self.paid:
            paid[each.instrument, each.day.year] += self._of_year(each) or ZERO
        known = {
            key: (self._of_year(starts[key]), self._of_year(ends[key])) for key in sorted(starts.keys() & ends.keys())
        }
        return {key: FundYear(first, last, paid[key]) for key, (first, last) in known.items() if first and last}

    def _edges(self) -> tuple[dict[tuple[int, int], Quoted], dict[tuple[int, int], Quoted]]:
        """The first close of January and the last one of December; `closes` ascend."""
        starts: dict[tuple[int, int], Quoted] = {}
        ends: dict[tuple[int, int], Quoted] = {}
        for each in self.closes:
            key = each.instrument, each.day.year
            if each.day.month == 1:
                starts.setdefault(key, each)
            else:
                ends[key] = each
        return starts, ends

    def _of_year(self, each: Quoted) -> Decimal | None:
        """A unit of the end of the year; None where nobody knows the rate of the day."""
        rate = level_on(self.rates[each.currency], each.day)
        year_end = dt.date(each.day.year, 12, 31)
        later = [split for split in self.splits.get(each.instrument, ()) if split.day <= year_end]
        with localcontext(exact):
            return each.amount * rate / later_splits(each.day, later) if rate else None


def _closes(household: Household, funds: set[int], years: Iterable[int]) -> list[Quoted]:
    near = Q()
    for year in years:
        near |= Q(date__range=(dt.date(year, 1, 1), dt.date(year, 1, FIRST_DAYS)))
        near |= Q(date__range=(dt.date(year, 12, LAST_DAYS), dt.date(year, 12, 31)))
    columns = ("instrument", "date", "close", "currency")
    found = {}
    for rows in (Price.objects.all(), HouseholdPrice.objects.filter(household=household)):
        for row in rows.filter(near, instrument__in=funds).values_list(*columns):
            found[row[0], row[1]] = Quoted(*row)
    return sorted(found.values(), key=lambda each: each.day)


def _dividends(funds: set[int], years: Sequence[int]) -> list[Quoted]:
    rows = InstrumentEvent.objects.filter(
        instrument__in=funds, kind=InstrumentEvent.Kind.DIVIDEND, ex_date__year__in=years, amount__isnull=False
    )
    columns = ("instrument", "ex_date", "amount", "currency", "instrument__currency")
    return [Quoted(pk, day, amount, currency or own) for pk, day, amount, currency, own in rows.values_list(*columns)]
