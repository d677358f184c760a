"""Reads of what a household owns. Each takes the household, so that nothing of another one can be seen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import Household
from holdings.ledger import types as ledger
from holdings.market import closes
from holdings.market.fx import rates
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    Classification,
    Difference,
    FlaggedPosition,
    Import,
    Instrument,
    Liquidity,
    Lot,
    PerformanceReport,
    RealisedGain,
    Sector,
    Statement,
    ThemeTag,
    Transaction,
    Valuation,
)

RECENT = dt.timedelta(days=14)
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quote:
    """The last close on or before a date, and the one before it where that is recent too."""

    date: dt.date
    close: Decimal
    previous: Decimal | None
    label: str
    currency: str = "USD"

    def at(self, rate: Decimal, currency: str) -> Quote:
        """The same quote in another currency."""
        before = None if self.previous is None else self.previous * rate
        return Quote(self.date, self.close * rate, before, self.label, currency)


def brokerage_accounts(household: Household) -> QuerySet[BrokerageAccount]:
    return household.brokerage_accounts.select_related("owner")


def lots(household: Household) -> QuerySet[Lot]:
    return Lot.objects.filter(account__household=household).select_related("account__household", "instrument")


def foreign_currencies(household: Household) -> list[str]:
    """In which other than the household's what it holds is quoted."""
    abroad = lots(household).exclude(instrument__currency=household.base_currency)
    return sorted(set(abroad.values_list("instrument__currency", flat=True)))


def realised_gains(household: Household, year: int | None = None) -> QuerySet[RealisedGain]:
    gains = RealisedGain.objects.filter(account__household=household)
    gains = gains.select_related("account__household", "instrument")
    return gains if year is None else gains.filter(sold__year=year)


def transactions(household: Household) -> QuerySet[Transaction]:
    rows = Transaction.objects.filter(account__household=household).select_related(
        "account__household", "instrument", "void", "other_instrument", "counterpart"
    )
    return rows.order_by("-trade_date", "-id")


def imports(household: Household) -> QuerySet[Import]:
    return Import.objects.filter(household=household).select_related("account", "household")


def statements(household: Household) -> QuerySet[Statement]:
    return Statement.objects.filter(account__household=household).select_related("account", "batch")


def differences(household: Household) -> QuerySet[Difference]:
    rows = Difference.objects.filter(statement__account__household=household)
    return rows.select_related("statement__account", "instrument")


BLOCKING = [Difference.Kind.SHARES, Difference.Kind.BASIS, Difference.Kind.CASH, Difference.Kind.LOT]
"""A gain that differs is shown; it says nothing of what is held now."""


def blocking(household: Household) -> dict[int, list[Difference]]:
    """Open differences that keep an account out of proposals, by account id; accounts without any are left out."""
    found: dict[int, list[Difference]] = defaultdict(list)
    for row in differences(household).filter(state=Difference.State.OPEN, kind__in=BLOCKING):
        found[row.statement.account_id].append(row)
    return dict(found)


def flagged(household: Household) -> QuerySet[FlaggedPosition]:
    rows = FlaggedPosition.objects.filter(account__household=household)
    return rows.select_related("account", "instrument").order_by("account_id", "instrument__symbol")


def cash(household: Household) -> dict[int, Decimal]:
    """Cash in base currency by account id."""
    balances: dict[int, Decimal] = defaultdict(Decimal)
    rows = CashBalance.objects.filter(account__household=household, currency=household.base_currency)
    for row in rows:
        balances[row.account_id] += row.amount
    return balances


def liquidity(household: Household) -> dict[int, Liquidity]:
    """Estimated spread and volume by instrument id, none later than the household's date and none a week older."""
    rows = household.liquidity.filter(as_of__range=(household.as_of - WEEK, household.as_of))
    return {row.instrument_id: row for row in rows}


def classifications(household: Household) -> dict[int, Classification]:
    """By instrument id; instruments without a row are unclassified."""
    return {row.instrument_id: row for row in household.classifications.all()}


def themes(household: Household) -> dict[int, list[ThemeTag]]:
    tags: dict[int, list[ThemeTag]] = defaultdict(list)
    for tag in household.theme_tags.all():
        tags[tag.instrument_id].append(tag)
    return tags


def sector_of(classification: Classification | None) -> Sector:
    return Sector(classification.sector) if classification else Sector.UNKNOWN


def identity_group(instrument: Instrument, classification: Classification | None) -> str:
    """Substantially identical instruments share a group; alone, an instrument is its own."""
    return (classification and classification.identity_group) or str(instrument.uuid)


def issuer_of(instrument: Instrument, classification: Classification | None) -> str:
    """As the household says, else by the first six characters of the CUSIP, which are the issuer's; else unknown."""
    if classification and classification.issuer:
        return classification.issuer
    return f"CUSIP {instrument.cusip[:6]}" if instrument.cusip else ""


def quotes(household: Household, instruments: Iterable[int], as_of: dt.date) -> dict[int, Quote]:
    """Last closes by instrument id, each in its instrument's currency; the household's own go before the market's."""
    found = {}
    for pk, rows in closes.read(household, instruments, as_of - RECENT, as_of).items():
        last, *earlier = reversed(rows)
        before = next((row.close for row in earlier if row.day > as_of - RECENT), None)
        found[pk] = Quote(last.day, last.close, before, last.label, last.currency)
    return found


def quotes_in_base(household: Household, instruments: Iterable[int], as_of: dt.date) -> dict[int, Quote]:
    """`quotes` in the household's currency at the last rates; left out where the rate is unknown."""
    found = quotes(household, instruments, as_of)
    rate = _rates(household, {quote.currency for quote in found.values()}, as_of)
    return {
        pk: quote.at(rate[quote.currency], household.base_currency)
        for pk, quote in found.items()
        if rate[quote.currency]
    }


def cash_in_base(household: Household) -> dict[int, Decimal]:
    """Cash of every currency in the household's, by account id; a currency without a rate counts as 0."""
    rows = list(CashBalance.objects.filter(account__household=household))
    rate = _rates(household, {row.currency for row in rows}, household.as_of)
    balances: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        balances[row.account_id] += row.amount * rate[row.currency]
    return balances


def with_base_basis(rows: Iterable[Lot], base: str) -> list[Lot]:
    """The lots with their basis in the household's currency, at the rates of their purchases; not to be saved."""
    found = list(rows)
    for row in found:
        if row.currency != base:
            row.loss_basis, row.basis = _base_loss_basis(row), row.base_basis
    return found


def _base_loss_basis(lot: Lot) -> Decimal | None:
    """A gift's value on its day, at the rate of the donor's purchase as the ledger takes it."""
    if lot.loss_basis is None or lot.base_basis is None or not lot.basis:
        return None
    scaled: Decimal = lot.base_basis * lot.loss_basis / lot.basis
    return scaled


def _rates(household: Household, currencies: set[str], as_of: dt.date) -> dict[str, Decimal]:
    """The last rates by currency, 0 where nobody knows one. No query where all are the household's own."""
    steps = rates(household.base_currency, currencies, as_of, as_of)
    return {currency: each[-1].level if each else Decimal(0) for currency, each in steps.items()}


def valuations(household: Household) -> QuerySet[Valuation]:
    return Valuation.objects.filter(account__household=household).select_related("account")


def reports(household: Household) -> QuerySet[PerformanceReport]:
    """Stored performance reports, newest first."""
    return household.reports.order_by("-computed_at", "-id")


def symbols(uuids: Iterable[str]) -> dict[str, str]:
    """Symbols by the public id of their instrument."""
    return {str(row.uuid): row.symbol for row in Instrument.objects.filter(uuid__in=set(uuids))}


def public_ids(names: Iterable[str]) -> list[uuid.UUID]:
    """Those of the names of identity groups that are the public id of an instrument."""
    found = []
    for name in names:
        with suppress(ValueError):
            found.append(uuid.UUID(name))
    return found


def group_symbols(household: Household, groups: Iterable[str]) -> dict[str, str]:
    """The symbols of all members of identity groups, as words, by group. Two queries, none where there is no group."""
    wanted = set(groups)
    if not wanted:
        return {}
    rows = household.classifications.filter(identity_group__in=wanted)
    classes = {row.instrument_id: row for row in rows}
    found: dict[str, set[str]] = defaultdict(set)
    for each in Instrument.objects.filter(Q(pk__in=list(classes)) | Q(uuid__in=public_ids(wanted))):
        found[identity_group(each, classes.get(each.pk))].add(each.symbol)
    return {group: ", ".join(sorted(symbols)) for group, symbols in found.items()}


def ledger_gains(rows: Iterable[RealisedGain]) -> list[ledger.RealisedGain]:
    """Stored gains as the pure tax functions read them, in the household's currency.

    A gain of which a rate is unknown has an unknown basis, so that no sum counts it.
    """
    return [
        ledger.RealisedGain(
            sale=str(row.sale_id),
            lot=row.lot_key or None,
            account=str(row.account.uuid),
            instrument=str(row.instrument.uuid),
            currency=row.account.household.base_currency,
            quantity=row.quantity,
            proceeds=row.proceeds if row.base_proceeds is None or not _is_foreign(row) else row.base_proceeds,
            basis=_base_basis(row) if _is_foreign(row) else row.basis,
            acquired=row.acquired,
            sold=row.sold,
            term=ledger.Term(row.term) if row.term else None,
        )
        for row in rows
    ]


def _is_foreign(row: Lot | RealisedGain) -> bool:
    return row.currency != row.account.household.base_currency


def _base_basis(gain: RealisedGain) -> Decimal | None:
    return None if gain.base_proceeds is None else gain.base_basis


def total(amounts: Mapping[int, Decimal]) -> Decimal:
    return sum(amounts.values(), Decimal(0))
