"""A large household for benchmarks and page measurements, through the services that everybody's data takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.db import transaction

from accounts import services as people
from accounts.models import Household, User
from holdings.ledger.types import Pick
from holdings.market.calendars import sessions_between
from holdings.market.exchanges import store_sessions
from holdings.market.prices import store_closes
from holdings.models import (
    AssetClass,
    Benchmark,
    BrokerageAccount,
    Classification,
    FxRate,
    Instrument,
    InstrumentEvent,
    PriceSource,
    Sector,
    Transaction,
)
from holdings.services.ledger import NewTransaction, book_all
from holdings.synthetic import history, market
from holdings.synthetic.history import Event
from holdings.synthetic.market import RATIO, Listing

LAST = dt.date(2025, 12, 31)
CALENDAR = "XNYS"
SOURCE = {
    "name": "Synthetic random walks",
    "licence": "none needed; made up by Ballast",
    "update_rate": "never",
    "known_gaps": "Not prices of anything: seeded random numbers for measurements.",
    "label": "synthetic, for measurements only",
}
SECTORS = [sector for sector in Sector if sector not in {Sector.BROAD, Sector.CASH, Sector.UNKNOWN}]


class SyntheticRefused(Exception):
    """The household cannot be made beside what is stored; the message says why."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large it is to be. The same size and seed make the same household."""

    accounts: int = 4
    holdings: int = 50
    transactions: int = 2_000
    years: int = 10
    seed: int = 1
    currency: str = "USD"


def make(*, user: User, size: Size) -> Household:
    """A paper household whose clock stands at the end of 2025, booked in one change. Its values are to be computed.

    Raises SyntheticRefused where another synthetic market is stored: series are never mixed.
    """
    rng = Random(size.seed)  # noqa: S311
    store_sessions(CALENDAR, LAST)
    sessions = sessions_between(CALENDAR, dt.date(LAST.year - size.years, 12, 31), LAST)
    listed = market.listings(rng, size.holdings, sessions, size.currency)
    levels = market.rates(rng, len(sessions))
    owners = _owners(listed, size)
    events = history.history(rng, listed, owners, size.transactions)
    with transaction.atomic():
        instruments = _store_market(listed, sessions, levels, size)
        household = people.create_household(
            user=user, name=f"Synthetic {size.seed}", person="Sam Synthetic", kind=Household.Kind.PAPER, clock=LAST
        )
        household.base_currency = size.currency
        household.save(update_fields=["base_currency"])
        _classify(household, instruments)
        accounts = _open_accounts(household, listed, owners)
        _book(events, accounts, instruments, sessions)
    return household


def _owners(listed: Sequence[Listing], size: Size) -> list[list[int]]:
    """Foreign listings belong to the last account, the others go round the rest; none goes without."""
    foreign = [number for number, each in enumerate(listed) if each.currency != size.currency]
    own = [number for number, each in enumerate(listed) if each.currency == size.currency]
    if size.accounts == 1 or not foreign:
        return [own[at :: size.accounts] or own[:1] for at in range(size.accounts)]
    rest = size.accounts - 1
    return [*(own[at::rest] or own[:1] for at in range(rest)), foreign]


def _store_market(
    listed: Sequence[Listing], sessions: Sequence[dt.date], levels: Sequence[Decimal], size: Size
) -> list[Instrument]:
    source, _ = PriceSource.objects.get_or_create(slug=f"synthetic-{size.seed}", defaults=SOURCE)
    if Instrument.objects.filter(symbol=listed[0].symbol, currency=listed[0].currency).exists():
        raise SyntheticRefused("A synthetic market is stored already. Start with an empty data folder.")
    instruments = [
        Instrument.objects.create(symbol=each.symbol, name=f"Synthetic {each.symbol[3:]}", currency=each.currency)
        for each in listed
    ]
    dated = (list(zip(sessions, each.closes, strict=True)) for each in listed)
    store_closes(source=source, closes=dict(zip(instruments, dated, strict=True)))
    FxRate.objects.bulk_create(
        [
            FxRate(currency="USD", date=day, per_euro=level, source=source)
            for day, level in zip(sessions, levels, strict=True)
        ],
        ignore_conflicts=True,
    )
    InstrumentEvent.objects.bulk_create(
        InstrumentEvent(
            instrument=what, kind="split", ex_date=sessions[each.splits_at], ratio=Decimal(RATIO), source=source
        )
        for what, each in zip(instruments, listed, strict=True)
        if each.splits_at is not None
    )
    return instruments


def _classify(household: Household, instruments: Sequence[Instrument]) -> None:
    Classification.objects.bulk_create(
        Classification(
            household=household,
            instrument=what,
            asset_class=AssetClass.BOND if number % 4 == 0 else AssetClass.EQUITY,
            sector=SECTORS[number % len(SECTORS)],
        )
        for number, what in enumerate(instruments)
    )
    Benchmark.objects.create(
        household=household,
        name=f"60% {instruments[-1].symbol}, 40% cash at 2.0%",
        instrument=instruments[-1],
        weight=Decimal("0.6"),
        cash_rate=Decimal("0.02"),
    )


def _open_accounts(
    household: Household, listed: Sequence[Listing], owners: Sequence[Sequence[int]]
) -> list[BrokerageAccount]:
    owner = household.persons.get()
    kinds = [BrokerageAccount.Kind.TAXABLE, BrokerageAccount.Kind.TRADITIONAL_IRA, BrokerageAccount.Kind.ROTH_IRA]
    return [
        BrokerageAccount.objects.create(
            household=household,
            owner=owner,
            name=f"Account {number + 1}",
            kind=kinds[number % len(kinds)],
            currency=listed[own[0]].currency,
        )
        for number, own in enumerate(owners)
    ]


def _book(
    events: Sequence[Event],
    accounts: Sequence[BrokerageAccount],
    instruments: Sequence[Instrument],
    sessions: Sequence[dt.date],
) -> None:
    """What opens lots first, then what names them: a pick needs the id of the row that opened its lot."""
    later = {"sell", "transfer_out", "split"}
    first = [(at, event) for at, event in enumerate(events) if event.kind not in later]
    rows = book_all(bookings=[(accounts[e.account], _draft(e, instruments, sessions)) for _, e in first])
    keys = {at: str(row.uuid) for (at, _), row in zip(first, rows, strict=True)}
    bookings = []
    for event in (event for event in events if event.kind in later):
        picks = [Pick(keys[opened], quantity) for opened, quantity in event.picks]
        draft = _draft(event, instruments, sessions, picks)
        bookings.append((accounts[event.account], draft))
        if event.into is not None:
            bookings.append((accounts[event.into], _received(event, draft)))
    book_all(bookings=bookings)


def _draft(
    event: Event, instruments: Sequence[Instrument], sessions: Sequence[dt.date], picks: Sequence[Pick] = ()
) -> NewTransaction:
    what = None if event.listing is None else instruments[event.listing]
    return NewTransaction(
        kind=event.kind,
        trade_date=sessions[event.at],
        source=Transaction.Source.SAMPLE,
        instrument=what,
        quantity=event.quantity,
        price=event.price,
        fees=event.fees,
        cash=event.cash,
        currency=what.currency if what else "",
        picks=picks,
    )


def _received(event: Event, sent: NewTransaction) -> NewTransaction:
    return NewTransaction(
        kind=Transaction.Kind.TRANSFER_IN,
        trade_date=sent.trade_date,
        source=sent.source,
        instrument=sent.instrument,
        quantity=-event.quantity,
        currency=sent.currency,
        sender=sent,
    )
