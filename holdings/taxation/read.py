"""A household's history as the tax rules read it: the whole in workers; in the web process a part."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Household
from holdings import selectors
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.models import (
    AssetClass,
    BrokerageAccount,
    Classification,
    Instrument,
    InstrumentEvent,
    Sector,
    Transaction,
)
from holdings.services.ledger.entries import Archive
from holdings.tax.facts import TaxFacts
from holdings.tax.history import Asset, FundShare, FundYears, History, Relation, Shelter, TaxAccount, TaxInstrument
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.returns import Return, returns
from holdings.taxation.funds import fund_years

_FUNDS = {Instrument.Kind.ETF, Instrument.Kind.FUND}
PAID_WITHIN = dt.timedelta(days=60)
"""A dividend is paid at most so long after its ex-date; a longer gap means that the event is not stored."""
_STOCKS = {AssetClass.EQUITY, AssetClass.FACTOR}


@dataclass(frozen=True)
class Books:
    """A history and the database ids of what it names by public id."""

    history: History
    accounts: dict[str, int]
    instruments: dict[str, int]
    transactions: dict[str, int]


def books(household: Household, only: Collection[int] | None = None, until: dt.date | None = None) -> Books:
    """Everything up to the household's day, or to `until`, replayed. A handful of queries.

    only: instruments (ids); what is not about any of them is left out, cash too.
    """
    archive = Archive(household)
    last = until or household.as_of
    rows = Transaction.objects.active().filter(account__household=household, trade_date__lte=last)
    if only is not None:
        rows = rows.filter(Q(instrument__in=only) | Q(other_instrument__in=only))
    entries = tuple(archive.read(rows))
    instruments = {pk: uuid for pk, uuid in archive.instruments.items() if pk is not None}
    history = History(
        entries=entries,
        ledger=replay(entries),
        accounts=_accounts(household),
        instruments=described(household, instruments),
        as_of=household.as_of,
        currency=household.base_currency,
        orders=_orders(rows),
        ex_dates=_ex_dates(entries, instruments),
        fund_years=_fund_years(household, instruments),
    )
    return Books(
        history=history,
        accounts={uuid: pk for pk, uuid in archive.accounts.items()},
        instruments={uuid: pk for pk, uuid in instruments.items()},
        transactions=archive.pks,
    )


def _orders(rows: QuerySet[Transaction]) -> dict[str, str]:
    """The order of each fill whose order is known. Brokers number orders account by account. One query."""
    named = rows.exclude(order="").order_by().values_list("uuid", "account", "order")
    return {str(uuid): f"{account} {order}" for uuid, account, order in named}


def _ex_dates(entries: Iterable[Entry], instruments: Mapping[int, str]) -> dict[str, dt.date]:
    """The last stored ex-date of each dividend in the weeks before it was paid. One query."""
    known: dict[str, list[dt.date]] = defaultdict(list)
    events = InstrumentEvent.objects.filter(instrument__in=list(instruments), kind=InstrumentEvent.Kind.DIVIDEND)
    for pk, day in events.order_by("ex_date").values_list("instrument", "ex_date"):
        known[instruments[pk]].append(day)
    found = {}
    for entry in entries:
        days = known.get(entry.instrument or "") if entry.kind is Kind.DIVIDEND else None
        if days and (at := bisect_right(days, entry.trade_date)) and entry.trade_date - days[at - 1] <= PAID_WITHIN:
            found[entry.id] = days[at - 1]
    return found


def _fund_years(household: Household, instruments: Mapping[int, str]) -> FundYears:
    known = fund_years(household)
    return {(instruments[pk], year): each for (pk, year), each in known.items() if pk in instruments}


def returned(household: Household, rules: Jurisdiction, facts: TaxFacts) -> tuple[Return, ...]:
    """The returns that the household files, the taxpayer's first. One query."""
    return returns(rules, _accounts(household), facts)


def _accounts(household: Household) -> dict[str, TaxAccount]:
    return {str(row.uuid): _account(row) for row in selectors.brokerage_accounts(household)}


def _account(row: BrokerageAccount) -> TaxAccount:
    return TaxAccount(str(row.uuid), str(row.owner.uuid), Relation(row.owner.relation), Shelter(row.kind))


def described(household: Household, pks: Iterable[int]) -> dict[str, TaxInstrument]:
    """Instruments as tax sees them, by public id. Two queries."""
    classes = selectors.classifications(household)
    rows = Instrument.objects.filter(pk__in=list(pks))
    return {str(row.uuid): _instrument(row, classes.get(row.pk)) for row in rows}


def _instrument(row: Instrument, seen: Classification | None) -> TaxInstrument:
    return TaxInstrument(
        id=str(row.uuid),
        symbol=row.symbol,
        group=selectors.identity_group(row, seen),
        asset=Asset(row.kind),
        fund_share=_fund_share(row, seen),
        collectible=bool(seen and seen.collectible),
        pays_qualified=_pays_qualified(row, seen),
        reit=bool(row.kind == Instrument.Kind.STOCK and seen and seen.sector == Sector.REAL_ESTATE),
    )


def _fund_share(row: Instrument, seen: Classification | None) -> FundShare:
    if row.kind not in _FUNDS:
        return FundShare.NONE
    if seen and seen.sector == Sector.REAL_ESTATE:
        return FundShare.PROPERTY
    return FundShare.EQUITY if seen and seen.asset_class in _STOCKS else FundShare.OTHER


def _pays_qualified(row: Instrument, seen: Classification | None) -> bool:
    """Stocks and funds of stocks; of REITs, bonds and what nobody classified the dividends count as ordinary."""
    if seen is None:
        return row.kind == Instrument.Kind.STOCK
    return seen.asset_class in _STOCKS and seen.sector != Sector.REAL_ESTATE
